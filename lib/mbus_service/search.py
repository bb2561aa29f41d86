"""Who is on the bus: by primary address, by secondary address, and at which baud rate.

* An answer may be lost: an address is silent when it answers neither SND_NKE
  nor the REQ_UD2 behind it (which also finds who does not know SND_NKE), a
  selection when it is not acknowledged twice.
* Secondary search walks the digits of the identification, from the left, and
  steps in only where somebody answers who cannot be read alone.  What is in
  doubt is stepped into: noise costs time, never a meter.
* Several acknowledges are one to the master, meters of different speed answer
  one behind the other, and meters that speak as one may be heard as a third:
  once in many times even with a valid checksum.  So a meter is alone when
  nothing came behind its acknowledge and its telegrams, when it said twice who
  it is, and when it says so too where it alone was selected.
* Several have answered, so several are expected inside.  Where fewer are
  found, the silent digits are asked again, and then A to E: real meters have
  them.
* When all digits are fixed and it is still damaged, that is told as it is.
* A reading that a search makes may be an old one: a search is no poll.

`found(Found)` and `progress(done, total, text)` are plain functions.
"""

from mbus._const import const
from mbus.errors import DamagedReply, NoReply, TelegramError
from mbus.frame import encode_short
from mbus.secondary import select, selection
from mbus.telegram import Telegram
from mbus.timing import BAUD_RATES, rest_ms

_SELECTED = const(253)
_REQ_UD2 = const(0x5B)
_FCB = const(0x20)
# A bus where so many full addresses are damaged one behind the other cannot be searched.
_HOPELESS = const(10)


class Found:
    """A meter, or several that cannot be told apart (then with `damage`).

    `address` 0...250 and `secondary` (16 digits; what was asked for where there
    is damage) or None; `telegram` (Telegram or FixedTelegram) is None where it
    could not be decoded; `damage` is None or a DamagedReply, with `kind` and
    `raw` (nothing where it acknowledges and gives no data).  With both it was
    read, and more was heard.
    """

    def __init__(self, address, damage=None, secondary=None, telegram=None):
        self.address = address
        self.damage = damage
        self.secondary = secondary
        self.telegram = telegram

    def is_like(self, other) -> bool:
        return self.address == other.address and self.secondary == other.secondary


async def search_primary(master, found, progress, first: int = 0, last: int = 250) -> None:
    """Ask the addresses first...last, in their order."""
    total = last + 1 - first
    for address in range(first, last + 1):
        progress(address - first, total, "address %d" % address)
        one = await _turn(master, _ask, address)
        if one:
            one.address = address
            found(one)
    progress(total, total, "")


async def search_secondary(master, found, progress, mask: str = "FFFFFFFF", hexadecimal: bool = False) -> None:
    """Find who matches `mask`, with its digits A to E at once where `hexadecimal`; deselect all in the end.

    Raises ValueError for what is no secondary address, DamagedReply where the
    bus cannot be searched.
    """
    selection(mask)
    mask = (mask + "ffffffff")[:16].lower()
    total = 10 ** mask[:8].count("f")
    done = damaged = 0
    seen = set()

    async def walk(mask, weight):
        """How many answer to `mask`, which is `weight` of the whole; 2 for several."""
        nonlocal done, damaged
        progress(done, total, mask)
        one = await _turn(master, _look, mask)
        at = mask[:8].find("f")
        if one and one.damage and at >= 0:
            return await inside(mask[:at], mask[at + 1 :], weight)
        done += weight
        if not one:
            return 0
        several = one.damage and one.address is None
        damaged = damaged + 1 if several else 0
        if damaged == _HOPELESS:
            raise one.damage
        one.secondary = one.secondary or mask
        if one.secondary not in seen:
            seen.add(one.secondary)
            found(one)
        return 2 if several else 1

    async def inside(left, right, weight):
        answered = 0
        digits = "0123456789abcde" if hexadecimal else "0123456789"
        more = "abcde"
        for digit in digits:
            count = await walk(left + digit + right, weight // len(digits))
            answered += count
            if not count:
                more += digit
        for digit in more:
            if answered < 2:
                answered += await walk(left + digit + right, 0)
        return answered

    await walk(mask, total)
    await master.reset_link(_SELECTED)
    progress(total, total, "")


async def detect_baud(master, address: int, rates=BAUD_RATES):
    """The first of `rates` at which the meter at `address` can be read, and the line is left so; else None."""
    line = master.line
    before = line.baud
    for baud in rates:
        line.set_baud(baud)
        one = await master.alone(_ask, master, address)
        if one and one.address is not None:
            return baud
    line.set_baud(before)
    return None


async def _turn(master, ask, what):
    """One step of a search.  Others have their turn before, while the line rests."""
    await master.clock.sleep_ms(rest_ms(master.line.baud))
    return await master.alone(ask, master, what)


async def is_there(master, address: int) -> int:
    """Whether anything answers at `address`; 2 for an acknowledge.  A conversation: for Link.alone."""
    if await master.reset(address, 0):
        return 2
    try:
        await master.request(encode_short(_REQ_UD2 | _FCB, address), address, 2, 0)
    except NoReply:
        return 0
    except DamagedReply:
        pass
    return 1


async def _ask(master, address: int):
    """Who has the primary address: None, a Found, or one with damage."""
    heard = await is_there(master, address)
    one = await _read(master, address) if heard else None
    return one or (_several(b"") if heard > 1 else None)


async def _look(master, mask: str):
    """Who is selected by `mask`: None, a Found, or one with damage."""
    one = Found(None)
    for _ in range(2):
        one = await _selected(master, mask)
        if one is None or (one.damage and "f" in mask[:8]):
            return one
        known = one.secondary or mask
        other = one
        # Two that speak as one may seem to be a third, or one of them: not when one has counted on alone.
        for again in (known, mask):
            if known != mask and other and not other.damage:
                other = await _selected(master, again)
        if other and other.is_like(one) and not other.damage:
            return other
    one.damage = one.damage or _several(b"").damage
    return one


async def _selected(master, mask: str):
    try:
        await select(master, mask, 0x52, 1)
    except NoReply:
        return None
    except DamagedReply as e:
        return Found(None, e)
    return await _read(master, _SELECTED) or _several(b"")


async def _read(master, address: int):
    """The Found who alone answers at `address`, or with damage; None where nobody does."""
    one = None
    odd = b""
    for _ in range(2):
        try:
            one = (await master.ask(address, _REQ_UD2, 2, _decoded)).telegram
            odd += master.odd
        except DamagedReply as e:
            return Found(None, e)
        except NoReply:
            return None
    master.expect_late()
    odd += await master.quiet()
    if one and odd:
        one.damage = _several(odd).damage
    return one


def _several(raw: bytes) -> Found:
    damage = DamagedReply(_SELECTED, len(raw), raw)
    damage.again = True
    return Found(None, damage)


def _decoded(frame) -> Found:
    telegram = secondary = None
    try:
        if frame.ci & 0xFB == 0x73:
            from mbus.fixed import FixedTelegram

            telegram = FixedTelegram(frame)
            secondary = telegram.identification + "ffffffff"
        else:
            telegram = Telegram(frame)
            secondary = telegram.secondary_address
    except TelegramError:
        pass
    return Found(frame.address, None, secondary, telegram)
