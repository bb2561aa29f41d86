"""The table of a decoded telegram, for people: of its JSON object."""

import sys

from rich.console import Console
from rich.table import Table

from .words import faults, printable, status

_WIDE = 2000
_WHOLE = ("quantity", "value", "unit", "function", "storage", "tariff", "subunit", "also")
# On a screen too narrow for that many columns what is not as usual is in words in the last one.
_NARROW = ("quantity", "value", "unit", "also")
# The manufacturer's is said by the quantity.
_USUAL = ("instantaneous", "manufacturer")
# CI fields whose two lowest bits of the status are no errors.
_FIXED = ("73", "77")


def where(result: dict) -> str:
    """The file, with the line or offset in a log."""
    said = result["file"] or "telegram"
    for place in ("line", "offset"):
        if place in result:
            said += f", {place} {result[place]}"
    return said


def title(result: dict) -> str:
    """Where a telegram is from, the meter's name, and its status where that is worth a look."""
    header = result["header"] or {}
    said = []
    if header.get("identification"):
        said.append(f"{header['manufacturer'] or ''} {header['identification']}".strip())
        said.append(header["medium"])
    byte = int(header.get("status", "00"), 16)
    if result["ci"] in _FIXED:
        said += faults(byte)
    elif byte:
        said.append(status(byte))
    return f"{where(result)}: {', '.join(said)}" if said else where(result)


def show(result: dict) -> None:
    """The records on standard output, and what is wrong on standard error."""
    # To a pipe the table is as wide as its values; on a screen they are folded, never cut off.
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    records = result["records"]
    if records:
        # As the table's own title it would be folded to the table's width.
        console.print(title(result), style="bold", soft_wrap=True)
        table = _table(_WHOLE, [_whole(r) for r in records])
        if console.measure(table, options=console.options.update(max_width=_WIDE)).maximum > console.width:
            table = _table(_NARROW, [_narrow(r) for r in records])
        console.print(table)
    show_error(result)


def show_error(result: dict) -> None:
    if result["error"]:
        sys.stdout.flush()
        print(f"{where(result)}: {result['error']['kind']}: {result['error']['message']}", file=sys.stderr)


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, justify="right" if column == "value" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _whole(r: dict) -> list[str]:
    """A record's cells, in all columns."""
    value = printable(r["value"]) if r["error"] is None else f"– ({r['error']})"
    cells = (r["quantity"], value, r["unit"] or "", r["function"], r["storage"], r["tariff"], r["subunit"])
    return [*map(str, cells), printable(" ".join(r["qualifiers"]))]


def _narrow(r: dict) -> list[str]:
    """A record's cells, in four columns."""
    cells = _whole(r)
    said = [r["function"]] if r["function"] not in _USUAL else []
    said += [f"{name} {r[name]}" for name in ("storage", "tariff", "subunit") if r[name]]
    also = ", ".join([*said, *map(printable, r["qualifiers"])])
    return [*cells[:3], also]
