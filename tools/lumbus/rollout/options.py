"""The options of `lumbus update`."""

import argparse
from fractions import Fraction

COMMANDS = {"update": "rollout.command"}

_EPILOG = """examples:
  lumbus update mqtt://broker.local --release lumbus-0.2.0.lum --dry-run
  lumbus update mqtt://broker.local --release lumbus-0.2.0.lum --fleet cellar-7
  lumbus update mqtts://me@broker.example/home --ca ca.pem --release lumbus-0.2.0.lum \\
      --fleet 'version<0.2.0,board=esp32-s3*' --waves 1,10,50,100% --soak 30
  lumbus update mqtt://broker.local --release lumbus-0.2.0.lum \\
      --url https://files.example/lumbus-0.2.0.lum --yes --json

SELECTOR: all, gateways' names with *, version<0.2.0 (<= > >= = !=), board=NAME and platform=NAME with * (!=);
joined by commas: all must hold, of several names one.

A wave ends when each of its gateways is healthy on the release, or has refused it, gone back, or been silent for
--patience.  The rollout stops by itself as soon as more than --stop-at of the running wave did not become healthy.
Ctrl-C ends the command and not the gateways: the same command goes on where it was (--state).

A password is asked for, or taken from the environment's LUMBUS_MQTT_PASSWORD.

exit codes:
  0  done: every wave is through, or nothing was to be done
  1  stopped because too many did not become healthy; or the release file is refused, and nothing was sent
  2  wrong usage, or a file that cannot be read or written
  3  no gateway is there that the selector takes
  4  the broker cannot be reached
  130  interrupted with Ctrl-C
"""


def add(commands) -> None:
    p = commands.add_parser(
        "update",
        help="roll a release out to a fleet, in waves, through the broker",
        description="Rolls a release out to a fleet, in waves, stops by itself where too many do not become healthy.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("target", metavar="mqtt://[user@]host[:port][/base]")
    p.add_argument("--release", required=True, metavar="FILE", help="the release file, as lumbus release makes it")
    p.add_argument(
        "--public", default="update.der", metavar="FILE", help="the public key that it is checked with (update.der)"
    )
    p.add_argument("--fleet", default="all", metavar="SELECTOR", help="which gateways, see below (all)")
    text = "how many have been told by the end of each: numbers, or %% of the fleet (1,10,50,100%%)"
    p.add_argument("--waves", default="1,10,50,100%", metavar="N,N,N%", help=text)
    p.add_argument("--at-once", type=_at_once, default=20, metavar="N", help="how many fetch at the same time (20)")
    p.add_argument("--soak", type=_minutes, default=10.0, metavar="MINUTES", help="to wait between two waves (10)")
    text = "how long a gateway may say nothing before it counts as silent (60)"
    p.add_argument("--patience", type=_minutes, default=60.0, metavar="MINUTES", help=text)
    text = "stop when more than this share of a wave does not become healthy (5%%)"
    p.add_argument("--stop-at", type=_share, default="5%", metavar="SHARE", help=text)
    text = "they fetch it there, not through the broker: the same file, at a server whose CA the gateways have"
    p.add_argument("--url", metavar="https://...", help=text)
    p.add_argument(
        "--rate", type=_rate, default=256.0, metavar="KIB", help="KiB a second through the broker, in all (256)"
    )
    p.add_argument("--state", metavar="FILE", help="what has been done so far (beside the release, .rollout.json)")
    p.add_argument("--retry", action="store_true", help="take those again that did not become healthy")
    p.add_argument("--ca", metavar="FILE", help="the CA's certificate for mqtts://, PEM or DER")
    p.add_argument("--dry-run", action="store_true", help="show the waves, and tell nobody")
    p.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")
    p.add_argument(
        "--json", action="store_true", help="one JSON object a line for each thing that happens; wants --yes"
    )


def _minutes(text: str) -> float:
    return _number(text, 0, 100_000, "minutes")


def _rate(text: str) -> float:
    return _number(text, 1, 100_000, "KiB a second")


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"must be {least}...{most} {what}")
    return value


def _at_once(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("must be a whole number 1...10000")
    return int(text)


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text.strip().removesuffix("%"))
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 100:
        raise argparse.ArgumentTypeError("must be a percentage 0...100, such as 5%")
    return share
