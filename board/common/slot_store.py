"""The filesystem where the application's two slots lie, for an update.

On LittleFS what is written is on the flash after flush() or close(), and rename() puts a file in place at once or not
at all, whatever was there.  But only within a folder: from one to another it takes two steps.  Where the power fails
between them LittleFS 2.9 hides the file that comes after the old name, until the next change; see main.py.
All methods raise OSError.

Loaded when there is an update, and forgotten afterwards.
"""

import os

_IS_FOLDER = 0x4000
_HAS_ILISTDIR = hasattr(os, "ilistdir")


class SlotStore:
    """Paths begin with "/" and mean what is below `root`: "" is the board's own."""

    def __init__(self, root: str = "") -> None:
        self._root = root

    def open(self, path: str, mode: str):
        """rb, wb or ab: as open() does."""
        return open(self._root + path, mode)

    def size(self, path: str) -> int | None:
        """Bytes of a file, -1 for a folder, None where nothing is."""
        try:
            found = os.stat(self._root + path)
        except OSError:
            return None
        return -1 if found[0] & _IS_FOLDER else found[6]

    def names(self, path: str):
        """What is in a folder, one by one; nothing where there is none."""
        try:
            if _HAS_ILISTDIR:
                for entry in os.ilistdir(self._root + path):  # pyright: ignore[reportAttributeAccessIssue]
                    yield entry[0]
            else:
                yield from os.listdir(self._root + path)
        except OSError:
            pass

    def make_folder(self, path: str) -> None:
        os.mkdir(self._root + path)

    def remove(self, path: str) -> None:
        """A file, or an empty folder."""
        if self.size(path) == -1:
            os.rmdir(self._root + path)
        else:
            os.remove(self._root + path)

    def rename(self, path: str, target: str) -> None:
        """In place of what is at `target`, in the same folder."""
        os.rename(self._root + path, self._root + target)

    def room(self) -> tuple:
        """(bytes of a block, free blocks)."""
        found = os.statvfs(self._root + "/")
        return found[0], found[3]
