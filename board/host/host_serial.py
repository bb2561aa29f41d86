"""A serial device or a pseudo-terminal, 8E1 (or another parity), on Linux; the same code on both interpreters.

MicroPython's termios has setraw and few constants, so the flags are written
here as Linux numbers them (asm-generic/termbits.h).
"""

import sys
import termios

_PARITIES = {"even": 0o400, "odd": 0o400 | 0o1000, "none": 0}
_PARITY_ON = 0o400
_CS8_READ_LOCAL = 0o60 | 0o200 | 0o4000
_SPEEDS = {300: 7, 600: 8, 1200: 9, 2400: 11, 4800: 12, 9600: 13, 19200: 14, 38400: 15}
_VTIME = 5
_VMIN = 6
_NOW = 0
# CPython's own error for what is no serial line; MicroPython has OSError for it.
_NOT_A_LINE = getattr(termios, "error", OSError)


class SerialLine:
    """`baud` and `parity` as set; no call waits.

    OSError when the device cannot be opened or is gone; the next write tries to
    open it again, so an adapter may be unplugged and come back.
    """

    def __init__(self, path: str, baud: int, parity: str = "even"):
        self.baud = baud
        self.parity = parity
        self._path = path
        self._trash = bytearray(64)
        self._file = _open(path, baud, parity)

    def set_baud(self, baud: int, parity=None) -> None:
        """Go on at another baud rate, when nothing is being sent.  ValueError for a rate that no M-Bus has.

        parity: "even", "odd" or "none"; None for the one that was.
        """
        if baud not in _SPEEDS:
            raise ValueError("an M-Bus has no %d baud" % baud)
        self.baud = baud
        self.parity = parity or self.parity
        if self._file is None:
            return
        try:
            _configure(self._file, baud, self.parity)
        except (OSError, _NOT_A_LINE) as e:
            self._file = None
            raise OSError("cannot set the serial line %s (%s)" % (self._path, e))

    def write(self, data) -> None:
        if self._file is None:
            self._file = _open(self._path, self.baud, self.parity)
        self._try(self._file.write, data)

    def readinto(self, view) -> int:
        return 0 if self._file is None else self._try(self._file.readinto, view) or 0

    def discard(self) -> None:
        while self.readinto(self._trash):
            pass

    def _try(self, action, argument):
        try:
            return action(argument)
        except OSError:
            self._file = None
            raise


def _open(path: str, baud: int, parity: str):
    micropython = sys.implementation.name == "micropython"
    try:
        file = open(path, "r+b") if micropython else open(path, "r+b", buffering=0)
        _configure(file, baud, parity)
        return file
    except (OSError, _NOT_A_LINE) as e:
        raise OSError("cannot open the serial line %s (%s)" % (path, e))


def _configure(file, baud: int, parity: str) -> None:
    attributes = termios.tcgetattr(file.fileno())
    attributes[0] = attributes[1] = attributes[3] = 0
    attributes[2] = _CS8_READ_LOCAL | _PARITIES[parity]
    attributes[4] = attributes[5] = _SPEEDS[baud]
    attributes[6][_VTIME] = attributes[6][_VMIN] = 0
    try:
        termios.tcsetattr(file.fileno(), _NOW, attributes)
    except (OSError, _NOT_A_LINE):
        # A pseudo-terminal has no parity, and refuses where nothing else is left to change.  It keeps whether that
        # would be odd: simulated meters look at it.
        attributes[2] = (_CS8_READ_LOCAL | _PARITIES[parity]) & ~_PARITY_ON
        termios.tcsetattr(file.fileno(), _NOW, attributes)
