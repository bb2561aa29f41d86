"""Firmware that has been laid out is copied, not made again: by the hash of all that it is made of.

Only where the environment's LUMBUS_BUILT names a folder to keep it in, as the tests set it: they lay out the same
firmware a hundred times, in processes side by side.  Who comes while somebody makes it waits for that.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = "LUMBUS_BUILT"


def hashed(arguments: object, files: Iterable[Path], installed: Iterable[Path]) -> str:
    """Of the arguments' repr, of files with what is in them, of what is installed by place, size and time."""
    digest = hashlib.sha256(repr((arguments, sys.version)).encode())
    for file in files:
        data = file.read_bytes()
        digest.update(b"%s %d " % (str(file).encode(), len(data)) + data)
    for file in installed:
        stat = file.stat()
        digest.update(b"%s %d %d " % (str(file).encode(), stat.st_size, stat.st_mtime_ns))
    return digest.hexdigest()


def below(*folders: Path) -> list[Path]:
    """All files in there, in an order that is always the same, without what Python keeps beside them."""
    return sorted(file for folder in folders for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc")


def once(target: Path, key: Callable[[], str], make: Callable[[Path], object]) -> None:
    """Have under `target`, which may be there, what `make(folder)` puts into an empty folder; `key` as of hashed()."""
    keep = os.environ.get(FOLDER)
    if not keep:
        make(target)
        return
    import fcntl

    place = Path(keep) / key()
    with open(place.with_suffix(".lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=keep) as folder:
                made = Path(folder) / "made"
                made.mkdir()
                make(made)
                # Whole, or not at all.
                made.rename(place)
    shutil.copytree(place, target, dirs_exist_ok=True)
