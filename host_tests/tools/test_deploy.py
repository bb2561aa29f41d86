"""lumbus deploy against a raw REPL that really runs what it is sent, on a real LittleFS."""

import json
import os
import pty
import signal
import tty

import pytest
from rawboard import Board

from lumbus.cli import main
from lumbus.onboard import application, deploy
from lumbus.onboard.application import Application, choosing
from lumbus.onboard.session import Session

PORT = "class Board:\n def end(self, code):\n  pass\ndef port():\n return Board()\n"
START = """
import machine
def main(board):
 print("lumbus {number} on esp32-micropython, boot 1")
 while {stays}:
  machine.idle()
 return 0
"""


@pytest.fixture(scope="module")
def root():
    return choosing()


@pytest.fixture
def version(root, monkeypatch):
    """version(number): lumbus deploy has this application from now on."""

    def use(number, start=START, stays="True", more=b""):
        slot = {
            "port.py": PORT.encode(),
            "uplink/__init__.py": b"",
            "uplink/start.py": start.format(number=number, stays=stays).encode(),
            "uplink/large.py": b"#" * 9000 + more,
            "lib/mbus/parse.mpy": bytes(range(256)) * 5,
        }
        monkeypatch.setattr(deploy, "build", lambda: Application(slot, root))
        return slot

    return use


@pytest.fixture
def board(tmp_path):
    with Board(tmp_path) as board:
        yield board


def deployed(board, capsys, *more):
    """(the exit code, what --json says or what is on standard error)."""
    code = main(["deploy", board.path, "--json", *more])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, json.loads(said.out) if code == 0 else said.err.splitlines()[-1]


def lasted(board):
    """What the application does after ten minutes, by its own code."""
    state = json.loads(board.read("/slot.json"))
    state.update(good=state["run"], trial=None, tries=0)
    board.write({"/slot.json": json.dumps(state)})


def reset(board):
    """The board's console after a start."""
    with Session(board.path) as session:
        session.enter()
        session.reset()
        return session.listen(lambda line: line.startswith("lumbus "), 20)


def test_a_new_board_gets_everything_and_starts_it(board, version, capsys):
    slot = version(1)
    code, said = deployed(board, capsys)
    assert code == 0
    assert (said["slot"], said["trial"], said["sent"], said["copied"]) == ("a", False, len(slot), 0)
    assert said["started"] and said["console"] == ["lumbus 1 on esp32-micropython, boot 1"]
    assert said["mac"] == "24a160001122" and said["micropython"] == "1.28.0"
    assert board.listing() == {
        **{f"/a/{path}": len(data) for path, data in slot.items()},
        **{f"/{path}": len(data) for path, data in choosing().items()},
        "/slot.json": len(board.read("/slot.json")),
    }
    assert json.loads(board.read("/slot.json")) == {"run": "a", "good": "a", "trial": None, "tries": 0}


def test_the_same_again_sends_nothing_unless_it_is_forced(board, version, capsys):
    slot = version(1)
    deployed(board, capsys)
    before = board.to_board
    code, said = deployed(board, capsys)
    assert code == 0 and said["sent"] == 0 and said["slot"] is None and said["started"]
    # The functions that look, and no file.
    assert board.to_board - before < 6000
    code, said = deployed(board, capsys, "--force")
    assert (said["slot"], said["sent"], said["copied"]) == ("b", len(slot), 0)


def test_only_what_changed_is_sent_and_the_old_one_stays_until_the_new_one_has_run(board, version, capsys):
    version(1)
    deployed(board, capsys)
    version(2)
    _, said = deployed(board, capsys)
    assert (said["slot"], said["sent"], said["copied"], said["trial"]) == ("b", 1, 4, True)
    assert said["console"][-1] == "lumbus 2 on esp32-micropython, boot 1"
    assert json.loads(board.read("/slot.json")) == {"run": "b", "good": "a", "trial": "b", "tries": 1}
    lasted(board)
    # Now the other way round, and what no longer belongs there goes.
    board.write({"/a/uplink/start.mpy": b"old", "/a/more/x.py": b""})
    version(3)
    _, said = deployed(board, capsys)
    assert (said["slot"], said["sent"], said["copied"], said["kept"]) == ("a", 1, 0, 4)
    assert not any("more" in path or path == "/a/uplink/start.mpy" for path in board.listing())


def test_a_new_one_that_fails_is_given_up_by_the_board_itself(board, version, capsys):
    version(1)
    deployed(board, capsys)
    version(2, "raise ValueError('not today')")
    code, said = deployed(board, capsys)
    # Three tries, and the old one.
    text = "\n".join(said["console"])
    assert code == 0 and text.count("not today") == 3
    assert said["console"][-2].endswith("did not last in 3 starts, and is given up")
    assert said["console"][-1] == "lumbus 1 on esp32-micropython, boot 1"
    # One that refuses its configuration as well.
    version(3, "def main(board):\n return 2\n")
    _, said = deployed(board, capsys)
    assert said["console"][-1] == "lumbus 1 on esp32-micropython, boot 1"


def test_an_application_that_is_ended_by_hand_is_not_started_again(board, version, capsys):
    version(1)
    deployed(board, capsys)
    version(2, stays="False")
    _, said = deployed(board, capsys)
    assert said["started"] and json.loads(board.read("/slot.json"))["tries"] == 1


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


def test_the_cable_is_pulled_and_the_power_fails(tmp_path, version, capsys):
    with Board(tmp_path) as board:
        version(1)
        deployed(board, capsys)
        board.unplug_after = board.to_board + 9000
        version(2, more=b"#")
        code, said = deployed(board, capsys)
        assert code in (3, 4), said
        assert "plug" in said
    with Board(tmp_path) as board:
        assert reset(board) == ["lumbus 1 on esp32-micropython, boot 1"]
        # And once more, to the end.
        code, said = deployed(board, capsys)
        assert said["console"][-1] == "lumbus 2 on esp32-micropython, boot 1"


def test_ctrl_c_leaves_the_board_running_what_it_had(board, version, capsys):
    version(1)
    deployed(board, capsys)
    version(2, more=b"#")

    def interrupt(data):
        if b"IyMj" in data:
            board.on_data = lambda data: data
            os.kill(os.getpid(), signal.SIGINT)
        return data

    board.on_data = interrupt
    code, said = deployed(board, capsys)
    assert code == 130 and said == "lumbus deploy: interrupted"
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


def test_the_board_that_is_named_must_be_known_and_the_configured_one(board, version, capsys):
    version(1)
    assert deployed(board, capsys, "--board", "esp32-devkitd")[0] == 2
    board.write({"/config.json": '{"version": 2, "board": "esp32-s3-devkitc"}'})
    code, said = deployed(board, capsys, "--board", "esp32-devkitc")
    assert code == 1 and "config.json on the board says esp32-s3-devkitc, not esp32-devkitc" in said
    assert deployed(board, capsys, "--board", "esp32-s3-devkitc")[0] == 0


def test_what_lies_flat_in_the_root_stays_until_the_slot_has_lasted(board, version, capsys):
    board.write(
        {
            "/port.py": PORT,
            "/main.py": "from uplink.start import main\nmain(None)\n",
            "/uplink/__init__.py": "",
            "/uplink/start.py": START.format(number=0, stays="True"),
        }
    )
    assert reset(board) == ["lumbus 0 on esp32-micropython, boot 1"]
    version(1)
    _, said = deployed(board, capsys)
    assert said["trial"] and said["console"][-1] == "lumbus 1 on esp32-micropython, boot 1"
    assert json.loads(board.read("/slot.json")) == {"run": "a", "good": None, "trial": "a", "tries": 1}
    version(2, "raise ValueError")
    _, said = deployed(board, capsys)
    assert said["console"][-1] == "lumbus 0 on esp32-micropython, boot 1"


def test_the_whole_application_as_it_is_built(board, monkeypatch, capsys):
    built = application.build()
    monkeypatch.setattr(deploy, "build", lambda: built)
    code, said = deployed(board, capsys)
    assert code == 0 and said["sent"] == len(built.slot) > 40
    sizes = board.listing()
    assert all(sizes[f"/a/{path}"] == len(data) for path, data in built.slot.items())
    # It is loaded from there, and its profiles are looked for beside it.
    loaded = (
        "import sys\nsys.path[:0]=['/a','/a/lib']\nimport uplink.linked, uplink.profile_files as p\nprint(p.__file__)"
    )
    assert board.run(loaded) == "/a/uplink/profile_files.mpy\n" and "uplink/profiles/m1pro40.json" in built.slot
    # Nothing of an image, and only compiled.
    assert not any(path.endswith(".py") for path in built.slot) and "inisetup.mpy" not in built.slot
