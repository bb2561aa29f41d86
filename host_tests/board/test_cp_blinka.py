"""The line through real Blinka and pyserial, on pseudo-terminals; each in a process of its own, which it changes."""
# CPython only: Blinka and pseudo-terminals.

import os
import pty
import subprocess
import sys
import tty
from importlib.util import find_spec
from pathlib import Path

import pytest
from needs import missing

BOARD = Path(__file__).parents[2] / "board"
# Does what it reads, and answers with a line: the outcome, or the error.
SCRIPT = """
import sys
from port import port
line = None
made = port({"serial": sys.argv[1], "folder": ".", "identity": "020000000001", "lights": []})
buffer = bytearray(16)
for order in sys.stdin:
    word, _, rest = order.strip().partition(" ")
    try:
        if word == "open":
            line = made.serial(2400, rest)
            told = "opened"
        elif word == "write":
            line.write(rest.encode())
            told = "written"
        elif word == "read":
            told = buffer[: line.readinto(memoryview(buffer))].decode() or "nothing"
        elif word == "baud":
            line.set_baud(int(rest))
            told = "baud %d" % line.baud
        else:
            line.discard()
            told = "discarded"
    except OSError as e:
        told = "error: %s" % e
    print(told, flush=True)
"""


class Talk:
    """The script with the device at `path`: `talk("write x")` gives its answer.

    first: what the port says at its start.
    """

    def __init__(self, path: Path):
        modules = os.pathsep.join(str(BOARD / name) for name in ("circuitpython", "common", "host"))
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(path)],
            env={**os.environ, "PYTHONPATH": modules},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.first = self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __call__(self, order: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        self._process.communicate(timeout=20)


class Line:
    """A device that can be unplugged: a link to a pseudo-terminal."""

    def __init__(self, path: Path):
        self.path = path
        self.plug()

    def plug(self) -> None:
        self.master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def device(tmp_path):
    if find_spec("adafruit_blinka") is None:
        missing("adafruit-blinka is not installed")
    line = Line(tmp_path / "line")
    talk = Talk(line.path)
    yield line, talk
    talk.end()


def test_bytes_pass_and_nothing_waits_with_each_parity(device):
    line, talk = device
    assert talk.first.startswith("lights: none.")
    for parity in ("even", "none", "odd", "even"):
        assert talk("open " + parity) == "opened"
        assert talk("read") == "nothing"
        assert talk("write hello") == "written" and os.read(line.master, 16) == b"hello"
        os.write(line.master, b"there")
        assert talk("read") == "there"
        assert talk("baud 9600") == "baud 9600"
        os.write(line.master, b"old")
        assert talk("discard") == "discarded" and talk("read") == "nothing"


def test_an_adapter_may_be_unplugged_and_come_back(device):
    line, talk = device
    assert talk("open even") == "opened"
    line.unplug()
    where = str(line.path)
    assert talk("write lost").startswith(f"error: the serial line {where} is gone (")
    assert talk("read") == "nothing"
    assert talk("write lost").startswith(f"error: cannot open the serial line {where} (")
    line.plug()
    assert talk("write back") == "written" and os.read(line.master, 16) == b"back"
    assert talk("open even") == "opened"
