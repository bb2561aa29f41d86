"""A board with CircuitPython: its drive laid out, and the port on it end to end, over CircuitPython's own asyncio.

The interpreter is MicroPython, from which CircuitPython's comes; what a board's modules do is stood in for (see
cp_machine).  It is no proof of what only a board can show.
"""

import contextlib
import queue

import pytest
from cpstage import CircuitPythonStage
from needs import require_runtime
from ptybus import Run

from lumbus.drive.layout import lay_out

SAMPLE = 'print("Hello World!")\n'


def test_the_port_reads_counts_over_the_fall_back_and_publishes():
    require_runtime("micropython")
    with CircuitPythonStage() as stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        consumer = stage.consumer
        # The counter stood 67 below the end of its 16 bits.
        while not any(r["verdict"] == "agree" and r["pulses"] >= 100 for r in consumer.readings[-1:]):
            assert stage.seconds() < 40 and stage.is_running(), stage.console.read_text()
            with contextlib.suppress(queue.Empty):
                consumer.inbox.get(timeout=0.2)
        assert stage.end_firmware(), stage.console.read_text()
        console = stage.console.read_text()
        kept = {path.name for path in stage.drive.iterdir()}
    last = consumer.readings[-1]
    assert last["verdict"] == "agree" and not consumer.events
    assert consumer.duplicates == consumer.out_of_order == 0
    assert "wifi: home, address 127.0.0.1" in console
    assert " on circuitpython, boot 1" in console and "Traceback" not in console
    assert {"boot", "starts.json", "check-49.json"} <= kept


def test_a_drive_gets_what_differs_and_code_py_last(capsys, tmp_path, monkeypatch):
    (tmp_path / "code.py").write_text(SAMPLE)
    (tmp_path / "config.json").write_text("{}")
    written = []
    from lumbus.drive import run as drive

    copy = drive._copy
    monkeypatch.setattr(drive, "_copy", lambda source, target: (written.append(target.name), copy(source, target)))
    run = Run(capsys, "drive", tmp_path)
    assert run.code == 0 and written[-1] == "code.py" and len(written) > 100
    assert f"{len(written)} of {len(written)} files written" in run.out
    assert (tmp_path / "config.json").read_text() == "{}"
    (tmp_path / "uplink" / "light.py").write_text("old")
    written.clear()
    assert Run(capsys, "drive", tmp_path).code == 0 and written == ["light.py"]


def test_somebody_else_s_program_is_not_replaced_unasked(capsys, tmp_path):
    program = "import time\nwhile True:\n    time.sleep(1)\n"
    (tmp_path / "code.py").write_text(program)
    run = Run(capsys, "drive", tmp_path)
    assert run.code == 2 and "--force" in run.complaint
    assert [path.name for path in tmp_path.iterdir()] == ["code.py"]
    run = Run(capsys, "drive", tmp_path, "--force")
    assert run.code == 0 and "lumbus config init" in run.out


def test_a_drive_that_is_not_there_is_said(capsys, tmp_path):
    run = Run(capsys, "drive", tmp_path / "CIRCUITPY")
    assert run.code == 2 and "is the board plugged in" in run.complaint


@pytest.mark.parametrize("there", ["boot.py", "code.py", "port.py", "cp_board.py", "lib/asyncio/core.py"])
def test_the_drive_has_what_it_needs_and_nothing_of_a_computer_s(tmp_path, there):
    root = lay_out(tmp_path)
    assert (root / there).is_file()
    assert not list(root.glob("cp_linux*")) and not (root / "cp_gpiod.py").exists() and not (root / "main.py").exists()
