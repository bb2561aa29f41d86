"""Starts are counted by their causes, and many quick ones in a row lead to a start that leaves the network alone."""

import json

from meterworld import Storage

from uplink.starts import begin, lasted, late, plan


class Port:
    def __init__(self, cause=None):
        self.storage = Storage()
        self.lines = []
        self.cause = cause
        if cause is not None:
            self.reset_cause = lambda: self.cause

    def begin(self, most=3):
        return begin(self, self.lines.append, most)

    def kept(self):
        return json.loads(self.storage.texts["starts.json"])


def test_causes_are_counted():
    port = Port("power")
    assert port.begin() == {"cause": "power", "causes": {"power": 1}, "quick": 0, "safe": False}
    port.cause = "watchdog"
    assert port.begin(9)["causes"] == {"power": 1, "watchdog": 1}
    assert port.begin(9)["causes"] == {"power": 1, "watchdog": 2}
    # A port that cannot tell.
    assert Port().begin()["cause"] == "start"


def test_quick_starts_in_a_row_lead_to_safe_mode_once():
    port = Port("software")
    assert [port.begin()["safe"] for _ in range(8)] == [False, False, False, True, False, False, False, True]


def test_a_start_that_lasted_ends_the_row():
    port = Port("power")
    for _ in range(20):
        assert not port.begin()["safe"]
        port.begin()
        lasted(port.storage, port.lines.append)
    assert port.kept()["quick"] == 0
    # Nothing to note is nothing written.
    port.storage.write = None
    lasted(port.storage, port.lines.append)


def test_a_start_that_was_meant_is_none_of_them():
    port = Port("software")
    for _ in range(10):
        plan(port.storage, "by command", port.lines.append)
        start = port.begin()
        assert (start["cause"], start["safe"]) == ("planned", False)
    assert port.lines == ["this start was meant: by command"] * 10
    assert not port.begin()["safe"] and "planned" not in port.kept()


def test_after_the_watchdog_it_is_known_who_was_late():
    port = Port("power")
    port.begin()
    late(port.storage, ["bus", "light"], port.lines.append)
    port.cause = "watchdog"
    port.begin()
    assert port.lines == ["the watchdog has reset the board: no progress from bus, light"]
    # Told once; and not where it was something else that ended the board.
    late(port.storage, ["bus"], port.lines.append)
    port.cause = "power"
    port.begin()
    port.cause = "watchdog"
    port.begin(9)
    assert len(port.lines) == 1


def test_a_file_that_is_not_what_it_was_and_a_flash_that_fails_stop_nothing():
    for text in ("{", "[]", "7", '{"causes": 3}', '{"quick": "x"}', "null"):
        port = Port("power")
        port.storage.texts["starts.json"] = text
        assert port.begin()["causes"] == {"power": 1}, text
    port = Port("power")
    port.storage.broken = True
    assert not port.begin()["safe"]
    assert len(port.lines) == 2
