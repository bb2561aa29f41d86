"""Small texts as files, on a board's own filesystem (LittleFS) or a computer's.

On LittleFS what is written is on the flash only after close(), and rename()
puts it in place at once or not at all: a power cut leaves the old or the new.
"""

import errno
import os


class Storage:
    """`folder` is where the files are; "" is the root."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder

    def read(self, name: str) -> str | None:
        """The text of that name, None when there is none; OSError or UnicodeError when it cannot be read."""
        try:
            with open(self._folder + "/" + name, encoding="utf-8") as f:
                return f.read()
        except OSError as e:
            if e.errno == errno.ENOENT:
                return None
            raise

    def read_bytes(self, name: str) -> bytes | None:
        """The file as it is, None when there is none; OSError when it cannot be read."""
        try:
            with open(self._folder + "/" + name, "rb") as f:
                return f.read()
        except OSError as e:
            if e.errno == errno.ENOENT:
                return None
            raise

    def write(self, name: str, text: str) -> None:
        """Replace the text of that name, whole or not at all; OSError when the flash is full or worn."""
        self.write_bytes(name, text.encode())

    def write_bytes(self, name: str, data: bytes) -> None:
        """Replace the file of that name; as write()."""
        path = self._folder + "/" + name
        new = path + ".new"
        with open(new, "wb") as f:
            f.write(data)
        os.rename(new, path)

    def names(self, folder: str | None = None) -> list:
        """The names of the files here, or in another folder; none where there is no such folder."""
        try:
            return os.listdir((self._folder or "/") if folder is None else folder)
        except OSError:
            return []

    def remove(self, name: str) -> None:
        """Nothing of that name is there afterwards; OSError when it stays."""
        try:
            os.remove(self._folder + "/" + name)
        except OSError as e:
            if e.errno != errno.ENOENT:
                raise
