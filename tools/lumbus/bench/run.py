"""`lumbus bench`: measure everything and print it as a table or as JSON."""

import json

from rich.console import Console
from rich.progress import track
from rich.table import Table

from . import decode, heap, poll, size


def run(options) -> int:
    parts = {"decode": decode.measure, "size": size.measure, "poll": poll.measure, "heap": heap.measure}
    console = Console(stderr=True, quiet=options.json)
    result = {name: measure() for name, measure in track(parts.items(), "measuring", console=console)}
    if options.json:
        print(json.dumps(result))
    else:
        show(result)
    return 0


def show(result: dict) -> None:
    table = Table("what", "figure", "budget or reference", title="lumbus bench", title_justify="left")
    d = result["decode"]
    if d["pymeterbus_us"]:
        table.add_row("decode, CPython / pymeterbus", f"{d['cpython_first_us'] / d['pymeterbus_us']:.3f}", "")
    table.add_row(f"decode, CPython ({d['telegrams']} {d['kind']} telegrams)", f"{d['cpython_first_us']:.1f} µs", "")
    if d["pymeterbus_us"]:
        table.add_row("decode, pymeterbus", f"{d['pymeterbus_us']:.1f} µs", "")
    if d["micropython_first_us"]:
        table.add_row("decode, MicroPython", f"{d['micropython_first_us']:.1f} µs", "≤ 120 µs")
    for p in result["poll"]:
        figure = f"{p['ratio']:.3f} ({p['poll_ms']:.0f} ms)"
        table.add_row(f"poll at {p['baud']} baud / time on the wire", figure, "≤ 1.05")
    s = result["size"]
    table.add_row("lib/mbus compiled", f"{s['mbus_mpy_bytes']} B", "≤ 24 KB")
    table.add_row("whole application compiled", f"{s['application_mpy_bytes']} B", "≤ 75 KB")
    if s["import_heap_bytes"]:
        table.add_row("heap of import mbus.master, 64-bit", f"{s['import_heap_bytes']} B", "")
        table.add_row("heap of import uplink.app, 64-bit", f"{s['application_import_heap_bytes']} B", "220 KiB in all")
    smallest = result["heap"]["application_smallest_heap_kib"]
    if smallest:
        table.add_row("smallest heap that runs it, 64-bit", f"{smallest} KiB", "112 KiB; 220 KiB with a web page")
    Console(highlight=False).print(table)
