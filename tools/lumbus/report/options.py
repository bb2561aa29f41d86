"""The options of `lumbus report`."""

import argparse

from ..collect.options import DATABASE, DEFAULT
from .zone import STEPS

# The modules of the commands, by their names.
COMMANDS = {"report": "report.command"}

_TEXT = """examples:
  lumbus report lumbus.db
  lumbus report lumbus.db --from 2026-11-01 --to 2026-11-30 --out november.html
  lumbus report lumbus.db --meter 16250476 --by hour --from 2026-11-28 --png pictures
  lumbus report postgresql://report@db.local/lumbus --meter '02*/1625*' --top 20 --timezone Europe/Berlin

DATABASE is that of lumbus collect; a password for PostgreSQL is taken from
PGPASSWORD or ~/.pgpass.  Without --from and --to the range ends with the newest
reading, and begins with the first, or 31 days before.

--meter takes the first digits of a meter's secondary address, or a pattern with
* and ? for it or for GATEWAY/METER; give it again for more.  All meters have a
line, or the 200 that need most attention; --top of them a section.

exit codes:
  0  done
  1  refused: there is nothing to be shown, or the database has another schema
  2  wrong usage, or a file that cannot be written
  3  the database does not answer
  130  ended with Ctrl-C
"""


def add(commands) -> None:
    p = commands.add_parser(
        "report",
        help="energy, power, agreement and capture ratio from the database, as a page or pictures",
        description="Draws energy, power, agreement and capture ratio per meter from the database of lumbus collect.",
        epilog=_TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    text = f"a path or URL ({DEFAULT}, or what {DATABASE} says)"
    p.add_argument("database", nargs="?", metavar="DATABASE", help=text)
    p.add_argument("--meter", dest="meters", action="append", default=[], metavar="PATTERN", help="only these meters")
    p.add_argument("--from", dest="start", metavar="DAY", help="first day, or a time such as 2026-11-01T06:00")
    p.add_argument("--to", dest="end", metavar="DAY", help="last day, which belongs to it; or a time")
    p.add_argument("--timezone", metavar="ZONE", help="whose days and hours, such as Europe/Berlin (this computer's)")
    p.add_argument("--by", choices=STEPS, help="how energy is summed up (by the range's length)")
    p.add_argument("--top", type=_whole, default=10, metavar="N", help="meters with a section of their own (10)")
    p.add_argument("--title", default="Energy, read twice", help="the page's title")
    where = p.add_mutually_exclusive_group()
    where.add_argument("--out", default="report.html", metavar="FILE", help="the page (report.html)")
    where.add_argument("--png", metavar="FOLDER", help="pictures into this folder instead")
    p.add_argument(
        "--json", action="store_true", help="one JSON object of what was found and written, and nothing else"
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 <= int(text) <= 500):
        raise argparse.ArgumentTypeError("must be a whole number 0...500")
    return int(text)
