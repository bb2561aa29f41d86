"""An explanation as aligned columns of at most 100 characters; in colours on a terminal only."""

import sys
import textwrap

from rich.console import Console
from rich.text import Text

from .explain_parts import HEADING, NOT_READ, WRONG, Part

_WIDEST = 100
_NARROWEST = 60
# From this width on a line has room for 8 bytes.
_ROOMY = 96
_GAP = "  "
_STYLES = {WRONG: "bold red", NOT_READ: "dim"}


def show_parts(title: str, parts: list[Part]) -> None:
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDEST)
    # A narrower screen folds the lines itself: nothing is cut off.
    width = max(min(console.width, _WIDEST), _NARROWEST)
    console.print(Text(title, "bold"), soft_wrap=True)
    for line in lines(parts, width):
        console.print(line, soft_wrap=True)


def lines(parts: list[Part], width: int) -> list[Text]:
    """The lines of all parts, none longer than `width`."""
    at_once = 8 if width >= _ROOMY else 6
    offset = max([3] + [len(str(part.offset + len(part.data))) for part in parts])
    name = max([1] + [len(part.name) for part in parts])
    most = max([1] + [min(len(part.data), at_once) for part in parts])
    out = []
    for part in parts:
        if part.kind == HEADING:
            indent = " " * offset + _GAP
            out += [Text(indent + said, "bold") for said in textwrap.wrap(part.says, width - len(indent))]
        else:
            out += _lines(part, (offset, 3 * most - 1, name), width, at_once)
    return out


def _lines(part: Part, widths: tuple[int, int, int], width: int, at_once: int) -> list[Text]:
    room = width - sum(widths) - 3 * len(_GAP)
    said = textwrap.wrap(part.says, max(room, 10)) or [""]
    rows = [part.data[at : at + at_once] for at in range(0, len(part.data), at_once)] or [b""]
    style = _STYLES.get(part.kind or "", "")
    out = []
    for number in range(max(len(rows), len(said))):
        data = rows[number] if number < len(rows) else b""
        line = Text()
        line.append(f"{part.offset + number * at_once if data else '':>{widths[0]}}", "dim")
        line.append(_GAP + data.hex(" ").ljust(widths[1]), style or "cyan")
        line.append(_GAP + (part.name if not number else "").ljust(widths[2]), style or "green")
        line.append(_GAP + (said[number] if number < len(said) else ""), style)
        line.rstrip()
        out.append(line)
    return out
