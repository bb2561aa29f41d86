"""What can be set in a meter (EN 13757-3, 6.4 and 7), each read back.

* SND_UD with CI 51h carries the records that the meter is to take over; the
  acknowledge says that they came, not that they were taken.  So each is read
  back, and what was not taken is NotTaken.  And where an acknowledge is missing
  the meter may have taken them.
* Primary address `01 7A aa`; identification `0C 79` and 8 digits, or `07 79`
  and a whole secondary address; date and time `04 6D` and type F.
* Baud rate: CI B8h...BFh, 300...38400.  The meter acknowledges at the old rate
  and then speaks at the new one; so the line is changed with it.
* Application reset: CI 50h, with a subcode or none.

Coroutines; any of them may raise what Master.send and Master.read do, and
ValueError where a value cannot be set.
"""

from mbus._const import const
from mbus.errors import BusError
from mbus.timing import BAUD_RATES

_CI_SEND = const(0x51)
_CI_RESET = const(0x50)
_CI_BAUD = const(0xB8)


class NotTaken(BusError):
    """The meter acknowledged `wanted` as its new `what`, but `found` is read back (None: nothing)."""

    _says = "{1} was set to {2}, but {3} is read back"
    _names = "address what wanted found"
    what: str
    wanted: object
    found: object


async def set_address(master, address: int, new: int) -> None:
    """Give the meter at `address` the primary address `new`, 0...250, at which nobody may answer yet (BusError)."""
    from .search import is_there

    if not 0 <= new <= 250:
        raise ValueError("a primary address is 0...250, not %d" % new)
    if await master.alone(is_there, master, new):
        raise BusError("somebody answers at address %d already: nothing was set" % new, new)
    failure = await _send(master, address, _CI_SEND, bytes((1, 0x7A, new)))
    if not await _answer(master, new):
        old = await _answer(master, address)
        raise failure or NotTaken(address, "address", new, old and old.address)


async def set_baud(master, address: int, new: int) -> None:
    """Let the meter at `address`, and the line, go on at `new` baud; where it is not taken the line stays as it was."""
    if new not in BAUD_RATES:
        raise ValueError("an M-Bus has no %d baud" % new)
    line = master.line
    old = line.baud
    failure = await _send(master, address, _CI_BAUD + BAUD_RATES.index(new), b"")
    line.set_baud(new)
    if not await _answer(master, address):
        line.set_baud(old)
        there = await _answer(master, address)
        raise failure or NotTaken(address, "baud rate", new, old if there else None)


async def reset_application(master, address: int, subcode=None) -> None:
    """Reset the meter's application; it is read once to see that it answers."""
    await master.send(address, _CI_RESET, b"" if subcode is None else bytes((subcode,)))
    await master.read(address, _frame)


async def set_identification(master, address: int, digits: str) -> None:
    """Give the meter 8 new digits, or all 16 of a secondary address."""
    from mbus.secondary import matches, selection

    raw = selection(digits)
    if "f" in digits[:8].lower():
        raise ValueError("F stands for any digit: " + digits)
    await master.send(address, _CI_SEND, b"\x07\x79" + raw if len(digits) > 8 else b"\x0c\x79" + raw[:4])
    found = (await master.read(address)).telegram.secondary_address
    if not found or not matches(digits, found):
        raise NotTaken(address, "identification", digits, found)


async def set_clock(master, address: int, moment) -> None:
    """Set local time: (year, month, day, hour, minute)."""
    from mbus.value import date_text

    from .encode import date_time

    data = date_time(*moment)
    wanted = date_text(data)
    if not wanted:
        raise ValueError("there is no such moment")
    await master.send(address, _CI_SEND, b"\x04\x6d" + data)
    found = None
    for record in (await master.read(address)).telegram:
        if record.vib == b"\x6d" and record.dib == b"\x04":
            found = date_text(record.data)
            break
    # The clock goes on, but not for a whole minute while it is read.
    later = "%s%02d" % (wanted[:14], moment[4] + 1)
    if found not in (wanted, later):
        raise NotTaken(address, "clock", wanted, found)


async def _send(master, address: int, ci: int, data: bytes):
    """What went wrong with the acknowledge: one that got lost is not repeated by who is elsewhere already."""
    try:
        await master.send(address, ci, data)
    except BusError as e:
        return e
    return None


def _frame(frame):
    """For what need not be decoded."""
    return frame


async def _answer(master, address: int):
    """The Frame of a telegram; None where there is none."""
    try:
        return (await master.read(address, _frame)).telegram
    except BusError:
        return None
