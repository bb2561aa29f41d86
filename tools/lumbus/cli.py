"""The `lumbus` command."""

import argparse
import io
import sys
from importlib import import_module

from .check.options import add as add_check
from .check.options import check as check_check
from .collect.options import COMMANDS as COLLECT_COMMANDS
from .collect.options import add as add_collect
from .config.options import add as add_config
from .doctor.options import COMMANDS as GATEWAY_COMMANDS
from .doctor.options import add as add_gateway_commands
from .drive.options import add as add_drive
from .engines.options import COMMANDS as ENGINE_COMMANDS
from .engines.options import add as add_engines
from .fleet.options import add as add_fleet
from .gateway.options import add as add_gateway
from .onboard.options import COMMANDS as BOARD_COMMANDS
from .onboard.options import add_board_commands
from .options import COMMANDS, add_bus_commands, check
from .positive import positive
from .profiles import names
from .release.options import COMMANDS as RELEASE_COMMANDS
from .release.options import add as add_release
from .report.options import COMMANDS as REPORT_COMMANDS
from .report.options import add as add_report
from .rollout.options import COMMANDS as ROLLOUT_COMMANDS
from .rollout.options import add as add_rollout
from .sim.faults import parse_fault
from .sim.kinds import names as kinds
from .sim.specs import parse_meter
from .soak.options import add as add_soak

# The Finder's power record counts 10 W in two bytes.
_MOST_SHOWN_W = 300_000

# Modules by the names of their commands.
_BY_NAME = COMMANDS | BOARD_COMMANDS | GATEWAY_COMMANDS | COLLECT_COMMANDS | ENGINE_COMMANDS | REPORT_COMMANDS
_BY_NAME |= RELEASE_COMMANDS | ROLLOUT_COMMANDS

_EXAMPLES = """examples:
  lumbus demo --speed 40 --fault missed=60@20
  lumbus demo --seconds 60 --speed 40 --json
  lumbus meter --power 800
  lumbus meter --meter m1pro40@1 --meter heat@2 --meter m1pro40@3:16250499
  lumbus decode --explain telegram.hex
  lumbus read /dev/ttyUSB0 --address 1
  lumbus scan /dev/ttyUSB0 --secondary --baud auto
  lumbus check --days 2 --fault missed=10@12h
  lumbus config check gateway
  lumbus gateway gateway --serial /dev/ttyUSB0
  lumbus deploy /dev/ttyUSB0
  lumbus doctor /dev/ttyUSB0
  lumbus monitor mqtt://broker.local
  lumbus collect mqtt://broker.local --database postgresql:///lumbus
  lumbus update mqtt://broker.local --release lumbus-0.2.0.lum --waves 1,10,50,100%
"""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="lumbus",
        description="Reads an energy meter over M-Bus and by its light, and says whether they agree.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(commands)
    _meter(commands)
    _decode(commands)
    add_bus_commands(commands)
    add_gateway_commands(commands)
    add_check(commands)
    add_soak(commands)
    add_fleet(commands)
    add_config(commands)
    add_gateway(commands)
    add_drive(commands)
    add_board_commands(commands)
    add_collect(commands)
    add_report(commands)
    add_engines(commands)
    add_release(commands)
    add_rollout(commands)
    _bench(commands)
    return top


def _demo(commands) -> None:
    p = commands.add_parser("demo", help="the whole main job on this computer, with a simulated meter")
    p.add_argument("--seconds", type=positive, metavar="N", help="end by itself after N seconds")
    p.add_argument("--runtime", choices=("micropython", "cpython"), default="micropython")
    p.add_argument("--json", action="store_true", help="one JSON object at the end and nothing else")
    p.add_argument(
        "--fault",
        dest="faults",
        action="append",
        default=[],
        type=_fault,
        metavar="SPEC",
        help="missed=N, extra=N, stuck, noise, echo, parity, silent=S, broker-down=S or kill, with @T seconds into it",
    )
    p.add_argument("--poll", type=_whole(1, 3600), default=2, metavar="S", help="seconds between readings (2)")
    _meter_options(p, names())
    p.add_argument("--verbose", action="store_true", help="show the firmware's console at the end")


def _meter(commands) -> None:
    p = commands.add_parser("meter", help="simulated meters on a pseudo-terminal")
    _meter_options(p, kinds())
    p.set_defaults(profile=None)
    p.add_argument("--address", type=_whole(0, 250), help="primary address (49)")
    p.add_argument(
        "--meter",
        dest="meters",
        action="append",
        default=[],
        type=_spec,
        metavar="PROFILE@ADDRESS[:IDENTIFICATION]",
        help="one of several meters on the same bus, instead of --profile and --address; give it again for each",
    )
    p.add_argument("--baud", type=int, choices=(300, 600, 1200, 2400, 4800, 9600), default=2400)
    p.add_argument("--led", metavar="FILE", help="append 8 bytes to FILE for each blink of the (first) meter's LED")
    p.add_argument("--seconds", type=positive, metavar="N", help="end by itself after N seconds")


def _meter_options(p, profiles: list[str]) -> None:
    p.add_argument(
        "--profile",
        choices=profiles,
        default="m1pro40",
        metavar="PROFILE",
        help=f"{', '.join(profiles)} (m1pro40)",
    )
    p.add_argument("--power", type=_power, default="150", metavar="W", help="the load in watts (150)")
    p.add_argument("--speed", type=_whole(1, 1000), default=1, metavar="X", help="energy runs X times faster (1)")


def _decode(commands) -> None:
    p = commands.add_parser(
        "decode",
        help="decode M-Bus telegrams",
        description="Decodes M-Bus telegrams, and those in captured logs and raw captures.",
        epilog="exit codes: 0 every telegram was decoded, 1 one was not, 2 wrong usage",
    )
    p.add_argument(
        "telegrams",
        nargs="+",
        metavar="HEX|FILE|-",
        help="a telegram's hex digits; a file with one telegram, a log or the bytes themselves; - for standard input",
    )
    p.add_argument("--json", action="store_true", help="one JSON object a telegram and line")
    p.add_argument("--explain", action="store_true", help="byte by byte: what each is")


def _bench(commands) -> None:
    p = commands.add_parser("bench", help="measure the budgets")
    p.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    text = "few rounds, and neither polls, detection nor the application's heap"
    p.add_argument("--quick", action="store_true", help=text)


def _whole(low: int, high: int):
    def whole(text: str) -> int:
        if not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number {low}...{high}")
        return int(text)

    return whole


def _power(text: str) -> str:
    from uplink.decimals import parse

    try:
        mantissa, exponent = parse(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
    if not 0 <= mantissa <= 13250 * 10**-exponent:
        raise argparse.ArgumentTypeError("must be 0...13250 W: 48 A at 276 V is the most the meter stands")
    return text


def _fault(text: str):
    try:
        return parse_fault(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def _spec(text: str):
    try:
        return parse_meter(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def main(argv: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows only ASCII gets a question mark and no traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    top = parser()
    options = top.parse_args(argv)
    if options.command in ("demo", "meter") and float(options.power) * options.speed > _MOST_SHOWN_W:
        top.error(f"--power times --speed must be at most {_MOST_SHOWN_W} W: a telegram has no room for more")
    if options.command == "meter" and options.meters and (options.profile or options.address is not None):
        top.error("--meter says profile and address itself: leave --profile and --address out")
    check(top, options)
    if options.command == "check":
        check_check(top, options)
    # Only what the command needs is imported: decode must not wait for a broker.
    if options.command == "demo":
        from .demo.run import demo

        return demo(options)
    if options.command == "meter":
        from .meter import run
    elif options.command == "decode":
        from .decode import run
    elif options.command == "check":
        from .check.command import run
    elif options.command == "soak":
        from .soak.run import soak as run
    elif options.command == "fleet":
        from .fleet.command import run
    elif options.command == "config":
        from .config.command import run
    elif options.command == "gateway":
        from .gateway.run import run
    elif options.command == "drive":
        from .drive.run import run
    elif options.command in _BY_NAME:
        run = import_module("." + _BY_NAME[options.command], __package__).run
    else:
        from .bench.run import run
    try:
        return run(options)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
