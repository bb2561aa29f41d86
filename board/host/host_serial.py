"""A serial device or a pseudo-terminal, 8E1, on Linux; the same code on both interpreters.

MicroPython's termios has setraw and few constants, so the flags are written
here as Linux numbers them (asm-generic/termbits.h).
"""

import sys
import termios

_CS8_EVEN_READ_LOCAL = 0o60 | 0o400 | 0o200 | 0o4000
_SPEEDS = {300: 7, 600: 8, 1200: 9, 2400: 11, 4800: 12, 9600: 13, 19200: 14, 38400: 15}
_VTIME = 5
_VMIN = 6
_NOW = 0


class SerialLine:
    """`baud` as set; no call waits.  OSError when the device cannot be opened or is gone."""

    def __init__(self, path: str, baud: int):
        self.baud = baud
        if sys.implementation.name == "micropython":
            self._file = open(path, "r+b")
        else:
            self._file = open(path, "r+b", buffering=0)
        attributes = termios.tcgetattr(self._file.fileno())
        attributes[0] = attributes[1] = attributes[3] = 0
        attributes[2] = _CS8_EVEN_READ_LOCAL
        attributes[4] = attributes[5] = _SPEEDS[baud]
        attributes[6][_VTIME] = attributes[6][_VMIN] = 0
        termios.tcsetattr(self._file.fileno(), _NOW, attributes)
        self._trash = bytearray(64)

    def write(self, data) -> None:
        self._file.write(data)

    def readinto(self, view) -> int:
        return self._file.readinto(view) or 0

    def discard(self) -> None:
        while self.readinto(self._trash):
            pass
