"""The runs in WebAssembly tell what passed, what failed and what died, and lose none."""

import pytest
from elsewhere import verdicts
from wasm import outputs
from wasm_tests import ROOT, WasmFile, run_files


@pytest.fixture(autouse=True)
def interpreter(request):
    WasmFile.from_parent(request.session, path=ROOT / "none.py").require()


def test_each_piece_of_code_has_an_interpreter_of_its_own():
    jobs = {str(i): f"import wasm_inside as w\nprint(hasattr(w, 'x'))\nw.x = {i}" for i in range(3)}
    assert outputs(jobs) == dict.fromkeys(jobs, "False\n")


def test_what_is_raised_and_what_dies_is_told():
    assert "ZeroDivisionError" in outputs({"x": "1 // 0"})["x"]
    assert "MemoryError" in outputs({"x": "bytearray(1000000000)"})["x"]
    assert "the interpreter died" in outputs({"x": "import machine\nmachine.mem8[0xF0000000]"})["x"]


def test_nothing_can_be_written():
    assert "OSError" in outputs({"x": "open('/input/x.txt', 'w')"})["x"]
    assert not (ROOT / "x.txt").exists()


def test_a_file_that_needs_more_than_the_heap_goes_on_afresh(monkeypatch):
    file = ROOT / "host_tests" / "lib" / "test_timing.py"
    whole = verdicts(run_files({file})[file])
    monkeypatch.setattr("wasm_tests._LEAST_FREE", 1 << 29)
    pieces = run_files({file})[file]
    assert verdicts(pieces) == whole and len(whole) > 3
    assert pieces.count("@@ next") == len(whole) - 1


def test_a_failure_keeps_its_traceback():
    said = "\n@@ passed test_a\n\n@@ failed test_b\nTraceback\nOSError\n\n@@ next test_c\n"
    assert verdicts(said) == {"test_a": "", "test_b": "Traceback\nOSError\n"}
