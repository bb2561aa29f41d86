"""The third part of an update: every line of a manifest looked at, and whether there is room for its files.

What is refused here has changed nothing.

Loaded when there is an update, and forgotten afterwards.
"""

from mbus._const import const

from .manifest import after, broken, to_name, to_number
from .refused import Refused

_MOST_PATH = const(120)
_HEX = b"0123456789abcdef"
# Lines of the manifest looked at in one go.
_LINES = const(8)
_NAMES = const(16)
# Blocks that stay free: LittleFS copies what it changes, and the application wants to write too.
_RESERVE = const(8)


async def roomy(place, path: str, told: dict, slot: str, good, pause) -> None:
    """Refused where a line of the manifest in `path` is not valid, or its files have no room; told: of fitting().

    slot: the folder that it would go to; good: that of the good application, or None.
    """
    length = told["length"]
    with place.open(path, "rb") as f:
        f.seek(length - told["left"])
        block, free = place.room()
        needed = await _blocks_of(f, told, block, pause)
    if good is not None and await _is_same(place, path, good + "/release", length, pause):
        raise Refused("the board runs this release already")
    # A slot that is being filled with it had room when that began.
    if told["kind"] == "application" and not await _is_same(place, path, slot + "/release", length, pause):
        if place.size(slot) is not None:
            # The folder itself, which stays; then what is in it.
            free += 2 + await _blocks_in(place, slot, block, pause)
        if needed > free:
            found = needed * block >> 10, free * block >> 10
            line = "it needs %d KiB of flash, and %d KiB are free: remove files of your own, or make journal_kb smaller"
            raise Refused(line % found)


def files(f, told: dict):
    """(path, bytes, SHA-256 in hex, where it lies behind the signature) of each file; `f` and `told` from head().

    Refused, also when all are there and do not make up what was told.
    """
    at = 0
    before = ""
    while told["left"]:
        words = after(f, told, b"file").split(b" ")
        if len(words) != 3 or len(words[1]) != 64 or any(c not in _HEX for c in words[1]):
            raise broken("a file has a size, a SHA-256 and a path")
        path = _path(words[2], told["kind"])
        # In this order a folder is followed by what is in it: no path twice, none that is a file and a folder.
        if path.replace("/", "\t") <= before.replace("/", "\t") or path.startswith(before + "/"):
            raise broken("%s is twice or at the wrong place" % path)
        before = path
        size = to_number(words[0])
        yield path, size, words[1], at
        at += size
    if not before or at != told["size"]:
        raise broken("its files have %d bytes, size says %d" % (at, told["size"]))


def _path(word: bytes, kind: str) -> str:
    """None that leads out of its folder or hides."""
    parts = word.split(b"/")
    if len(word) > _MOST_PATH or any(part[:1] == b"." for part in parts):
        raise broken("a path leads elsewhere, or is too long")
    names = [to_name(part) for part in parts]
    if kind == "micropython":
        is_right = names == ["image"]
    elif names[0] == "root":
        # Of the root no more than modules: neither settings nor what says how the board starts.
        is_right = len(names) == 2 and names[1] != "boot.py" and names[1].endswith((".py", ".mpy"))
    else:
        # `release` is the manifest itself.
        is_right = names[0] == "slot" and len(names) > 1 and names[1] != "release"
    if not is_right:
        raise broken("%s is no place for a file" % word.decode())
    return word.decode()


async def _is_same(place, path: str, other: str, length: int, pause) -> bool:
    """Whether a manifest is that of a slot, where what is in it came by an update."""
    if place.size(path) != place.size(other):
        return False
    with place.open(path, "rb") as f, place.open(other, "rb") as g:
        while length > 0:
            line = f.readline()
            if line != g.readline() or not line:
                return False
            length -= len(line)
            await pause()
    return True


async def _blocks_of(f, told: dict, block: int, pause) -> int:
    """Blocks that the files take with their folders, of which each has two; every line is looked at."""
    blocks = _RESERVE
    before = ""
    for count, (path, size, _, _) in enumerate(files(f, told)):
        blocks += -(-size // block)
        end = path.find("/")
        while end >= 0:
            if not before.startswith(path[: end + 1]):
                blocks += 2
            end = path.find("/", end + 1)
        before = path
        if count % _LINES == 0:
            await pause()
        if count % _NAMES == 0:
            # The names of so many more files of a folder take another pair of blocks.
            blocks += 2
    return blocks


async def _blocks_in(place, folder: str, block: int, pause) -> int:
    """How many blocks come free when all that is in the folder is removed, at most."""
    blocks = 0
    for name in place.names(folder):
        # To find a file among many takes a board milliseconds.
        await pause()
        path = folder + "/" + name
        found = place.size(path)
        if found == -1:
            blocks += 2 + await _blocks_in(place, path, block, pause)
        else:
            blocks += -(-(found or 0) // block)
    return blocks
