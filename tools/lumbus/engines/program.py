"""A program that others wrote, started by us: it is ended, killed and started again, and never outlives us.

The kernel ends it when the *thread* that started it ends: start it from one that lasts.
"""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from ..runtime import RuntimeMissing, dying_with_us

_PLACES = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
_END_S = 15
_LOOK_S = 0.01
_SHOWN = 400


class NotStarted(RuntimeError):
    """It ended, or did not answer in time; the text has the end of what it said."""


def found(name: str, package: str) -> str:
    """Where the program is; RuntimeMissing with what installs it."""
    program = shutil.which(name, path=_PLACES)
    if program is None:
        raise RuntimeMissing(f"no {name} here: install it (on Debian: apt-get install {package})")
    return program


class Program:
    """`command` as it is run; what it says goes to the end of `log`."""

    def __init__(self, command: list[str], log: Path):
        self._command = command
        self.log = log
        self._process: subprocess.Popen | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def launch(self) -> None:
        """Run it; where it runs already, nothing."""
        if self.running:
            return
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [*dying_with_us(), *self._command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches only us, who end it in good order.
                start_new_session=True,
            )

    def wait_until(self, answers, within_s: float) -> None:
        """Returns when answers(); NotStarted where it ends or does not do so in time."""
        deadline = time.monotonic() + within_s
        while not answers():
            if not self.running:
                raise NotStarted(f"{self._command[0]} has ended: {self.last_words()}")
            if time.monotonic() > deadline:
                raise NotStarted(f"{self._command[0]} does not answer within {within_s} s: {self.last_words()}")
            time.sleep(_LOOK_S)

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-_SHOWN:].strip() if self.log.exists() else ""

    def stop(self) -> None:
        """In good order, and by force where that takes too long."""
        self._end(gently=True)

    def kill(self) -> None:
        """As a power cut: it writes nothing more."""
        self._end(gently=False)

    def _end(self, gently: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if gently:
            process.terminate()
            try:
                process.wait(_END_S)
                return
            except subprocess.TimeoutExpired:
                pass
        process.kill()
        process.wait(_END_S)


def listens(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0
