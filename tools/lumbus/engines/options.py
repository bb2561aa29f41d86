"""The options of `lumbus cluster`."""

import argparse
from pathlib import Path

# The modules of the commands, by their names.
COMMANDS = {"cluster": "engines.command"}

_HELP = """examples:
  lumbus cluster nats
  lumbus cluster nats --folder /srv/lumbus-try
  lumbus cluster mosquitto --seconds 60 --json

Everything listens on 127.0.0.1 alone, and everybody may do everything there: it is
for trying out.  The configuration is that of tools/headend, which docs/brokers.md
puts onto real computers.  Ctrl-C ends all of it in good order.

exit codes:
  0  ended by --seconds or SIGTERM
  1  it did not start, or a node has ended by itself
  2  wrong usage, or the program is not installed
  130  ended with Ctrl-C, in good order
"""


def add(commands) -> None:
    text = "a broker on this computer for trying out: three NATS nodes, or one mosquitto"
    p = commands.add_parser(
        "cluster",
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("broker", choices=("nats", "mosquitto"))
    text = "keep what it stores there, for the next time (a new folder below /tmp, removed at the end)"
    p.add_argument("--folder", type=Path, metavar="DIR", help=text)
    p.add_argument("--seconds", type=_positive, metavar="S", help="end by itself after S seconds")
    p.add_argument("--json", action="store_true", help="one JSON object when it has started, and nothing else")


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value
