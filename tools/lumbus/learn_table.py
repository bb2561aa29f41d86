"""The list of an unknown meter's records: numbers to name them by, plain names, values, and what each may be."""

import sys

from rich.console import Console
from rich.table import Table

from mbus.record import FUNCTIONS, Record
from mbus.telegram import Telegram
from mbus.vib import NEGATIVE, POSITIVE

from .decode import record_json

_WIDE = 2000
_WORDS = {POSITIVE: "imported", NEGATIVE: "exported"}


def meter_name(telegram: Telegram) -> str:
    if telegram.identification is None:
        return "a meter whose telegrams do not say who it is"
    return f"{telegram.manufacturer} {telegram.identification}, {telegram.medium}, version {telegram.version}"


def show_records(telegram: Telegram, records: list[Record], proposed: dict[str, int]) -> None:
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    table = Table(title=meter_name(telegram), title_justify="left")
    for column in ("#", "record", "value", "role"):
        table.add_column(column, justify="right" if column in ("#", "value") else "left", overflow="fold")
    taken = {number: role for role, number in proposed.items()}
    for number, record in enumerate(records, 1):
        table.add_row(str(number), plain_name(record), value_of(record), taken.get(number, ""))
    console.print(table)


def plain_name(record: Record) -> str:
    """Such as "energy, imported, tariff 1"."""
    if record.is_manufacturer:
        return "more records follow" if record.more_follow and not record.data else "the manufacturer's own data"
    words = [record.meaning.quantity.replace("_", " ")]
    for q in record.meaning.qualifiers:
        kind, colon, rest = q.partition(":")
        words.append(f"{'its maker says' if kind == 'manufacturer' else kind} {rest}" if colon else _in_words(q))
    if record.function:
        words.append(FUNCTIONS[record.function])
    for place in ("tariff", "storage", "subunit"):
        if getattr(record, place):
            words.append(f"{place} {getattr(record, place)}")
    return ", ".join(words)


def _in_words(qualifier: str) -> str:
    return _WORDS.get(qualifier, qualifier.replace("_", " "))


def value_of(record: Record) -> str:
    shown = record_json(record)
    if shown["error"] is not None:
        return f"– ({shown['error']})"
    return f"{shown['value']} {shown['unit'] or ''}".strip()
