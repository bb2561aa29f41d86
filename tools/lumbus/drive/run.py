"""`lumbus drive`: copies what differs onto a board's drive CIRCUITPY."""

import os
import shutil
import tempfile
from pathlib import Path

from ..runtime import RuntimeMissing
from ..trouble import USAGE, Trouble, guarded
from .layout import lay_out

# What a board has as it comes.
_SAMPLE = "Hello World"
_OURS = "from uplink.start import main"


def run(options) -> int:
    return guarded("drive", lambda: _run(Path(options.drive), options.force))


def _run(drive: Path, force: bool) -> int:
    if not drive.is_dir():
        raise Trouble(f"{drive} is not there: is the board plugged in, and its drive mounted?", USAGE)
    if not force and not _may_replace(drive / "code.py"):
        raise Trouble(f"{drive / 'code.py'} is somebody else's program: replace it with --force", USAGE)
    with tempfile.TemporaryDirectory(prefix="lumbus-drive-") as folder:
        try:
            files = _files(lay_out(Path(folder)))
        except RuntimeMissing as e:
            raise Trouble(str(e), USAGE)
        changed = [place for place, source in files.items() if not _same(source, drive / place)]
        for place in changed:
            _copy(files[place], drive / place)
    if hasattr(os, "sync"):
        os.sync()
    print(f"{drive}: {len(changed)} of {len(files)} files written, the others are the same")
    if not (drive / "config.json").exists():
        print(f"there is no config.json yet: write one with: lumbus config init {drive}")
    return 0


def _files(root: Path) -> dict[Path, Path]:
    """{place: file}; code.py last, for writing it starts the board anew."""
    places = sorted(file.relative_to(root) for file in root.rglob("*") if file.is_file())
    places.sort(key=lambda place: place.name == "code.py")
    return {place: root / place for place in places}


def _may_replace(code: Path) -> bool:
    try:
        text = code.read_text(errors="replace")
    except FileNotFoundError:
        return True
    return not text.strip() or _OURS in text or (_SAMPLE in text and len(text) < 100)


def _same(source: Path, target: Path) -> bool:
    return target.is_file() and target.read_bytes() == source.read_bytes()


def _copy(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except OSError as e:
        text = (
            f"cannot write {target} ({e.strerror}): if the drive is the code's, hold the board's button while it "
            "starts, and plug it in again"
        )
        raise Trouble(text, USAGE)
