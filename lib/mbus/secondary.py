"""Selection by secondary address (EN 13757-3, 11.3).

The address is text: identification (8 digits), manufacturer, version and medium
(2, 1 and 1 bytes as on the wire with CI 52h), or the identification alone.  F
in the identification is any digit, FF any other byte.  A to E are digits too:
there are meters that have them.

* SND_UD to 253 with CI 52h (56h: most significant byte first) selects who
  matches, who acknowledges, and deselects all others.  SND_NKE to 253
  deselects, and clears the FCB of who was selected.
* Several acknowledges at once are one to the master, so only the reading tells
  who was selected.
"""

from ._const import const
from .errors import NoReply, WrongMeter
from .frame import encode_long

_SELECTED = const(253)
_SND_UD = const(0x53)
_REQ_UD2 = const(0x5B)
_FCB = const(0x20)
_MSB_FIRST = const(0x56)


def selection(secondary: str, ci: int = 0x52) -> bytes:
    """The 8 bytes behind CI 52h or 56h.  ValueError for what is no secondary address."""
    try:
        raw = bytes.fromhex((secondary + "ffffffff")[:16])
    except ValueError:
        raw = b""
    if len(raw) != 8 or len(secondary) not in (8, 16):
        raise ValueError("a secondary address is 8 or 16 hexadecimal digits, not " + secondary)
    if ci == _MSB_FIRST:
        return raw[:4] + bytes((raw[5], raw[4])) + raw[6:]
    return bytes(reversed(raw[:4])) + raw[4:]


def matches(wanted: str, found: str) -> bool:
    """Whether `wanted` means the meter with the secondary address `found` (16 digits)."""
    wanted = wanted.upper()
    found = found.upper()
    for i in range(len(wanted)):
        anything = wanted[i] == "F" and (i < 8 or wanted[i ^ 1] == "F")
        if not anything and wanted[i] != found[i]:
            return False
    return True


async def select(master, secondary: str, ci: int = 0x52, repeats: int = 2) -> None:
    """Select, without SND_NKE before it.  Raises NoReply and DamagedReply."""
    request = encode_long(_SND_UD, _SELECTED, ci, selection(secondary, ci))
    await master.request(request, _SELECTED, 1, repeats)
    master.fcb[_SELECTED] = _FCB


async def choose(master, secondary: str, ci: int = 0x52) -> None:
    """Select, and make sure that the meter's next answer is fresh."""
    if not await master.reset(_SELECTED, 0):
        # Nobody was selected, so the meter's FCB is as it was left: select it to reset it.
        await select(master, secondary, ci)
        await master.reset(_SELECTED, 0)
    await select(master, secondary, ci)


async def try_choose(master, secondary: str, ci: int) -> bool:
    """See Master.select."""
    try:
        await choose(master, secondary, ci)
    except NoReply:
        return False
    return True


def verify(secondary: str, reply) -> None:
    """WrongMeter.  A telegram without an identification is believed: its meter did acknowledge."""
    found = getattr(reply.telegram, "secondary_address", None)
    if found and not matches(secondary, found):
        raise WrongMeter(secondary, found)


async def read_secondary(master, secondary: str, decode, ci: int):
    """See Master.read_secondary."""
    await choose(master, secondary, ci)
    reply = await master.ask(_SELECTED, _REQ_UD2, 2, decode)
    verify(secondary, reply)
    return reply
