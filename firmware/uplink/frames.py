"""Records in a file: framed, numbered, each with its own check.

    length of the payload (varint), low byte of the number, payload, CRC-32 (4 bytes)

The CRC begins with the whole number, so a frame is only valid under its own; of
the number itself the low byte is stored.  Whatever does not check is stepped
over byte by byte until something does, and what cannot be read counts as such.
"""

import binascii

from mbus._const import const

from .varint import get, put

MOST = const(2000)
_MORE = const(7)
_WINDOW = const(512)
_TRIES = const(3)


def framed(payload, n: int) -> bytes:
    """The frame of record `n`; the payload has 1...MOST bytes."""
    out = bytearray()
    put(out, len(payload))
    out.append(n & 255)
    out += payload
    out += (binascii.crc32(payload, n & 0xFFFFFFFF)).to_bytes(4, "little")
    return bytes(out)


class FrameReader:
    """Reads a file's frames in order; `n`: the number of the last one (or the one before the file's first).

    `damaged`: how many bytes were stepped over.
    """

    def __init__(self, files, name: str, n: int):
        self._files = files
        self._name = name
        self._at = 0
        self._held = b""
        self._from = 0
        self.n = n
        self.damaged = 0

    def next(self):
        """The next payload, whose number is `n` then; None at the end of the file."""
        while True:
            view = self._window(_WINDOW)
            if not len(view):
                return None
            found = self._frame(view)
            if found is not None:
                return found
            self._at += 1
            self.damaged += 1

    def _frame(self, view):
        try:
            size, at = get(view, 0)
            if not 0 < size <= MOST:
                return None
            end = at + 1 + size
            if len(view) < end + 4:
                view = self._window(size + _MORE)
            n = self.n + 1 + (view[at] - self.n - 1 & 255)
            payload = view[at + 1 : end]
            if len(view) < end + 4 or int.from_bytes(view[end : end + 4], "little") != binascii.crc32(payload, n):
                return None
        except IndexError:
            return None
        self.n = n
        self._at += end + 4
        return payload

    def _window(self, size: int):
        """`size` bytes from where it stands, or fewer where the file ends."""
        start = self._at - self._from
        if start + size > len(self._held):
            # One read serves many frames; a long frame gets what it needs.
            self._held = memoryview(self._read(max(size, _WINDOW)))
            self._from = self._at
            start = 0
        return self._held[start : start + size]

    def _read(self, size: int) -> bytes:
        """What cannot be read is stepped over."""
        for _ in range(_TRIES):
            try:
                return self._files.read(self._name, self._at, size)
            except OSError:
                pass
        # As much as a block of the flash has at least; zeros are no frame.
        return bytes(min(size, max(0, self._files.size(self._name) - self._at)))
