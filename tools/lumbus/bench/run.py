"""`lumbus bench`: measure everything and print it as a table or as JSON."""

import json
import sys

from rich.console import Console
from rich.progress import track
from rich.table import Table

from . import decode, heap, poll, size, wasm
from .table import rows

_OPTIONAL = {"pymeterbus_us": "pymeterbus", "pymbusparser_us": "pymbusparser"}


def run(options) -> int:
    quick = options.quick
    parts = {
        "decode": lambda: decode.measure(quick),
        "size": size.measure,
        "wasm": wasm.measure,
        "poll": (lambda: []) if quick else poll.measure,
        "heap": (lambda: {"application_smallest_heap_kib": None}) if quick else heap.measure,
    }
    console = Console(stderr=True, quiet=options.json)
    result = {name: measure() for name, measure in track(parts.items(), "measuring", console=console)}
    if options.json:
        print(json.dumps(result))
    else:
        show(result)
    for key, name in _OPTIONAL.items():
        if result["decode"][key] is None:
            print(f"{name} is not installed: pip install '.[bench]', or make bench", file=sys.stderr)
    return 0


def show(result: dict) -> None:
    table = Table("what", "figure", "budget", "of it", title="lumbus bench", title_justify="left")
    table.columns[1].justify = table.columns[3].justify = "right"
    for row in rows(result):
        table.add_row(*row)
    Console(highlight=False, width=None if sys.stdout.isatty() else 100).print(table)
