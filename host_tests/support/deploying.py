"""For tests of lumbus deploy: a board, applications small enough to be told apart, and a run of the command."""

import json

import pytest
from rawboard import Board

from lumbus.cli import main
from lumbus.onboard import deploy
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
