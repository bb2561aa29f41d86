"""An image of MicroPython for an ESP32: what its first bytes say, and whether it fits a chip.

A whole image begins with the bootloader (a byte E9h, in bytes 12 and 13 the chip's number), has the table of partitions
at 8000h of the flash (AAh 50h), and goes to where the chip looks for its bootloader.
"""

from dataclasses import dataclass
from pathlib import Path

from ..trouble import BAD, USAGE, Trouble

_MAGIC = 0xE9
_PARTITIONS_AT = 0x8000
_PARTITIONS = b"\xaa\x50"
_HEADER = 24
# Names of the chips as MicroPython's images have them.
_BOARDS = {
    "ESP32": "ESP32_GENERIC",
    "ESP32-S2": "ESP32_GENERIC_S2",
    "ESP32-S3": "ESP32_GENERIC_S3",
    "ESP32-C3": "ESP32_GENERIC_C3",
    "ESP32-C6": "ESP32_GENERIC_C6",
}
# By the number in the header.
_CHIPS = {0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2", 13: "ESP32-C6", 16: "ESP32-H2"}


@dataclass(frozen=True)
class Image:
    path: str
    data: bytes

    @property
    def chip(self) -> int:
        """The number of the chip that it is for."""
        return int.from_bytes(self.data[12:14], "little")


@dataclass(frozen=True)
class Chip:
    """What was found on the port.  number: as in an image's header; at: where in the flash its bootloader lies."""

    name: str
    number: int
    at: int
    mac: str
    flash: int | None


def load(path: str) -> Image:
    """Trouble for what cannot be read or is no image at all."""
    try:
        data = Path(path).read_bytes()
    except OSError as e:
        raise Trouble(f"--image {path}: {e.strerror}", USAGE)
    if len(data) < _HEADER or data[0] != _MAGIC:
        line = f"--image {path}: it is no image for an ESP32 (it does not begin with E9h)"
        raise Trouble(f"{line}; take the .bin file of MicroPython's download page", BAD)
    return Image(path, data)


def check(image: Image, chip: Chip) -> None:
    """Trouble where it is not for this chip, not whole, or too large."""
    if image.chip != chip.number:
        meant = _CHIPS.get(image.chip, f"chip {image.chip}")
        raise Trouble(f"--image {image.path} is for the {meant}, and the board has an {chip.name}: {advice(chip)}", BAD)
    at = _PARTITIONS_AT - chip.at
    if image.data[at : at + 2] != _PARTITIONS:
        line = f"--image {image.path} has no table of partitions, so it is no whole image (an update, .app-bin?)"
        raise Trouble(f"{line}: {advice(chip)}", BAD)
    if chip.flash is not None and chip.at + len(image.data) > chip.flash:
        line = f"--image {image.path} has {len(image.data) >> 10} KiB, and the board's flash {chip.flash >> 10} KiB"
        raise Trouble(f"{line}: take a smaller image", BAD)


def advice(chip: Chip) -> str:
    """Which image to fetch."""
    board = _BOARDS.get(chip.name)
    if board is None:
        return f"the application has not been made for the {chip.name}; its chips are {', '.join(sorted(_BOARDS))}"
    return (
        f"take {board} of MicroPython's download page (micropython.org/download/{board}), 1.26 or newer, the .bin "
        f"file of its installation, and give it with --image"
    )
