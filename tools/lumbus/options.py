"""The options of the commands that talk to a bus: read, scan, set and profile."""

import argparse
import re
from datetime import datetime

from mbus.timing import BAUD_RATES
from uplink.matching import ROLES

from .trouble import EXIT_CODES

# The modules of the commands, by their names.
COMMANDS = {"read": "read", "scan": "scan", "set": "setting", "profile": "learn"}

_READ = """examples:
  lumbus read /dev/ttyUSB0 --address 1
  lumbus read /dev/ttyUSB0 --secondary 16250476 --all --json
"""
_SCAN = """examples:
  lumbus scan /dev/ttyUSB0 --last 20
  lumbus scan /dev/ttyUSB0 --secondary --baud auto
  lumbus scan /dev/ttyUSB0 --secondary 1625FFFF

With --baud auto a rate is searched only where something is heard when everybody
(address 254, the selection of all) is asked.
"""
_SET = """examples:
  lumbus set /dev/ttyUSB0 --address 0 --new-address 7
  lumbus set /dev/ttyUSB0 --secondary 16250476 --clock now --yes
"""
_PROFILE = """examples:
  lumbus profile /dev/ttyUSB0 --address 1
  lumbus profile telegram.hex --pulse-constant 1000 --role import=1 --name mine

On a terminal what is not given is asked for; elsewhere, and with --yes, it is
taken as proposed.  Only the pulse constant has no proposal.
"""
_SECONDARY = "8 or 16 hexadecimal digits; F is any digit of the first 8, FF any byte of the rest"
_ROLE_NAMES = ", ".join(ROLES)


def add_bus_commands(commands) -> None:
    _read(commands)
    _scan(commands)
    _set(commands)
    _profile(commands)


def check(top: argparse.ArgumentParser, options) -> None:
    """What argparse cannot say by itself."""
    if options.command == "scan":
        limited = options.first is not None or options.last is not None
        if options.secondary is not None and limited:
            top.error("--first and --last are primary addresses: leave them out with --secondary, or give it a mask")
        if (options.first or 0) > (250 if options.last is None else options.last):
            top.error("--first must not be above --last")


def _command(commands, name: str, help_text: str, epilog: str):
    p = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=epilog + "\n" + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return p


def _port(p) -> None:
    p.add_argument("port", metavar="PORT", help="a serial device, such as /dev/ttyUSB0")


def _baud(p) -> None:
    p.add_argument("--baud", type=int, choices=BAUD_RATES, default=2400, metavar="N", help="300...38400 (2400)")


def _target(p, required: bool = True) -> None:
    who = p.add_mutually_exclusive_group(required=required)
    who.add_argument("--address", type=address, metavar="A", help="primary address, 0...250, or 254: whoever is there")
    who.add_argument("--secondary", type=secondary, metavar="S", help="secondary address: " + _SECONDARY)


def _read(commands) -> None:
    p = _command(commands, "read", "read a meter once and show its records as decode does", _READ)
    _port(p)
    _target(p)
    _baud(p)
    p.add_argument("--all", action="store_true", help="all telegrams of a read-out, joined")
    p.add_argument("--json", action="store_true", help="one JSON object, as decode gives it")


def _scan(commands) -> None:
    p = _command(commands, "scan", "find the meters on a bus", _SCAN)
    _port(p)
    p.add_argument(
        "--secondary",
        nargs="?",
        type=secondary,
        const="F" * 16,
        metavar="MASK",
        help="search by secondary address, among those that match MASK (all): " + _SECONDARY,
    )
    p.add_argument("--baud", type=_rate, default=2400, metavar="auto|N", help="300...38400 (2400), or try them all")
    p.add_argument("--first", type=_whole(0, 250), metavar="N", help="first primary address (0)")
    p.add_argument("--last", type=_whole(0, 250), metavar="N", help="last primary address (250)")
    p.add_argument("--json", action="store_true", help="one JSON object a line for each that is found")


def _set(commands) -> None:
    p = _command(commands, "set", "change one thing in a meter, and read it back", _SET)
    _port(p)
    _target(p)
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument("--new-address", type=_whole(0, 250), metavar="N", help="primary address, 0...250")
    what.add_argument("--new-baud", type=int, choices=BAUD_RATES, metavar="B", help="baud rate, 300...38400")
    what.add_argument("--new-identification", type=_identification, metavar="D", help="8 digits, or all 16")
    what.add_argument("--clock", type=_clock, metavar="now|TIME", help="local time, such as 2026-11-23T12:00")
    what.add_argument("--reset", action="store_true", help="reset the application")
    _baud(p)
    p.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")


def _profile(commands) -> None:
    p = _command(commands, "profile", "write the firmware's profile of a meter from its telegram", _PROFILE)
    p.add_argument("source", metavar="PORT|HEX|FILE|-", help="a serial device, or a telegram as decode takes it")
    _target(p, required=False)
    _baud(p)
    p.add_argument(
        "--role",
        dest="roles",
        action="append",
        default=[],
        type=_role,
        metavar="ROLE=NUMBER",
        help=f"which record is what, or none: {_ROLE_NAMES}",
    )
    p.add_argument("--name", type=_told(name_checked), help="of the profile: letters, digits, - and _")
    for option, low, high, text in (
        ("--pulse-constant", 1, 100_000, "of the LED, imp/kWh"),
        ("--register-step", 1, 1000, "of the energy register, Wh"),
        ("--register-wrap", 1, 10**9, "where the register starts again at 0, kWh"),
        ("--max-power", 1, 10**8, "more can never be true, W"),
        ("--refresh", 0, 60_000, "how old a register may be in a telegram, ms (1000)"),
        ("--settle", 1, 3600, "how long a suspicion must last, s (60)"),
    ):
        p.add_argument(option, type=_whole(low, high), metavar="N", help=text)
    p.add_argument("--output", metavar="FILE", help="where to write it (NAME.json)")
    p.add_argument("--force", action="store_true", help="overwrite FILE")
    p.add_argument("--yes", action="store_true", help="do not ask, take what is proposed")


def whole_checked(low: int, high: int):
    """A check for asking: ValueError for what is no whole number low...high."""

    def whole(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"must be a whole number {low}...{high}, not {text!r}")
        return int(text)

    return whole


def name_checked(text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_-]{1,120}", text):
        raise ValueError(f"must be 1...120 letters, digits, - and _, not {text!r}")
    return text


def _told(check):
    """The same check for argparse, which shows the words of no ValueError."""

    def checked(text: str):
        try:
            return check(text)
        except ValueError as e:
            raise argparse.ArgumentTypeError(str(e))

    return checked


def _whole(low: int, high: int):
    return _told(whole_checked(low, high))


def address(text: str) -> int:
    if text != "254":
        return _whole(0, 250)(text)
    return 254


def secondary(text: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{8}|[0-9a-fA-F]{16}", text):
        raise argparse.ArgumentTypeError(f"must be {_SECONDARY}; not {text!r}")
    return text


def _rate(text: str):
    if text != "auto" and text not in map(str, BAUD_RATES):
        raise argparse.ArgumentTypeError(f"must be auto or one of {', '.join(map(str, BAUD_RATES))}, not {text!r}")
    return text if text == "auto" else int(text)


def _identification(text: str) -> str:
    if not re.fullmatch("[0-9a-eA-E]{8}([0-9a-fA-F]{8})?", text):
        raise argparse.ArgumentTypeError(f"must be 8 digits (0...9, A...E), or all 16 of the address, not {text!r}")
    return text


def _clock(text: str):
    if text == "now":
        return text
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be now or a local time such as 2026-11-23T12:00, not {text!r}")
    if not 1981 <= moment.year <= 2080:
        raise argparse.ArgumentTypeError(f"a meter's clock knows the years 1981...2080, not {moment.year}")
    return moment


def _role(text: str) -> tuple[str, int | None]:
    role, _, number = text.partition("=")
    if role not in ROLES or not (number == "none" or (number.isascii() and number.isdigit())):
        raise argparse.ArgumentTypeError(f"must be ROLE=NUMBER or ROLE=none, with a role of {_ROLE_NAMES}")
    return role, None if number == "none" else int(number)
