"""A folder of binary files, as the journal needs it.

On LittleFS data is on the flash only after close(), all of one open file at
once: a power cut leaves a file as it was before or as it is after.  Elsewhere a
replaced file is put in place by rename(), which costs LittleFS twice as much.
"""

import os

_HAS_ILISTDIR = hasattr(os, "ilistdir")


class Files:
    """The folder is made when it is not there; `renames` where it is not on LittleFS.  All methods raise OSError."""

    def __init__(self, folder: str, renames: bool = False) -> None:
        self._folder = folder
        self._renames = renames
        try:
            os.mkdir(folder)
        except OSError:
            os.listdir(folder)

    def names(self):
        """One by one: there may be many."""
        if _HAS_ILISTDIR:
            for entry in os.ilistdir(self._folder):  # pyright: ignore[reportAttributeAccessIssue]  # MicroPython's
                yield entry[0]
        else:
            yield from os.listdir(self._folder)

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
        new = path + ".new" if self._renames else path
        with open(new, "wb") as f:
            f.write(data)
        if self._renames:
            os.rename(new, path)

    def append(self, name: str, parts) -> None:
        """Add the parts, which may be made one by one, to a file; on LittleFS all of them or none."""
        with open(self._path(name), "ab") as f:
            for part in parts:
                f.write(part)

    def remove(self, name: str) -> None:
        os.remove(self._path(name))

    def _path(self, name: str) -> str:
        return self._folder + "/" + name
