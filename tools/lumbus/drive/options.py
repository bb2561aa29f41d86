"""The options of `lumbus drive`."""

import argparse

_TEXT = """Copies the firmware onto a board's drive CIRCUITPY, as it is mounted on this computer: only what differs.
config.json, secrets.json, certificates and profiles of one's own are left alone.  A code.py of somebody else's is
replaced only with --force."""

_EXAMPLES = """examples:
  lumbus config init /media/me/CIRCUITPY
  lumbus drive /media/me/CIRCUITPY

exit codes: 0 done; 2 wrong usage, or a drive that cannot be written
"""


def add(commands) -> None:
    p = commands.add_parser(
        "drive",
        help="put the firmware onto a board with CircuitPython",
        description=_TEXT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("drive", metavar="DRIVE", help="where the drive is mounted, such as /media/me/CIRCUITPY")
    p.add_argument("--force", action="store_true", help="replace a code.py that is not ours")
