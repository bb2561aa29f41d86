"""`lumbus set`: change one thing in one meter, and read it back.

The meter is read first: whoever is asked sees which meter it is, and a command
that stays unanswered is then known to be the command's fault.  A meter that is
meant by its secondary address is addressed by the whole one that it told.
"""

from datetime import datetime

from mbus.errors import BusError, NoReply, TelegramError
from mbus.fixed import CI_FIXED, CI_FIXED_MSB, FixedTelegram
from mbus.master import Master
from mbus.secondary import choose
from mbus.telegram import Telegram
from mbus_service import settings

from .asking import confirmed, is_interactive
from .bus import Bus, Heard, called, listen
from .trouble import BAD, OK, USAGE, Trouble, guarded

_SELECTED = 253
_WHY_NOT = "the meter may need a button, a seal or a password for this, or cannot do it over the bus; see its manual"


def run(options) -> int:
    return guarded("set", lambda: _set(options))


def _set(options) -> int:
    if not options.yes and not is_interactive():
        raise Trouble("this is no terminal, so nothing can be asked and nothing was sent: add --yes to set it", USAGE)
    target = called(options.address, options.secondary)
    with Bus(options.port, options.baud) as bus:
        (meter,) = bus.run(listen(bus.master, options.address, options.secondary), target)
        who = name(meter)
        if options.new_address is not None and meter.frame.address == options.new_address:
            print(f"{who}: it has this primary address already")
            return OK
        if not options.yes and not confirmed(f"{who}: {_wish(options)}?"):
            raise Trouble("nothing was changed", BAD)
        bus.run(_change(bus.master, meter, options), who)
    print(f"{who}: {_done(options)}")
    return OK


def name(meter: Heard) -> str:
    """The meter in words, as far as its telegram says who it is."""
    frame = meter.frame
    at = f"at address {frame.address}"
    if meter.secondary_address:
        telegram = Telegram(frame)
        return f"{telegram.manufacturer} {telegram.identification} ({telegram.medium}) {at}"
    if frame.ci in (CI_FIXED, CI_FIXED_MSB):
        telegram = FixedTelegram(frame)
        return f"{telegram.identification} ({telegram.medium}) {at}"
    return f"the meter {at}"


def _what(options) -> tuple[str, str] | None:
    """(what is to be set, to what); None for a reset."""
    if options.new_address is not None:
        return "primary address", str(options.new_address)
    if options.new_baud is not None:
        return "baud rate", str(options.new_baud)
    if options.new_identification is not None:
        return "identification", options.new_identification
    if options.clock is not None:
        return "clock", f"{_moment(options.clock):%Y-%m-%dT%H:%M}"
    return None


def _wish(options) -> str:
    what = _what(options)
    return f"set the {what[0]} to {what[1]}" if what else "reset the application"


def _done(options) -> str:
    what = _what(options)
    return f"{what[0]} is {what[1]} now" if what else "the application was reset, and it answers"


def _moment(clock) -> datetime:
    return datetime.now() if clock == "now" else clock


async def _change(master: Master, meter: Heard, options) -> None:
    """Do it; Trouble or a BusError where it was not done."""
    secondary = options.secondary and (meter.secondary_address or options.secondary)
    address = options.address
    if secondary:
        await master.alone(choose, master, secondary)
        address = _SELECTED
    try:
        await _command(master, address, options)
    except ValueError as e:
        raise Trouble(f"{e}: nothing was sent", USAGE)
    except TelegramError as e:
        raise Trouble(f"{name(meter)} acknowledged it, but its answer cannot be decoded to read it back: {e}", BAD)
    except BusError as e:
        # It may have taken it and not be selected any more.
        if not (secondary and await _is_found_anew(master, secondary, options)):
            raise _explained(e, meter)


async def _command(master: Master, address: int, options) -> None:
    if options.new_address is not None:
        await settings.set_address(master, address, options.new_address)
    elif options.new_baud is not None:
        await settings.set_baud(master, address, options.new_baud)
    elif options.new_identification is not None:
        await settings.set_identification(master, address, options.new_identification)
    elif options.clock is not None:
        moment = _moment(options.clock)
        await settings.set_clock(master, address, tuple(moment.timetuple())[:5])
    else:
        await settings.reset_application(master, address)


async def _is_found_anew(master: Master, secondary: str, options) -> bool:
    """Whether the meter is selected and read by what it should have taken; else the line is as it was."""
    before = master.line.baud
    new = options.new_identification or ""
    if not new and options.new_baud is None:
        return False
    master.line.set_baud(options.new_baud or before)
    try:
        await listen(master, None, new + secondary[len(new) :])
        return True
    except BusError:
        master.line.set_baud(before)
        return False


def _explained(error: BusError, meter: Heard) -> Exception:
    if isinstance(error, settings.NotTaken):
        return Trouble(_not_taken(error), BAD)
    if isinstance(error, NoReply):
        return Trouble(f"{name(meter)} did not answer this command, though it can be read: {_WHY_NOT}", BAD)
    return error


def _not_taken(e: settings.NotTaken) -> str:
    what = {"address": "primary address"}.get(e.what, e.what)
    if e.found is None:
        found = {
            "address": "nobody answers at the new address or at the old one: use lumbus scan",
            "baud rate": "it answers neither at the new rate nor at the old one: use lumbus scan --baud auto",
            "clock": "its first telegram has no clock (04 6D) to read back: it may have been set",
        }.get(e.what, "nothing is read back")
        return f"the meter acknowledged the {what} {e.wanted}, but {found}"
    return f"the meter acknowledged the {what} {e.wanted}, but {e.found} is read back: it was not taken; {_WHY_NOT}"
