"""The bench's table: ratios first, each figure with its budget and how much of that is used."""

from collections.abc import Iterator

from .detect import BUDGETS

_KB = 1024
_Row = tuple[str, str, str, str]


def rows(result: dict) -> Iterator[_Row]:
    """(what, figure, budget, part of the budget) as texts; what was not measured has no row."""
    sections = (
        _ratios(result["decode"], result["poll"]),
        _times(result["decode"]),
        _handler(result["handler"], result["wasm"]),
        _sizes(result["size"]),
        _journal(result["journal"]),
        _wasm(result["wasm"]),
        _detection(result["detect"]),
        _smallest(result["size"]["smallest_heap_kib"], result["heap"]),
        _collecting(result["collect"]),
    )
    for section in sections:
        yield from (row for row in section if row)


def _row(what: str, figure: float | None, unit: str = "", budget: float | None = None, places: int = 0) -> _Row | None:
    if figure is None:
        return None
    text = f"{figure:,.{places}f}{unit}"
    if budget is None:
        return what, text, "", ""
    part = f"{figure / budget:.0%}" if budget else "" if figure else "met"
    return what, text, f"≤ {budget:,.{places}f}{unit}", part if figure <= budget else f"NOT MET {part}".rstrip()


def _at_least(what: str, figure: float | None, unit: str, budget: float) -> _Row | None:
    if figure is None:
        return None
    met = "" if figure >= budget else "NOT MET "
    return what, f"{figure:,.0f}{unit}", f"≥ {budget:,.0f}{unit}", f"{met}{figure / budget:.0%}"


def _over(figure: float | None, reference: float | None) -> float | None:
    return figure / reference if figure is not None and reference else None


def _ratios(d: dict, polls: list):
    first, known = d["cpython_first_us"], d["cpython_repeat_us"]
    yield _row("first sight / pymbusparser (Rust)", _over(first, d["pymbusparser_us"]), "", 1, 2)
    yield _row("known layout / pymbusparser", _over(known, d["pymbusparser_us"]), "", 0.2, 2)
    yield _row("first sight / pymeterbus", _over(first, d["pymeterbus_us"]), places=2)
    yield _row("known layout / pymeterbus", _over(known, d["pymeterbus_us"]), places=3)
    for p in polls:
        yield _row(f"poll at {p['baud']} baud / time on the wire", p["ratio"], "", 1.05, 3)


def _times(d: dict):
    yield _row(f"CPython, first sight ({d['telegrams']} {d['kind']} telegrams)", d["cpython_first_us"], " µs", None, 1)
    yield _row(f"CPython, known layout ({d['layouts']} of them)", d["cpython_repeat_us"], " µs", None, 1)
    yield _row("CPython, pymbusparser", d["pymbusparser_us"], " µs", None, 1)
    yield _row("CPython, pymeterbus", d["pymeterbus_us"], " µs", None, 1)
    yield _row("MicroPython, first sight", d["micropython_first_us"], " µs", 120, 1)
    yield _row("MicroPython, known layout", d["micropython_repeat_us"], " µs", 55, 1)
    yield _row("allocated at first sight, 64-bit", d["micropython_first_alloc_bytes"], " B")
    yield _row("allocated for a known layout, 64-bit", d["micropython_repeat_alloc_bytes"], " B", 0)


def _handler(h: dict, w: dict):
    yield _row("interrupt handlers of a pulse / of an empty handler", _over(h["pulse_us"], h["empty_us"]), places=1)
    yield _row("interrupt handlers of a pulse (two edges)", h["pulse_us"], " µs", None, 1)
    yield _row("  of a lamp's flash", h["lamp_us"], " µs", None, 1)
    yield _row("allocated by interrupt handlers, 64-bit", h["alloc_bytes"], " B", 0)
    yield _row("allocated by interrupt handlers, 32-bit", w["handler_alloc_bytes"], " B", 0)


def _sizes(s: dict):
    yield _row("lib/mbus compiled", s["mbus_mpy_bytes"], " B", 24 * _KB)
    yield _row("  of it, who reads a known meter", s["mbus_reader_mpy_bytes"], " B", 12 * _KB)
    yield _row("lib/mbus_service compiled (search, settings, building)", s["mbus_service_mpy_bytes"], " B")
    if s["mbus_mpy_bytes"] is not None:
        yield _row("  both together", s["mbus_mpy_bytes"] + s["mbus_service_mpy_bytes"], " B")
    yield _row("whole application compiled", s["application_mpy_bytes"], " B")
    yield _row("  of it, what stays after start", s["application_resident_mpy_bytes"], " B", 75 * _KB)
    yield _row("heap of importing the reader, 64-bit", s["import_heap_bytes"], " B")
    yield _row("time of importing it", s["import_us"], " µs")
    yield _row("heap of importing the application, 64-bit", s["application_import_heap_bytes"], " B")


def _journal(j: dict):
    if j["power_cuts"] is None:
        return
    yield _row("journal: power cuts not recovered from", j["power_cuts"] - j["recovered"], "", 0)
    yield _row("  power cuts tried, at every step of the flash", j["power_cuts"])
    yield _row(
        "  erases for a reading / of a plain append", j["erases_per_reading"] / j["plain_erases_per_reading"], places=2
    )
    yield _row("  bytes of a reading", j["bytes_per_reading"], " B", None, 1)
    yield _row("  bytes programmed for a reading", j["programmed_per_reading"], " B", None, 1)
    yield _row("  years to 100,000 erases of 2 MB, 20 at least, at 1 a minute", j["years_at_1_per_min"])
    yield _row("    at 6 a minute", j["years_at_6_per_min"])
    yield _row("    plain append at 1 a minute", j["plain_years_at_1_per_min"])


def _wasm(w: dict):
    yield _row("heap of importing the reader, 32-bit, at most", w["import_heap_bytes"], " B")
    yield _row("allocated at first sight, 32-bit", w["first_alloc_bytes"], " B")
    yield _row("allocated for a known layout, 32-bit", w["repeat_alloc_bytes"], " B", 0)


def _detection(table: list):
    """Readings until lost pulses are proven; the median of few seeds."""
    for row in table:
        budgets = BUDGETS.get(row["lost"], (None, None))
        yield _delay(f"{row['lost']} lost pulses proven after readings", row["regular"], budgets[0])
        yield _delay("  timed by the pulses", row["timed"], budgets[1])
        yield _delay("  by plain comparison", row["plain"], None)


def _delay(what: str, readings: float | None, budget: float | None) -> _Row:
    if readings is not None:
        return _row(what, readings, "", budget, 1) or (what, "", "", "")
    return what, "not found", "" if budget is None else f"≤ {budget:,.1f}", "" if budget is None else "NOT MET"


def _smallest(decoding, heap: dict):
    application = heap["application_smallest_heap_kib"]
    yield _row("smallest heap that decodes all, 64-bit", decoding, " KiB", 64)
    yield _row("smallest heap of the application, 64-bit", application, " KiB", 112)
    yield _row("  with the local page open", heap["application_with_page_smallest_heap_kib"], " KiB", 220)
    yield _row("heap left after start, of 220 KiB, 64-bit", heap["application_free_after_start_bytes"], " B")


def _collecting(c: dict):
    """Rates of `lumbus collect` on one core."""
    unit = " /s"
    yield _at_least("readings collected: mosquitto to PostgreSQL, one core", c["postgres_mqtt_per_s"], unit, 5000)
    yield _row("  in a second of that core's time", c["postgres_mqtt_per_cpu_s"], unit)
    yield _row("  without the broker", c["postgres_per_s"], unit)
    yield _row("  COPY alone, of the same rows", c["copy_per_s"], unit)
    yield _row("  time of collecting / of COPY alone", _over(c["copy_per_s"], c["postgres_mqtt_per_s"]), places=1)
    yield _row("readings collected: memory to SQLite, one core", c["sqlite_per_s"], unit)
    if c["missing"]:
        yield f"  not measured: {c['missing']}", "", "", ""
