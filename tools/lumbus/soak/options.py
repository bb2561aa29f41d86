"""The options of `lumbus soak`."""

import argparse

from .world import FAULTS

_TEXT = """The firmware runs under MicroPython with a board's heap in simulated time; broker, network, meter, clock and
power fail at random.  0 lost, 0 out of order, no growth of the heap, no long step of the loop: else it exits with 1."""


def add(commands) -> None:
    usual = ",".join(f"{kind}={number}" for kind, number in FAULTS.items())
    p = commands.add_parser("soak", help="days in a cabinet where everything fails, within minutes", description=_TEXT)
    p.add_argument("--hours", type=_hours, default=1.0, metavar="H", help="simulated hours (1)")
    p.add_argument(
        "--faults", type=_faults, metavar="LIST", help=f"how many of each a day, or none; where it is not given {usual}"
    )
    p.add_argument("--seed", type=int, default=1, metavar="N", help="another world (1)")
    p.add_argument("--speed", type=int, default=400, metavar="X", help="simulated seconds in a second, at most (400)")
    p.add_argument("--keep", metavar="FILE", help="keep the firmware's console there")
    p.add_argument("--json", action="store_true", help="one JSON object at the end and nothing else")


def _hours(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 24 * 366:
        raise argparse.ArgumentTypeError("must be hours, more than 0 and at most a year of them")
    return value


def _faults(text: str) -> dict[str, int]:
    if text == "none":
        return {}
    faults = {}
    for part in text.split(","):
        kind, _, number = part.partition("=")
        if kind not in FAULTS:
            raise argparse.ArgumentTypeError(f"{kind!r} is no kind of fault; known are {', '.join(FAULTS)}")
        if number and not (number.isdigit() and 0 < int(number) <= 10_000):
            raise argparse.ArgumentTypeError(f"{kind}: so many a day must be 1...10000")
        faults[kind] = int(number) if number else FAULTS[kind]
    return faults
