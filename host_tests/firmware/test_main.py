# CPython only: it runs main.py between modules that stand for others
"""The entry of a board: what a start does that cannot load its application."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

MAIN = Path(__file__).parents[2] / "firmware" / "main.py"


class Board:
    """Its root; `is_trial`: what slots.choose says.  The application cannot be loaded."""

    def __init__(self, monkeypatch, is_trial=False, **texts):
        self.texts = texts
        self.armed = 0
        for name, module in (
            ("slots", SimpleNamespace(choose=lambda storage, path, tell: is_trial)),
            ("text_storage", SimpleNamespace(Storage=lambda: self)),
            ("guard", SimpleNamespace(arm=self.arm)),
            ("port", SimpleNamespace()),
        ):
            monkeypatch.setitem(sys.modules, name, module)

    def read(self, name):
        return self.texts.get(name)

    def arm(self):
        self.armed += 1

    def start(self):
        exec(compile(MAIN.read_text(), "main.py", "exec"), {"__name__": "__main__"})


def test_a_micropython_on_trial_that_cannot_load_the_application_is_reset(monkeypatch):
    order = {"from": "broker", "release": "0" * 64, "size": 9, "state": "trial", "slot": "ota_1", "tries": 1}
    board = Board(monkeypatch, **{"update.json": json.dumps(order)})
    with pytest.raises(ImportError):
        board.start()
    assert board.armed == 1


def test_without_a_trial_the_prompt_is_left_alone(monkeypatch):
    for texts in ({}, {"update.json": json.dumps({"state": "fetching"})}):
        board = Board(monkeypatch, **texts)
        with pytest.raises(ImportError):
            board.start()
        assert board.armed == 0


def test_a_slot_on_trial_has_its_watchdog_too(monkeypatch):
    board = Board(monkeypatch, is_trial=True)
    with pytest.raises(SystemExit):
        board.start()
    assert board.armed == 1
