"""lumbus deploy against a raw REPL that really runs what it is sent, on a real LittleFS."""
# ruff: noqa: F811  (fixtures)

import json

from deploying import PORT, START, board, deployed, lasted, reset, root, version  # noqa: F401
from rawboard import Board

from lumbus.onboard import application, deploy
from lumbus.onboard.application import choosing

CONFIG = {
    "version": 2,
    "board": "esp32-devkitc",
    "wifi": [{"ssid": "home"}],
    "mqtt": {"host": "broker.example", "tls": False},
    "meters": [{"profile": "m1pro40", "address": 1, "light": 0}],
}


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


def test_what_came_over_the_network_is_known_as_the_same_and_its_manifest_goes_with_it(board, version, capsys):
    version(1)
    deployed(board, capsys)
    board.write({"/a/release": b"LUMBUS RELEASE 1 ..."})
    _, said = deployed(board, capsys)
    assert said["sent"] == 0 and said["slot"] is None
    version(2)
    deployed(board, capsys)
    lasted(board)
    version(3)
    _, said = deployed(board, capsys)
    assert said["slot"] == "a" and "/a/release" not in board.listing()


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


def test_a_board_that_waits_to_be_set_up_has_started(board, version, capsys):
    version(1, START.replace("lumbus {number} on esp32-micropython, boot 1", "access point: join lumbus-001122"))
    code, said = deployed(board, capsys)
    assert code == 0 and said["started"] and said["console"] == ["access point: join lumbus-001122"]


def test_an_application_that_is_ended_by_hand_is_not_started_again(board, version, capsys):
    version(1)
    deployed(board, capsys)
    version(2, stays="False")
    _, said = deployed(board, capsys)
    assert said["started"] and json.loads(board.read("/slot.json"))["tries"] == 1


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


def test_the_whole_application_as_it_is_built_is_deployed_and_starts(tmp_path, monkeypatch, capsys):
    built = application.build()
    monkeypatch.setattr(deploy, "build", lambda: built)
    # Nothing of an image, and only compiled.
    assert not any(path.endswith(".py") for path in built.slot) and "inisetup.mpy" not in built.slot
    with Board(tmp_path, whole=True) as board:
        board.write({"/config.json": json.dumps(CONFIG)})
        code, said = deployed(board, capsys)
        assert code == 0 and said["sent"] == len(built.slot) > 40
        assert any(line.endswith("lumbus 0.1.0 on esp32-micropython, boot 1") for line in said["console"])
        assert any(line.startswith("in force: ") for line in said["console"])
    with Board(tmp_path) as board:
        sizes = board.listing()
        assert all(sizes[f"/a/{path}"] == len(data) for path, data in built.slot.items())
        # What it keeps lies in the root, whichever slot runs.
        assert board.read("/boot") == b"1" and "/starts.json" in sizes
