"""Collectors as a service manager keeps them: each has its name for good, and is started again when it has ended."""

import subprocess
import sys
import time
from pathlib import Path

from ..runtime import dying_with_us

_END_S = 20
# After it has ended by itself.
_AGAIN_S = 1.0
# Ends by itself so often before we give up: then nothing is collected.
_MOST_FAILURES = 20


class CollectorsFailed(RuntimeError):
    """They end by themselves again and again; the text has the end of what one said."""


def name_of(number: int) -> str:
    return f"fleet-{number + 1}"


class Collectors:
    """`count` of `lumbus collect SOURCE DATABASE`, with `more` options for each; what they say goes to `folder`."""

    def __init__(self, count: int, command: list[str], folder: Path):
        self._command = command
        self._folder = folder
        self._processes: list[subprocess.Popen | None] = [None] * count
        self._due_s = [0.0] * count
        self.count = count
        self.failures = 0
        self.starts = 0

    def start(self) -> None:
        for number in range(len(self._processes)):
            self._start(number)

    def _start(self, number: int) -> None:
        name = name_of(number)
        with open(self._folder / f"{name}.log", "ab") as log:
            self._processes[number] = subprocess.Popen(
                [*dying_with_us(), sys.executable, "-m", "lumbus", "collect", *self._command, "--name", name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes if process is not None]

    def watch(self) -> None:
        """To be called often: starts again what has ended.  CollectorsFailed."""
        for number, process in enumerate(self._processes):
            now = time.monotonic()
            if process is None:
                if now >= self._due_s[number]:
                    self._start(number)
            elif process.poll() is not None:
                self.failures += 1
                if self.failures > _MOST_FAILURES:
                    raise CollectorsFailed(f"a collector ends again and again: {self._last_words(number)}")
                self._processes[number] = None
                self._due_s[number] = now + _AGAIN_S

    def kill(self, number: int, away_s: float) -> None:
        """As a power cut to that program; it is started again after so long."""
        process = self._processes[number]
        if process is not None:
            process.kill()
            process.wait()
        self._processes[number] = None
        self._due_s[number] = time.monotonic() + away_s

    def stop(self) -> None:
        """In good order."""
        alive = [process for process in self._processes if process is not None and process.poll() is None]
        for process in alive:
            process.terminate()
        for process in alive:
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _last_words(self, number: int) -> str:
        lines = (self._folder / f"{name_of(number)}.log").read_text(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it says nothing")
