"""What the arguments of `lumbus decode` name: files, hex digits or `-`, standard input."""

import sys
from pathlib import Path
from string import hexdigits

from mbus.errors import FrameError


def is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except OSError:
        # More hex digits than a file name may have characters.
        return False


def read(given: str) -> tuple[str | None, bytes]:
    """(the file's name or None, what is in it) of an argument: a file, hex digits, or `-`; OSError else."""
    if given == "-":
        return None, sys.stdin.buffer.read()
    if is_file(given):
        return given, Path(given).read_bytes()
    return None, given.encode(errors="replace")


def to_bytes(text: str, otherwise: str = "not hex digits") -> bytes:
    """Bytes of hex digits with white space among them; FrameError else."""
    digits = "".join(text.split())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        what = "an odd number of hex digits" if set(digits) <= set(hexdigits) else otherwise
        raise FrameError(f"{what}: {text.strip()[:40]!r}") from None
