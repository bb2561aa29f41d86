"""Pieces of HTML.  What came from a broker is a text like any other: everything is escaped."""

import re
from html import escape

# Dashes for what is not known, and intervals, stand among numbers.
_NUMBER = re.compile("[\u2212–0-9.…% \u202f]+")


def text(value: object) -> str:
    return escape(str(value), quote=True)


def tiles(pairs: list[tuple[str, str, str]]) -> str:
    """(what, number, unit) each."""
    return f'<dl class="tiles">{"".join(_tile(*each) for each in pairs)}</dl>'


def _tile(what: str, number: str, unit: str) -> str:
    small = f" <small>{text(unit)}</small>" if unit else ""
    return f'<div><dt>{text(what)}</dt><dd class="num">{text(number)}{small}</dd></div>'


def cell(value: object, head: str = "", state: str = "", number: bool = False) -> str:
    """state: ok, wait or bad colours the words; head: what a narrow screen names it by."""
    marks = (' class="n"' if number else "") + (f' data-head="{text(head)}"' if head else "")
    if state:
        return f'<td{marks} data-state="{state}"><span class="word">{text(value)}</span></td>'
    return f"<td{marks}>{text(value)}</td>"


def table(caption: str, heads: list[str], rows: list[list], foot: list | None = None, most: int = 400) -> str:
    """The first column names the row; columns whose heads end in a unit or are counts stand on the right."""
    shown = rows[:most]
    right = [at > 0 and _is_number(row[at] for row in shown) for at in range(len(heads))]
    body = "".join(_row(row, right) for row in shown)
    more = f'<tr><td colspan="{len(heads)}">… and {len(rows) - most} more</td></tr>' if len(rows) > most else ""
    head = "".join(f'<th scope="col"{_side(right[at])}>{text(name)}</th>' for at, name in enumerate(heads))
    end = f"<tfoot>{_row(foot, right)}</tfoot>" if foot else ""
    top = f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{body}{more}</tbody>{end}</table>"


def _row(row: list, right: list[bool]) -> str:
    first, *others = row
    cells = "".join(f"<td{_side(right[at + 1])}>{text(value)}</td>" for at, value in enumerate(others))
    return f'<tr><th scope="row">{text(first)}</th>{cells}</tr>'


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _is_number(values) -> bool:
    told = [str(value) for value in values]
    return set(told) != {"–"} and all(_NUMBER.fullmatch(value) for value in told)


def folded(what: str, label: str, inside: str) -> str:
    """A table that is opened by who wants it, and scrolls by itself where it is too wide."""
    return f"<details><summary>{text(what)}</summary>{scrolled(label, inside)}</details>"


def scrolled(label: str, inside: str) -> str:
    """label: another for each on a page."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{text(label)}">{inside}</div>'
