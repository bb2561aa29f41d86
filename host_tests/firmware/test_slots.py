"""Which application a board starts: a trial is counted, given up after three starts, and good once it has lasted."""

import json
import sys

from meterworld import Storage

from uplink.slots import choose, confirm, forgive


class Board:
    def __init__(self, **state):
        self.storage = Storage()
        self.lines = []
        if state:
            self.storage.texts["slot.json"] = json.dumps(state)

    def start(self):
        """(the folders that came first, whether it is on trial)."""
        path = ["", ".frozen"]
        is_trial = choose(self.storage, path, self.lines.append)
        assert path[-2:] == ["", ".frozen"]
        ran(path[:-2])
        return path[:-2], is_trial

    def state(self):
        return json.loads(self.storage.texts["slot.json"])


def ran(folders):
    """This start's application is in them."""
    sys.path[:] = [folder for folder in sys.path if folder not in A + B] + folders


A = ["/a", "/a/lib"]
B = ["/b", "/b/lib"]


def test_without_the_file_nothing_is_chosen_and_nothing_written():
    board = Board()
    assert board.start() == ([], False)
    assert board.storage.texts == {} and board.lines == []


def test_the_good_one_starts_without_wear():
    board = Board(run="a", good="a", trial=None, tries=0)
    before = board.storage.texts["slot.json"]
    assert board.start() == (A, False)
    assert board.storage.texts["slot.json"] is before


def test_a_trial_starts_three_times_and_is_given_up():
    board = Board(run="a", good="a", trial="b", tries=0)
    for count in (1, 2, 3):
        assert board.start() == (B, True)
        assert board.state() == {"run": "b", "good": "a", "trial": "b", "tries": count}
    assert board.start() == (A, False)
    assert board.state() == {"run": "a", "good": "a", "trial": None, "tries": 0}
    assert "given up" in board.lines[-1]
    board.lines.clear()
    assert board.start() == (A, False) and board.lines == []


def test_what_lies_flat_is_gone_back_to():
    board = Board(run=None, good=None, trial="a", tries=3)
    assert board.start() == ([], False)
    assert board.state() == {"run": None, "good": None, "trial": None, "tries": 0}


def test_a_trial_that_lasted_is_the_good_one():
    board = Board(run="a", good="a", trial="b", tries=1)
    board.start()
    confirm(board.storage, board.lines.append)
    assert board.state() == {"run": "b", "good": "b", "trial": None, "tries": 0}
    assert board.start() == (B, False)


def test_lasting_of_the_good_one_says_nothing_of_a_trial_that_was_put_there_meanwhile():
    board = Board(run="a", good="a", trial="b", tries=0)
    confirm(board.storage, board.lines.append)
    assert board.state()["good"] == "a"
    board = Board()
    confirm(board.storage, board.lines.append)
    assert board.storage.texts == {}


def test_a_start_that_ended_as_it_was_meant_to_does_not_count():
    board = Board(run="a", good="a", trial="b", tries=0)
    for _ in range(5):
        assert board.start() == (B, True)
        forgive(board.storage, board.lines.append)
    assert board.state()["tries"] == 0


def test_a_trial_that_cannot_be_counted_is_not_started():
    board = Board(run="a", good="a", trial="b", tries=0)

    def full(name, text):
        raise OSError(28)

    board.storage.write = full
    assert board.start() == (A, False)
    assert "cannot be written" in board.lines[-1]


def test_a_file_that_says_nothing_leaves_the_first_that_is_there():
    for text in ("", "{", "[]", '{"run": "a"}', '{"run": 1, "good": "c", "trial": null, "tries": 0}'):
        board = Board()
        board.storage.texts["slot.json"] = text
        assert board.start() == (A + B, False), text
        assert "cannot be read" in board.lines[0]
        confirm(board.storage, board.lines.append)
        forgive(board.storage, board.lines.append)
        assert board.storage.texts["slot.json"] == text


def test_where_health_is_wanted_lasting_is_not_enough_and_every_start_counts():
    board = Board(run="a", good="a", trial="b", tries=0, wants="health")
    board.start()
    confirm(board.storage, board.lines.append)
    forgive(board.storage, board.lines.append)
    assert board.state() == {"run": "b", "good": "a", "trial": "b", "tries": 1, "wants": "health"}
    confirm(board.storage, board.lines.append, True)
    assert board.state() == {"run": "b", "good": "b", "trial": None, "tries": 0}
    assert board.lines[-1] == "slots: the application in /b is healthy, and is the good one now"
    # Given up, nothing is wanted any more.
    board = Board(run="a", good="a", trial="b", tries=3, wants="health")
    assert board.start() == (A, False)
    assert board.state() == {"run": "a", "good": "a", "trial": None, "tries": 0}
