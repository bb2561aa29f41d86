"""The file that a rollout's state is kept in: replaced whole or not at all, and held by one command at a time."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class Keeper:
    """Use as a context; holds what is there already.  BlockingIOError: another command holds it; OSError."""

    def __init__(self, path: Path):
        self.path = path
        self._held: TextIO | None = None

    def __enter__(self) -> "Keeper":
        if self.path.exists():
            self._hold(self.path.open())
        return self

    def __exit__(self, *_) -> None:
        if self._held is not None:
            self._held.close()

    def _hold(self, file: TextIO) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise
        if self._held is not None:
            self._held.close()
        self._held = file

    def write(self, text: str) -> None:
        """Afterwards it is on the disk.  OSError."""
        new = self.path.with_name(self.path.name + ".new")
        file = new.open("w")
        # Held before it has its name: between the old one and the new one it is never free.
        self._hold(file)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        new.replace(self.path)
