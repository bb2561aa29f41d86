"""The first part of an update: the front of a release file to the flash, and all that can refuse it.

What comes is not believed before its signature is checked, and until all is checked nothing is changed but one file in
the root, which is gone again when the release is refused.

Loaded when there is an update, and forgotten afterwards.
"""

import binascii
import hashlib

from mbus._const import const

from .manifest import HEAD_BYTES, SIGNATURE_BYTES, files, head, length_of
from .refused import Refused
from .signature import check

# In the root, as long as nobody knows whether it is to be.
NEW = "/release.new"
_PIECE = const(1024)
# Lines of the manifest looked at in one go.
_LINES = const(8)
# Blocks that stay free: LittleFS copies what it changes, and the application wants to write too.
_RESERVE = const(8)


async def fetch_head(source, place, about: dict, key: bytes, slot: str, good, pause) -> dict:
    """What the manifest says, with "release" (its id in hex) and "at", where the files begin.  Refused, OSError.

    slot: the folder that it would go to, good: that of the good one or None.  Afterwards the manifest lies in NEW.
    """
    length = await _fetch(source, place, pause)
    with place.open(NEW, "rb") as f:
        digest = await _digest(f, length, pause)
        line = f.readline(SIGNATURE_BYTES + 1)
        await check(key, digest, _signature(line), pause)
        f.seek(0)
        told = head(f, length)
        told["release"] = binascii.hexlify(digest).decode()
        told["at"] = length + SIGNATURE_BYTES
        block, free = place.room()
        needed = await _blocks_of(f, told, block, pause)
    _compare(told, about)
    if good is not None and _id_of(place, good + "/release") == digest:
        raise Refused("the board runs this release already")
    if told["kind"] == "application":
        _check_room(needed, free + await _blocks_in(place, slot, block, pause), block)
    return told


async def _fetch(source, place, pause) -> int:
    """Bytes of the manifest, which lies in NEW with its signature then."""
    first = await source.read(0, HEAD_BYTES)
    while len(first) < HEAD_BYTES:
        more = await source.read(len(first), HEAD_BYTES - len(first))
        if not more:
            break
        first += more
    length = length_of(first)
    at = HEAD_BYTES
    with place.open(NEW, "wb") as f:
        f.write(first)
        while at < length + SIGNATURE_BYTES:
            piece = await source.read(at, min(_PIECE, length + SIGNATURE_BYTES - at))
            if not piece:
                raise Refused("the release file ends after %d bytes, within its manifest: it is not whole" % at)
            f.write(piece)
            at += len(piece)
            await pause()
    return length


async def _digest(f, length: int, pause) -> bytes:
    """SHA-256 of the first `length` bytes."""
    hashed = hashlib.sha256()
    while length:
        piece = f.read(min(_PIECE, length))
        if not piece:
            raise OSError("%s cannot be read back" % NEW)
        hashed.update(piece)
        length -= len(piece)
        await pause()
    return hashed.digest()


def _signature(line: bytes) -> bytes:
    """What is no valid line has none of the right length, or another."""
    try:
        return binascii.a2b_base64(line[10:]) if line.startswith(b"signature ") else b""
    except ValueError:
        return b""


def _id_of(place, path: str):
    """SHA-256 of the manifest that lies there, None where none does."""
    if place.size(path) is None:
        return None
    with place.open(path, "rb") as f:
        try:
            length = length_of(f.readline(HEAD_BYTES))
        except Refused:
            return None
        f.seek(0)
        hashed = hashlib.sha256()
        while length > 0:
            piece = f.read(min(_PIECE, length))
            if not piece:
                return None
            hashed.update(piece)
            length -= len(piece)
    return hashed.digest()


def _compare(told: dict, about: dict) -> None:
    """Refused where it is not for this board, or not what was announced."""
    announced = about.get("release")
    if announced is not None and announced != told["release"]:
        raise Refused("this is release %s, and %s was announced" % (told["release"][:16], announced[:16]))
    whole = about.get("size")
    if whole is not None and whole != told["at"] + told["size"]:
        raise Refused("the release file has %d bytes, and %d were announced" % (told["at"] + told["size"], whole))
    boards = told["boards"]
    if boards is not None and about["board"] not in boards:
        raise Refused("it is for the boards %s, and this is %s" % (", ".join(boards), about["board"]))
    running = tuple(about["micropython"])
    if told["kind"] == "application":
        if running < told["micropython"]:
            found = _dotted(told["micropython"]), _dotted(running)
            raise Refused("it needs MicroPython %s or newer, and the board has %s: update that first" % found)
        if about["mpy"] != told["mpy"]:
            found = told["mpy"], about["mpy"]
            raise Refused(
                "its files are .mpy of version %d, and the board loads version %d: update MicroPython" % found
            )
        running = _numbers(about["version"])
    elif told["chip"] != about.get("chip"):
        raise Refused("it is for the chip %s, and this is %s" % (told["chip"], about.get("chip") or "another"))
    _check_version(told["version"], told["from"], running)


def _check_version(new: tuple, allowed, running: tuple) -> None:
    """Nothing goes down unless it is signed as just that."""
    if allowed is not None:
        if allowed != running:
            found = _dotted(new), _dotted(allowed), _dotted(running)
            raise Refused("version %s is signed as a way down from %s, and the board runs %s" % found)
    elif new < running:
        found = _dotted(new), _dotted(running)
        raise Refused("version %s is older than %s, which the board runs: it is not signed as a way down" % found)


def _numbers(text: str) -> tuple:
    return tuple([int(word) for word in text.split(".")])


def _dotted(numbers) -> str:
    return ".".join([str(number) for number in numbers])


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
    return blocks


async def _blocks_in(place, folder: str, block: int, pause) -> int:
    """How many blocks come free when all that is in the folder is removed, at most."""
    await pause()
    blocks = 0
    for name in place.names(folder):
        path = folder + "/" + name
        found = place.size(path)
        if found == -1:
            blocks += 2 + await _blocks_in(place, path, block, pause)
        else:
            blocks += -(-(found or 0) // block)
    return blocks


def _check_room(needed: int, free: int, block: int) -> None:
    if needed > free:
        found = needed * block >> 10, free * block >> 10
        line = "it needs %d KiB on the flash, and %d KiB are free: remove files of your own, or make journal_kb smaller"
        raise Refused(line % found)
