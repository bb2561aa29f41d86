"""What a release consists of: the application, or MicroPython itself, and the lines of its manifest."""

from pathlib import Path

from ..config.pretend import boards
from ..onboard.application import MPY, OLDEST, build
from ..trouble import BAD, USAGE, Trouble

# The magic number of an image for the ESP32; behind it what chip it is for, in the bytes 12 and 13.
_MAGIC = 0xE9
_CHIPS = {0: "esp32", 2: "esp32s2", 5: "esp32c3", 9: "esp32s3", 13: "esp32c6"}
_LEAST_IMAGE = 1 << 16
Told = list[tuple[str, str]]


def application(version: str, wanted: list[str], downgrade_from: str | None) -> tuple[Told, dict[str, bytes]]:
    """(the lines of the manifest before its files, {path: content}).  Trouble."""
    built = build(version)
    files = {f"slot/{path}": data for path, data in built.slot.items()}
    files |= {f"root/{path}": data for path, data in built.root.items()}
    needs = [("micropython", ".".join(map(str, OLDEST))), ("mpy", str(MPY))]
    return _told(version, "application", wanted, needs, downgrade_from), files


def image(
    path: Path, chip: str, version: str, wanted: list[str], downgrade_from: str | None
) -> tuple[Told, dict[str, bytes]]:
    """As application(), of an update image (.app-bin) of MicroPython.  Trouble."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise Trouble(f"{path} cannot be read ({e.strerror})", USAGE)
    if len(data) < _LEAST_IMAGE or data[0] != _MAGIC:
        raise Trouble(f"{path} is no update image of MicroPython: take the .app-bin for the board", BAD)
    found = _CHIPS.get(int.from_bytes(data[12:14], "little"))
    if found != chip:
        raise Trouble(f"{path} is for the chip {found or 'of another kind'}, not {chip}", BAD)
    if data[0x8000:0x8002] == b"\xaa\x50" or data[0x7000:0x7002] == b"\xaa\x50":
        raise Trouble(f"{path} is a whole image with a table of partitions: take the .app-bin for the board", BAD)
    return _told(version, "micropython", wanted, [("chip", chip)], downgrade_from), {"image": data}


def _told(version: str, kind: str, wanted: list[str], needs: Told, downgrade_from: str | None) -> Told:
    told = [("version", version), ("kind", kind), ("boards", " ".join(sorted(set(wanted))) or "*"), *needs]
    return told if downgrade_from is None else [*told, ("downgrade-from", downgrade_from)]


def check_boards(wanted: list[str]) -> None:
    """Trouble for a name that no pin map has."""
    for name in wanted:
        if name not in boards():
            raise Trouble(f"--board: {name} is not known; known are {', '.join(sorted(boards()))}", USAGE)


def check_chip(name: str) -> None:
    """Trouble for one that is not known, or written in another way."""
    if name not in _CHIPS.values():
        raise Trouble(f"--chip: {name} is not known; known are {', '.join(_CHIPS.values())}", USAGE)
