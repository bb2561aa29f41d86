"""The second place: small data in the chip's NVS partition, which is there when the filesystem is not.

24 KiB in all (16 in an image with two slots for updates); names of at most 15
characters.  Not encrypted, as the filesystem is not.
"""

import esp32

from mbus._const import const

_NOT_FOUND = const(0x1102)
_TOO_SHORT = const(0x110C)
_MOST = const(16384)


class Second:
    """Made anew when it is needed; all of it raises OSError."""

    def __init__(self) -> None:
        self._nvs = esp32.NVS("lumbus")

    def read(self, name: str) -> bytes | None:
        """What is there, None for nothing."""
        size = 256
        while True:
            data = bytearray(size)
            try:
                return bytes(data[: self._nvs.get_blob(name, data)])
            except OSError as e:
                error = abs(e.args[0])
                if error == _NOT_FOUND:
                    return None
                if error != _TOO_SHORT or size >= _MOST:
                    raise
                size *= 4

    def write(self, name: str, data: bytes) -> None:
        """Whole or not at all; OSError when it is full."""
        self._nvs.set_blob(name, data)
        self._nvs.commit()


def second() -> Second | None:
    """The second place; None, and a line, where the partition is broken."""
    try:
        return Second()
    except OSError as e:
        print("second place: %s" % e)
        return None
