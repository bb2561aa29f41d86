"""The options of `lumbus collect`."""

import argparse
import os
import socket

from ..positive import positive

# The modules of the commands, by their names.
COMMANDS = {"collect": "collect.command"}
DATABASE = "LUMBUS_DATABASE"
DEFAULT = "sqlite:lumbus.db"

_HELP = f"""examples:
  lumbus collect mqtt://broker.local
  lumbus collect mqtts://head-end@broker.example/lumbus --ca ca.pem --database postgresql:///lumbus
  lumbus collect nats://head-end@nats1,nats2,nats3 --name collector-2
  lumbus collect --migrate-only --database sqlite:/var/lib/lumbus/lumbus.db

It stores readings, checks, events and what gateways say of themselves, once each,
and acknowledges them to the broker when the database has committed.  It listens
on nothing.  While the broker or the database is away it waits; the broker holds
what comes meanwhile.

Several share the work: give each its own --name and all the same --group, and
start each under its name again, for what a broker has handed to a name waits for
that name.  At mosquitto one alone is better off without --group: mosquitto forgets
what is shared when it is started anew, and takes readings that nobody waits for.

The broker's password is taken from the environment's LUMBUS_MQTT_PASSWORD, or
asked for.  PostgreSQL's own: PGPASSWORD, ~/.pgpass, or the URL, which others
can see in the list of processes: put that into the environment's {DATABASE}.

exit codes:
  0  ended by --seconds or SIGTERM, or the schema is as it must be
  1  refused: the database is of a newer program
  2  wrong usage
  3  ended, and the broker or the database had not answered once
  130  ended with Ctrl-C, in good order
"""


def add(commands) -> None:
    text = "store readings, checks and events from the broker in a database, once each"
    p = commands.add_parser(
        "collect",
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("source", nargs="?", metavar="mqtt://[user@]host[:port][/base]", help="or mqtts://, nats://, tls://")
    p.add_argument(
        "--database",
        metavar="URL",
        help=f"sqlite:PATH or postgresql://... ({DEFAULT}, or what {DATABASE} says)",
    )
    p.add_argument("--name", metavar="NAME", help="this collector's, kept over its restarts (the computer's)")
    text = "share the work with all collectors of this group; at NATS they always do (lumbus)"
    p.add_argument("--group", metavar="NAME", help=text)
    p.add_argument("--ca", metavar="FILE", help="the CA's certificate for mqtts:// and tls://, PEM or DER")
    p.add_argument("--batch", type=_whole(1, 20000), default=2000, metavar="N", help="messages in one commit (2000)")
    text = "how long a batch waits to be full (200)"
    p.add_argument("--linger-ms", type=_whole(0, 10000), default=200, metavar="MS", help=text)
    text = "messages that the broker sends ahead of what is acknowledged (5000)"
    p.add_argument("--window", type=_whole(1, 65535), default=5000, metavar="N", help=text)
    p.add_argument("--seconds", type=positive, metavar="S", help="end by itself after S seconds")
    text = "bring the database's schema up to this program, and end"
    p.add_argument("--migrate-only", action="store_true", help=text)
    p.add_argument("--json", action="store_true", help="one JSON object at the end and nothing else")


def database_of(options) -> str:
    return options.database or os.environ.get(DATABASE) or DEFAULT


def name_of(options) -> str:
    """The computer's name, as far as a broker takes it."""
    kept = "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in socket.gethostname())
    return options.name or kept[:40] or "collector"


def _whole(low: int, high: int):
    def whole(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number {low}...{high}")
        return int(text)

    return whole
