"""The second partition for MicroPython itself, where the image on the chip has two (those named OTA).

The bootloader starts what was chosen last with activate().  A start that is not confirmed is its only one: the next one
is that of the partition before.  Nothing of what runs is touched before activate().

An image (.app-bin) begins with a header of 24 bytes (a byte E9h, in bytes 12 and 13 the chip's number), a segment's
header of 8, and what ESP-IDF tells of the application (32h 54h CDh ABh).

Loaded when there is an update, and forgotten afterwards.
"""

import esp32

from mbus._const import const

BLOCK = const(4096)
_ERASE = const(6)
_SIZE = const(3)
_LABEL = const(4)
_HEADER = const(36)
_DESCRIPTION = b"\x32\x54\xcd\xab"
_CHIPS = {0: "esp32", 2: "esp32s2", 5: "esp32c3", 9: "esp32s3", 12: "esp32c2", 13: "esp32c6", 16: "esp32h2"}


class Image:
    """`running`: the name of the partition that runs; `other`: that of the one that is written.  All raises OSError."""

    def __init__(self, running, other) -> None:
        self._running = running
        self._other = other
        self.running = running.info()[_LABEL]
        self.other = other.info()[_LABEL]

    def size(self) -> int:
        """The most bytes that an image may have."""
        return self._other.info()[_SIZE]

    def chip(self) -> str:
        """What an image must be for: as the one that runs."""
        return _name(_header_of(self._running))

    def check(self, begin: bytes) -> None:
        """ValueError where an image that begins so is none for this chip.  begin: 36 bytes or more."""
        if begin[:1] != b"\xe9" or begin[32:_HEADER] != _DESCRIPTION:
            raise ValueError("it is no image of an application for an ESP32: the .app-bin file is wanted")
        if begin[12:14] != _header_of(self._running)[12:14]:
            raise ValueError("the image is for the %s, and this is an %s" % (_name(begin), self.chip()))

    def erase(self, at: int) -> None:
        """The block of 4 KiB that begins there."""
        self._other.ioctl(_ERASE, at // BLOCK)

    def write(self, at: int, data) -> None:
        """Where it has been erased, within a block."""
        self._other.writeblocks(at // BLOCK, data, at % BLOCK)

    def read(self, at: int, buffer) -> None:
        """Fill the buffer with what lies there."""
        self._other.readblocks(at // BLOCK, buffer, at % BLOCK)

    def activate(self) -> None:
        """The next start is that of the other one.  OSError: its image is not valid, and nothing was changed."""
        self._other.set_boot()

    def confirm(self) -> None:
        """What runs stays, also after the next start."""
        esp32.Partition.mark_app_valid_cancel_rollback()


def image() -> Image | None:
    """None where the image on the chip has one partition for MicroPython, as most have."""
    running = esp32.Partition(esp32.Partition.RUNNING)  # pyright: ignore[reportArgumentType]  # the stubs know no number
    try:
        other = running.get_next_update()
    except OSError:
        return None
    # Beside one for the factory's image there may be none: then it is the one that runs.
    return None if other.info()[_LABEL] == running.info()[_LABEL] else Image(running, other)


def _header_of(partition) -> bytes:
    header = bytearray(_HEADER)
    partition.readblocks(0, header, 0)
    return bytes(header)


def _name(header: bytes) -> str:
    number = header[12] | header[13] << 8
    return _CHIPS.get(number, "chip %d" % number)
