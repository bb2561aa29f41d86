"""The release that a rollout is for: read and verified before anybody is told of it."""

from pathlib import Path

from ..release.installed import want
from ..release.read import Broken, Release, is_signed, read
from ..trouble import BAD, USAGE, Trouble


def load(path: Path, public: Path) -> Release:
    """Trouble: it cannot be read, is damaged, or was not signed with that key."""
    want()
    try:
        key = public.read_bytes()
    except OSError as e:
        raise Trouble(f"--public {public} cannot be read ({e.strerror}): lumbus key makes it", USAGE) from None
    try:
        release = read(path)
    except OSError as e:
        raise Trouble(f"--release {path} cannot be read ({e.strerror}): lumbus release makes it", USAGE) from None
    except Broken as e:
        raise Trouble(f"--release {path}: {e}; nobody was told", BAD) from None
    try:
        if is_signed(release, key):
            return release
    except Broken as e:
        raise Trouble(f"--public {public}: {e}; nobody was told", BAD) from None
    line = f"--release {path} is not signed with the key of {public}, and every gateway would refuse it"
    raise Trouble(f"{line}; nobody was told", BAD)


def short(release: Release) -> str:
    """The id as topics and texts have it, 16 hex digits."""
    return release.release[:16]


def title(release: Release) -> str:
    return f"MicroPython {release.version}" if release.kind == "micropython" else f"lumbus {release.version}"
