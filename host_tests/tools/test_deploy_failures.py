"""lumbus deploy where something fails: cable, power, room, a board that cannot run it; what the board had goes on."""
# ruff: noqa: F811  (fixtures)

import json
import os
import pty
import tty

import pytest
from deploying import board, deployed, reset, root, version  # noqa: F401
from mpremote.transport_serial import SerialTransport
from rawboard import Board

from lumbus.cli import main
from lumbus.onboard import installed
from lumbus.onboard.session import Session


@pytest.mark.parametrize("wrong", [{"platform": "rp2"}, {"version": [1, 22, 2]}, {"mpy": 5}, {"mpy": 0}])
def test_a_board_that_cannot_run_it_is_told_from_one_that_can(tmp_path, version, capsys, wrong):
    version(1)
    with Board(tmp_path, **wrong) as board:
        code, said = deployed(board, capsys)
        assert code == 1 and board.listing() == {}
    expected = {
        "platform": "runs MicroPython for rp2",
        "version": "has MicroPython 1.22.2, and 1.23 or newer is needed",
        "mpy": "loads .mpy files of version",
    }
    assert expected[next(iter(wrong))] in said


def test_nobody_answers(version, capsys):
    version(1)
    mine, end = pty.openpty()
    tty.setraw(end)
    code = main(["deploy", os.ttyname(end)])
    said = capsys.readouterr()
    assert code == 3 and said.out == ""
    assert "no MicroPython answers" in said.err.splitlines()[-1] and "lumbus flash" in said.err
    os.close(mine)
    os.close(end)


@pytest.mark.parametrize("command", ["flash", "deploy", "setup"])
def test_a_library_that_is_missing_is_named(command, monkeypatch, capsys):
    monkeypatch.setattr(installed, "find_spec", lambda name: None)
    assert main([command, "/dev/ttyUSB99", "--json"]) == 2
    assert "is not installed: run make, or pip install '.[board]'" in capsys.readouterr().err


def test_the_port_cannot_be_opened(version, capsys):
    version(1)
    assert main(["deploy", "/dev/ttyUSB99"]) == 4
    assert "there is no such device" in capsys.readouterr().err


class Damage:
    """Of one byte of each piece of a file with `mark` in it, so many times."""

    def __init__(self, mark, times):
        self.mark = mark
        self.times = times

    def __call__(self, data):
        if self.mark in data and self.times:
            self.times -= 1
            return data.replace(self.mark, b"IyMk")
        return data


def test_what_arrives_damaged_is_sent_once_more(board, version, capsys):
    version(1)
    board.on_data = Damage(b"IyMj", 1)
    code, said = deployed(board, capsys)
    assert code == 0 and said["started"] and board.on_data.times == 0


def test_what_always_arrives_damaged_changes_nothing(board, version, capsys):
    version(1)
    deployed(board, capsys)
    board.on_data = Damage(b"IyMj", 10**6)
    version(2, more=b"#")
    code, said = deployed(board, capsys)
    assert code == 1 and "/b/uplink/large.py arrives damaged, 2 times" in said
    board.on_data = lambda data: data
    assert reset(board) == ["lumbus 1 on esp32-micropython, boot 1"]


def test_the_cable_is_pulled_anywhere_and_the_power_fails(tmp_path, version, capsys):
    def one(name, unplug_at):
        """(bytes that went to the board, the exit code, what starts afterwards)."""
        (tmp_path / name).mkdir()
        with Board(tmp_path / name) as board:
            version(1)
            deployed(board, capsys)
            begun = board.to_board
            board.unplug_after = None if unplug_at is None else begun + unplug_at
            version(2, more=b"#")
            code, _ = deployed(board, capsys)
            took = board.to_board - begun
        with Board(tmp_path / name) as board:
            lines = reset(board)
            # And once more, to the end.
            assert deployed(board, capsys)[1]["started"]
            assert "/slot.json" in board.listing()
        return took, code, lines[-1]

    whole, code, starts = one("whole", None)
    assert (code, starts) == (0, "lumbus 2 on esp32-micropython, boot 1")
    for part in range(8):
        _, code, starts = one(str(part), whole * part // 8)
        assert code in (3, 4)
        assert starts in ("lumbus 1 on esp32-micropython, boot 1", "lumbus 2 on esp32-micropython, boot 1")
        assert part > 6 or starts.startswith("lumbus 1"), part


def test_ctrl_c_leaves_the_board_running_what_it_had(board, version, monkeypatch, capsys):
    version(1)
    deployed(board, capsys)
    version(2, more=b"#")
    whole = SerialTransport.raw_paste_write

    def half(line, code):
        """The board waits for the rest of what it is sent."""
        if b"IyMj" not in code:
            return whole(line, code)
        line.serial.read(2)
        line.serial.write(code[:100])
        raise KeyboardInterrupt

    monkeypatch.setattr(SerialTransport, "raw_paste_write", half)
    code, said = deployed(board, capsys)
    assert code == 130 and said == "lumbus deploy: interrupted"
    monkeypatch.undo()
    assert json.loads(board.read("/slot.json"))["run"] == "a"
    assert reset(board) == ["lumbus 1 on esp32-micropython, boot 1"]


def test_a_full_filesystem_is_refused_before_anything_is_written(tmp_path, version, capsys):
    version(1)
    with Board(tmp_path, blocks=36) as board:
        assert deployed(board, capsys)[0] == 0
        before = board.listing()
        version(2, more=b"#")
        code, said = deployed(board, capsys)
        assert code == 1 and board.listing() == before
        assert "KiB are needed and" in said and "KiB are free" in said and "nothing was written" in said
        assert reset(board) == ["lumbus 1 on esp32-micropython, boot 1"]


def test_the_watchdog_is_fed_with_everything_that_is_sent(board):
    with Session(board.path) as session:
        session.enter()
        first = session.run("import machine\nprint(machine.fed, machine.timeout)").split()
        session.run("pass")
        assert session.run("import machine\nprint(machine.fed)") == f"{int(first[0]) + 2}\n"
        assert first[1] == "60000"
