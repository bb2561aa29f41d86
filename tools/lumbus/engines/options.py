"""The options of `lumbus cluster` and `lumbus accounts`."""

import argparse
from pathlib import Path

from ..positive import positive

# The modules of the commands, by their names.
COMMANDS = {"cluster": "engines.command", "accounts": "engines.accounts_command"}

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

_ACCOUNTS = """examples:
  lumbus accounts users > accounts.conf
  lumbus accounts users --base site/one --no-discovery > accounts.conf

FILE has a line name:password for collector, for operator, and for each gateway by
the name in its topics.  mosquitto takes the same file: mosquitto_passwd -U FILE.
Keep it readable by you alone; the passwords are in what is written, too.

exit codes:
  0  written
  2  wrong usage, or a file that cannot be read or is no such list
"""


def add(commands) -> None:
    _cluster(commands)
    _accounts(commands)


def _accounts(commands) -> None:
    text = "write NATS's access list, with everybody's password and all gateways"
    p = commands.add_parser(
        "accounts",
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=_ACCOUNTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("list", type=Path, metavar="FILE", help="name:password, a user a line")
    p.add_argument("--base", default="lumbus", metavar="BASE", help="mqtt.base of the gateways (lumbus)")
    p.add_argument("--discovery-prefix", default="homeassistant", metavar="PREFIX", help="(homeassistant)")
    text = "gateways may not announce themselves: each has mqtt.discovery false in its configuration"
    p.add_argument("--no-discovery", action="store_true", help=text)


def _cluster(commands) -> None:
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
    p.add_argument("--seconds", type=positive, metavar="S", help="end by itself after S seconds")
    p.add_argument("--json", action="store_true", help="one JSON object when it has started, and nothing else")
