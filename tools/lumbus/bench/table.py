"""The bench's table: ratios first, each figure with its budget and how much of it is used."""

_KB = 1024


def rows(result: dict):
    """(what, figure, budget, part of the budget) as texts."""
    yield from _ratios(result["decode"], result["poll"])
    yield from _times(result["decode"])
    yield from _sizes(result["size"])
    yield from _wasm(result["wasm"])
    yield from _smallest(result["size"]["smallest_heap_kib"], result["heap"]["application_smallest_heap_kib"])


def _row(what: str, figure: float, unit: str, budget: float | None, places: int = 0) -> tuple[str, str, str, str]:
    text = f"{figure:,.{places}f}{unit}"
    if budget is None:
        return what, text, "", ""
    part = f"{figure / budget:.0%}" if budget else "NOT MET" if figure else "met"
    return what, text, f"≤ {budget:,.{places}f}{unit}", part


def _ratios(d: dict, polls: list):
    if d["pymbusparser_us"]:
        yield _row("decode first sight / pymbusparser (Rust)", d["cpython_first_us"] / d["pymbusparser_us"], "", 1, 2)
        yield _row("decode known layout / pymbusparser", d["cpython_repeat_us"] / d["pymbusparser_us"], "", 0.2, 2)
    if d["pymeterbus_us"]:
        yield _row("decode first sight / pymeterbus", d["cpython_first_us"] / d["pymeterbus_us"], "", None, 2)
    for p in polls:
        yield _row(f"poll at {p['baud']} baud / time on the wire", p["ratio"], "", 1.05, 3)


def _times(d: dict):
    about = f"({d['telegrams']} {d['kind']} telegrams, mean)"
    yield _row(f"CPython, first sight {about}", d["cpython_first_us"], " µs", None, 1)
    yield _row("CPython, known layout", d["cpython_repeat_us"], " µs", None, 1)
    for name in ("pymbusparser", "pymeterbus"):
        if d[name + "_us"]:
            yield _row(f"CPython, {name}", d[name + "_us"], " µs", None, 1)
    if d["micropython_first_us"]:
        yield _row("MicroPython, first sight", d["micropython_first_us"], " µs", 120, 1)
        yield _row("MicroPython, known layout", d["micropython_repeat_us"], " µs", 55, 1)
        yield _row("allocated at first sight, 64-bit", d["micropython_first_alloc_bytes"], " B", None)
        yield _row("allocated for a known layout", d["micropython_repeat_alloc_bytes"], " B", 0)


def _sizes(s: dict):
    yield _row("lib/mbus compiled", s["mbus_mpy_bytes"], " B", 24 * _KB)
    if s["mbus_reader_mpy_bytes"]:
        yield _row("  of it, who reads a known meter", s["mbus_reader_mpy_bytes"], " B", 12 * _KB)
    yield _row("lib/mbus_service compiled", s["service_mpy_bytes"], " B", None)
    yield _row("whole application compiled", s["application_mpy_bytes"], " B", 75 * _KB)
    if s["import_heap_bytes"]:
        yield _row("heap of importing the reader, 64-bit", s["import_heap_bytes"], " B", None)
        yield _row("time of importing it", s["import_us"], " µs", None)
        yield _row("heap of importing the application, 64-bit", s["application_import_heap_bytes"], " B", None)


def _wasm(w: dict):
    if w["first_alloc_bytes"] is not None:
        yield _row("allocated at first sight, 32-bit", w["first_alloc_bytes"], " B", None)
        yield _row("allocated for a known layout, 32-bit", w["repeat_alloc_bytes"], " B", 0)


def _smallest(decoding, application):
    if decoding:
        yield _row("smallest heap that decodes all, 64-bit", decoding, " KiB", 64)
    if application:
        yield _row("smallest heap of the application, 64-bit", application, " KiB", 112)
        yield _row("  with a web page to come", application, " KiB", 220)
