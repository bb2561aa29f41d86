"""Boards and their pins on the computer: `lumbus config boards`, what config check says, and the page about them."""

import json
import re
from pathlib import Path

import pytest
from configs import found, good, put, run_config
from ptybus import Run

from lumbus.config.boards import tables
from lumbus.config.pretend import boards, default_board
from uplink.config import FORM

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def config(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_config(capsys, *arguments)


def test_the_tables_in_the_documentation_are_up_to_date(capsys):
    run = Run(capsys, "config", "boards")
    assert run.code == 0 and run.out == "\n".join(tables()) + "\n"
    text = (DOCS / "boards.md").read_text(encoding="utf-8")
    assert f"\n\n{run.out}\n<!-- To here -->" in text, "put in anew what lumbus config boards gives"


def test_every_board_is_in_the_tables_and_can_be_chosen(config):
    text = "\n".join(tables())
    for name in boards():
        assert f"| `{name}` |" in text
        assert (
            config("init", name, "--yes", "--host", "broker", "--no-tls", "--ssid", "home", "--board", name).code == 0
        )
        assert json.loads(Path(name, "config.json").read_text())["board"] == name
        assert config("check", name).code == 0
    assert default_board() in boards()


def test_every_entry_that_can_be_given_is_one_of_a_map():
    for board in boards().values():
        assert set(FORM["pins"]) <= set(board)
        assert set(board) - set(FORM["pins"]) <= {"chip", "taken", "lan"}


def test_pins_are_checked_before_anything_is_written_to_a_board(config):
    data = good()
    data["pins"] = {"tx": 12, "rx": 34, "lights": [36, 18], "uart": 2}
    put(data)
    errors = found(config)["errors"]
    assert [line.split(": ")[0] for line in errors] == ["pins.tx", "pins.lights[0]"]
    assert "strapping" in errors[0] and re.search(r"; fit are \d+(, \d+)+$", errors[0])
    data["pins"] = {"tx": 4, "lights": [13], "pull": "none", "lamp": -1}
    data["meters"][0]["light"] = 1
    put(data)
    assert found(config)["errors"] == ["meters[0]: light: esp32-devkitc has lights 0...0, no light 1"]
    data["meters"][0]["light"] = 0
    put(data)
    result = found(config)
    assert result["errors"] == []
    (line,) = [line for line in result["in_force"] if line.startswith("pins other than the board's: ")]
    assert json.loads(line.split(": ", 1)[1]) == data["pins"]


@pytest.mark.parametrize(
    ("pins", "says"),
    [
        ([], "pins: must be an object"),
        ({"txd": 4}, "pins.txd: unknown; did you mean tx? known are"),
        ({"tx": "4"}, "pins.tx: must be a whole number 0...48"),
        ({"tx": True}, "pins.tx: must be a whole number 0...48"),
        ({"tx": -1}, "pins.tx: must be a whole number 0...48"),
        ({"lamp": -2}, "pins.lamp: must be a whole number -1...48"),
        ({"uart": 0}, "pins.uart: must be a whole number 1...2"),
        ({"lights": []}, "pins.lights: must be a list of 1...8 whole numbers 0...48"),
        ({"lights": [4, "5"]}, "pins.lights: must be a list of 1...8 whole numbers 0...48"),
        ({"pull": None, "edge": "both"}, "pins.edge: must be one of falling, rising"),
        ({"invert_rx": 1}, "pins.invert_rx: must be one of true, false"),
    ],
)
def test_what_is_no_pin(config, pins, says):
    data = good()
    data["pins"] = pins
    put(data)
    errors = found(config)["errors"]
    assert len(errors) == 1 and errors[0].startswith(says)


def test_a_board_with_ethernet_is_not_alone_without_wifi(config):
    data = good()
    data["wifi"] = []
    secrets = {"version": 1, "mqtt_password": "hunter2"}
    for board, alone in ((None, True), ("esp32-devkitc", True), ("olimex-esp32-poe", False)):
        data["board"] = board
        put(data, secrets)
        assert any("stays alone" in line for line in found(config)["warnings"]) is alone
