"""A folder of binary files, as the journal needs it.

On LittleFS data is on the flash only after close(), all of one open file at
once: a power cut leaves a file as it was before or as it is after.  On a
computer a replaced file is put in place by rename().
"""

import os
import sys

_IS_COMPUTER = sys.implementation.name == "cpython"


class Files:
    """The folder is made when it is not there.  All methods raise OSError."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        try:
            os.mkdir(folder)
        except OSError:
            os.listdir(folder)

    def names(self):
        """One by one: there may be many."""
        if _IS_COMPUTER:
            yield from os.listdir(self._folder)
        else:
            for entry in os.ilistdir(self._folder):
                yield entry[0]

    def size(self, name: str) -> int:
        """Bytes."""
        return os.stat(self._path(name))[6]

    def read(self, name: str, at: int, size: int) -> bytes:
        """What is there from `at` on, at most `size` bytes."""
        with open(self._path(name), "rb") as f:
            f.seek(at)
            return f.read(size)

    def write(self, name: str, data) -> None:
        """Make or replace a file, whole or not at all."""
        path = self._path(name)
        if not _IS_COMPUTER:
            with open(path, "wb") as f:
                f.write(data)
            return
        with open(path + ".new", "wb") as f:
            f.write(data)
        os.rename(path + ".new", path)

    def append(self, name: str, parts) -> None:
        """Add the parts, which may be made one by one, to a file; on LittleFS all of them or none."""
        with open(self._path(name), "ab") as f:
            for part in parts:
                f.write(part)

    def remove(self, name: str) -> None:
        os.remove(self._path(name))

    def _path(self, name: str) -> str:
        return self._folder + "/" + name
