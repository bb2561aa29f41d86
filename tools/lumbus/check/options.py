"""The options of `lumbus check`."""

import argparse
import re

from mbus.timing import BAUD_RATES

from ..profiles import names
from .faults import forms, parse

_EXAMPLES = """examples:
  lumbus check --days 30
  lumbus check --days 2 --seeds 30 --fault missed=3@12h --timed
  lumbus check --days 10 --load solar --refresh 15 --json
  lumbus check --days 2 --fault missed=20@12h --plot picture.png

faults, with times T and D in seconds or as 30m, 12h, 2d:
"""
_CODES = """
exit codes: 0 no false alarm, no soundness violation and nothing missed; 1 one of these; 2 wrong usage
"""


def add(commands) -> None:
    p = commands.add_parser(
        "check",
        help="run the cross-check in simulated time against a meter whose truth is known",
        description="Runs the firmware's own cross-check in simulated time against a meter whose truth is known.",
        epilog=_EXAMPLES + "\n".join("  " + form for form in forms()) + "\n" + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--days", type=_between(0.001, 36_600), default=2, metavar="N", help="simulated days (2)")
    p.add_argument("--poll", type=_between(1, 3600), default=60, metavar="S", help="mean seconds between readings (60)")
    p.add_argument("--seed", type=_whole(0, 10**9), default=1, metavar="K", help="of everything that is random (1)")
    p.add_argument("--seeds", type=_whole(1, 10_000), default=1, metavar="N", help="run seeds K...K+N-1, summed (1)")
    p.add_argument("--jobs", type=_whole(1, 256), default=1, metavar="N", help="seeds that run at a time (1)")
    p.add_argument(
        "--load", type=_load, default="household", metavar="L", help="household, constant:W, solar or random"
    )
    p.add_argument(
        "--fault", dest="faults", action="append", default=[], type=_fault, metavar="SPEC", help="see below; repeatable"
    )
    p.add_argument(
        "--refresh", type=_between(0, 600), default=1, metavar="S", help="how old the meter's registers get (1)"
    )
    p.add_argument("--lag", type=_whole(0, 10), default=0, metavar="N", help="the LED lags by up to N pulses (0)")
    p.add_argument("--energy", choices=("import", "export", "both"), help="what is declared (import; solar: both)")
    p.add_argument("--timed", action="store_true", help="readings when the pulses say that they are worth most")
    p.add_argument("--least", type=_between(1, 3600), metavar="S", help="shortest interval of --timed (a sixth)")
    p.add_argument("--most", type=_between(1, 36_000), metavar="S", help="longest interval of --timed (four times)")
    p.add_argument("--constant", type=_whole(1, 100_000), metavar="N", help="of meter and profile, imp/kWh")
    p.add_argument("--step", type=int, choices=(1, 10, 100, 1000), metavar="WH", help="of the register: 1...1000 Wh")
    p.add_argument("--baud", type=int, choices=BAUD_RATES, default=2400, metavar="N", help="300...38400 (2400)")
    p.add_argument("--profile", choices=names(), default="m1pro40", help="the meter's (m1pro40)")
    p.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    p.add_argument("--plot", metavar="FILE.png", help="draw the run of the first seed")


def check(top: argparse.ArgumentParser, options) -> None:
    """What argparse cannot say by itself."""
    limits = (options.least or options.poll, options.poll, options.most or options.poll)
    if (options.least or options.most) and not options.timed:
        top.error("--least and --most are of --timed: add it, or leave them out")
    if not limits[0] <= limits[1] <= limits[2]:
        top.error(f"--least, --poll and --most must rise, not {limits[0]:g}, {limits[1]:g}, {limits[2]:g}")
    if options.load == "solar" and options.energy == "export":
        top.error("--load solar is mostly import: leave --energy out, or say import or both")
    if options.plot is not None and not options.plot.lower().endswith((".png", ".svg", ".pdf")):
        top.error(f"--plot {options.plot}: the file's name must end in .png, .svg or .pdf")
    late = [f.text for f in options.faults if f.at_us >= options.days * 86_400_000_000]
    if late:
        top.error(f"--fault {late[0]}: happens after the end; give more --days, or an earlier time")


def _load(text: str) -> str:
    match = re.fullmatch(r"household|solar|random|constant:(\d{1,6})", text)
    if match is None or (match[1] and int(match[1]) > 13_248):
        raise argparse.ArgumentTypeError(
            f"must be household, solar, random or constant:W with 0...13248 watts, not {text!r}"
        )
    return text


def _fault(text: str):
    try:
        return parse(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def _between(low: float, high: float):
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a number {low:g}...{high:g}, not {text!r}")
        return value

    return number


def _whole(low: int, high: int):
    def whole(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"must be a whole number {low}...{high}, not {text!r}")
        return int(text)

    return whole
