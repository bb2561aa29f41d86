"""The options of `lumbus fleet`."""

import argparse
from pathlib import Path

from ..positive import positive
from .fault import parse_fault

_TEXT = """Simulated gateways with the application's own publishing and journal, a broker, collectors and a database,
while things fail.  What the application has accepted and is not in the database is lost: there must be none."""
_EPILOG = """examples:
  lumbus fleet --devices 100 --rate 50 --seconds 30
  lumbus fleet --devices 1000 --rate 200 --seconds 60 --broker nats --store postgresql --collectors 2 --json
  lumbus fleet --devices 1000 --rate 200 --seconds 60 --fault node@15+10 --fault collector@28 \\
      --fault database@35+2 --fault network=1/3@42+8
  lumbus fleet --devices 50 --rate 20 --seconds 60 --broker mqtt://broker.local --store postgresql:///lumbus

faults, each with @T seconds into the run and +D for how many seconds it lasts:
  node          a node of the NATS cluster is killed and brought back (10)
  leader        the node that leads the stream of the messages (10)
  broker        mosquitto is ended and brought back (5); broker=kill: what it has not written to its disk is gone
  collector     a collector is killed and started again (1)
  database      PostgreSQL is restarted (1); database=kill: without a goodbye
  network=1/3   the network of every third device is cut (10)
  reboot=1/10   the power of every tenth device fails for a moment

exit codes: 0 nothing lost and nothing twice, 1 something was or it could not be tried, 2 wrong usage, 130 Ctrl-C"""


def add(commands) -> None:
    p = commands.add_parser(
        "fleet",
        help="a thousand simulated gateways against broker, collectors and database, while things fail",
        description=_TEXT,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--devices", type=_whole(1, 90_000), default=100, metavar="N", help="simulated gateways (100)")
    p.add_argument("--rate", type=positive, metavar="R", help="readings a second of all of them (a fifth of N)")
    p.add_argument("--seconds", type=positive, default=60.0, metavar="S", help="how long they read (60)")
    text = "nats, mosquitto, or mqtt://[user@]host[:port] (nats)"
    p.add_argument("--broker", default="nats", metavar="WHAT", help=text)
    p.add_argument(
        "--store", default="sqlite", metavar="WHAT", help="sqlite, postgresql, or a database's address (sqlite)"
    )
    p.add_argument("--collectors", type=_whole(1, 32), default=1, metavar="N", help="processes that collect (1)")
    p.add_argument("--processes", type=_whole(1, 32), default=1, metavar="N", help="processes for the devices (1)")
    p.add_argument(
        "--fault", dest="faults", action="append", default=[], type=_fault, metavar="WHAT@T[+D]", help="see below"
    )
    p.add_argument("--ramp", type=positive, metavar="S", help="in how many seconds all are switched on (N/60)")
    p.add_argument("--drain", type=positive, default=120.0, metavar="S", help="wait so long for the rest (120)")
    p.add_argument("--keep", type=Path, metavar="FOLDER", help="keep logs, journals and ledgers there")
    p.add_argument("--json", action="store_true", help="one JSON object at the end and nothing else")


def _whole(low: int, high: int):
    def whole(text: str) -> int:
        if not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number {low}...{high}")
        return int(text)

    return whole


def _fault(text: str):
    try:
        return parse_fault(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
