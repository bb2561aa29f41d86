"""The application as it goes to a board: compiled, and for the root what chooses between its two places."""

import hashlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from uplink import __version__

from .. import runtime
from ..paths import BOARD, FIRMWARE
from ..shorten import shortened
from ..trouble import BAD, Trouble

# The version of .mpy files that mpy-cross writes, and the MicroPython that the firmware needs.
MPY = 6
OLDEST = (1, 23)
# An image has a filesystem by the time that it could load these; the guard is for what lies in the root.
_NOT_IN_SLOT = ("inisetup", "mount", "guard")
# boot.py is the board's own: what somebody has written there stays.
_ROOT = ("main.py", "boot.py")
_PACKAGE = Path("uplink/__init__.py")
_CHOOSING = (
    (FIRMWARE / "uplink" / "slots.py", "slots.mpy"),
    (BOARD / "common" / "text_storage.py", "text_storage.mpy"),
    (BOARD / "esp32" / "guard.py", "guard.mpy"),
)


def told(data: bytes) -> tuple[int, str]:
    """(size, SHA-256 in hex)."""
    return len(data), hashlib.sha256(data).hexdigest()


@dataclass
class Application:
    """{path: bytes} of what lies in a slot, and of what lies in the root, in the order to put it there."""

    slot: dict[str, bytes]
    root: dict[str, bytes]
    wanted: dict[str, tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = {path: told(data) for path, data in self.slot.items()}


def build(version: str = __version__) -> Application:
    """version: what the application says that it is.  Trouble where the compiler or a library is missing."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            runtime.assemble(Path(folder), "esp32", True)
        except runtime.RuntimeMissing as e:
            raise Trouble(str(e), BAD)
        if version != __version__:
            _stamp(Path(folder), version)
        paths = sorted(file for file in Path(folder).rglob("*") if file.is_file())
        files = {str(file.relative_to(folder)): file.read_bytes() for file in paths}
    slot = {path: data for path, data in files.items() if path not in _ROOT and Path(path).stem not in _NOT_IN_SLOT}
    return Application(slot, choosing())


def _stamp(folder: Path, version: str) -> None:
    """The package alone says its version, and is a file of its own."""
    text = (FIRMWARE / _PACKAGE).read_text()
    stamped = text.replace(f'"{__version__}"', f'"{version}"', 1)
    if stamped == text:
        raise Trouble(f"{_PACKAGE} does not say {__version__}: it cannot be stamped with another version", BAD)
    runtime.compile_texts({_PACKAGE: stamped}, folder, "-O3")


def choosing() -> dict[str, bytes]:
    """What lies in the root and chooses.  main.py is the last: an older one does not know of slots."""
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        texts = shortened([source for source, _ in _CHOOSING])
        runtime.compile_texts({Path(name): texts[source] for source, name in _CHOOSING}, Path(folder), "-O3")
        for _, name in _CHOOSING:
            files[name] = (Path(folder) / name).read_bytes()
    return files | {"main.py": (FIRMWARE / "main.py").read_bytes()}
