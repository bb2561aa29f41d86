"""For tests of commands that talk to a bus: meters on a pseudo-terminal, a run of `lumbus`, a terminal for it."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from contextlib import contextmanager

from lumbus.cli import main
from lumbus.sim.build import build_bus
from lumbus.sim.specs import parse_meter

BAUD = 9600
_DEADLINE_S = 30


@contextmanager
def meters(*specs, baud=BAUD):
    """The running Wire of these meters ("m1pro40@1")."""
    wire = build_bus([parse_meter(spec) for spec in specs], baud, (150, 0), 1)
    wire.start()
    try:
        yield wire
    finally:
        wire.stop()


class Run:
    """A run of `lumbus` in this process: `code`, `out` and `err` (texts)."""

    def __init__(self, capsys, *arguments):
        try:
            self.code = main([str(argument) for argument in arguments])
        except SystemExit as e:
            self.code = e.code
        self.out, self.err = capsys.readouterr()

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        return line


def keep_answers(slave) -> list[bytes]:
    """A list that gets every answer of the slave."""
    answers = []
    inner = slave.answer

    def answer(frame):
        said = inner(frame)
        if said:
            answers.append(said)
        return said

    slave.answer = answer
    return answers


class Terminal:
    """`lumbus` at a terminal of 80 columns: `expect` reads until a text appears, `send` types."""

    def __init__(self, *arguments, cwd=None):
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self.shown = ""
        # setsid makes it the controlling terminal, so that ^C is a signal.
        command = ["setsid", "--ctty", sys.executable, "-m", "lumbus", *map(str, arguments)]
        env = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
        self._process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=env)
        os.close(slave)

    def expect(self, text: str) -> str:
        """What has been shown, once `text` is in it."""
        until = time.monotonic() + _DEADLINE_S
        while text not in self.shown:
            assert self._read(until), f"no {text!r} in {self.shown!r}"
        return self.shown

    def answer(self, question: str, line: str) -> None:
        self.expect(question)
        self.shown = self.shown.partition(question)[2]
        self.send(line + "\n")

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """The exit code; `shown` is all that was not yet read away by `answer`."""
        until = time.monotonic() + _DEADLINE_S
        while self._read(until):
            pass
        os.close(self._master)
        return self._process.wait(_DEADLINE_S)

    def _read(self, until: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0, until - time.monotonic()))
        try:
            more = os.read(self._master, 4096) if ready else b""
        except OSError:
            # Nobody has the other side open any more.
            return False
        self.shown += more.decode(errors="replace").replace("\r\n", "\n")
        return bool(more)
