"""MicroPython itself put into the partition that does not run, from a release whose kind is micropython.

Nothing of what runs is touched: the partition is erased and written block by block, at most 1 KiB in memory, and read
back in the end.  How far it is stands in /image.json every 64 KiB, so that it goes on there after a restart.  Where the
power fails the board starts as before: only activate() changes that, and who calls it has noted it before (see
image_trial).

The board's port has the second partition in image(), None where there is none:

    running, other      names of the partitions
    size()              bytes that fit
    check(begin)        ValueError where that is no image for this chip; 36 bytes or more
    erase(at)           a block of 4 KiB
    write(at, data)     within an erased block
    read(at, buffer)    fills it
    activate(), confirm()

Loaded when there is an update, and forgotten afterwards.
"""

import binascii
import hashlib
import json

from mbus._const import const

from .refused import Refused

_NOTE = "/image.json"
_PIECE = const(1024)
_BLOCK = const(4096)
_NOTED = const(65536)
_MOST_NOTE = const(200)
# Flash that is encrypted takes whole pieces of so many bytes.
_WHOLE = const(16)
_FROM_END = const(71)
_DIGITS = const(64)


async def install_image(source, image, place, path: str, told: dict, progress, pause) -> dict:
    """{"version", "release", "slot": the partition's name}; image_trial starts it.

    path: of the release's manifest, which has been checked.  told: what it says, with "release", "length" (bytes of the
    manifest) and "at", where the image lies behind it.  The others as in install.  Refused, OSError.
    """
    size = told["size"]
    if size < _PIECE:
        raise Refused("the image has %d bytes, which is none" % size)
    if size > image.size():
        raise Refused("the image has %d bytes, and the partition %d" % (size, image.size()))
    try:
        at = _noted(place, told["release"], image.other, size)
        while at < size:
            at = await _block(source, image, told["at"], at, size, progress, pause)
            if not at % _NOTED:
                _note(place, told["release"], image.other, at)
        if await _digest(image, size, pause) != _told(place, path, told["length"]):
            raise Refused("the image on the flash is not the one that was signed: it was damaged on the way")
    except Refused as e:
        _forget(place)
        raise e
    _note(place, told["release"], image.other, size)
    version = ".".join([str(number) for number in told["version"]])
    return {"version": version, "release": told["release"], "slot": image.other}


def _told(place, path: str, length: int) -> bytes:
    """SHA-256 of the image: in the manifest's last line, "file <size> <SHA-256> image", which has been looked at."""
    with place.open(path, "rb") as f:
        f.seek(length - _FROM_END)
        return binascii.unhexlify(f.read(_DIGITS))


async def _block(source, image, base: int, at: int, size: int, progress, pause) -> int:
    """A block fetched and written; where the next one begins."""
    end = min(at + _BLOCK, size)
    piece = bytearray(_PIECE)
    is_erased = False
    while at < end:
        count = min(_PIECE, end - at)
        await _fetch(source, base + at, memoryview(piece)[:count], pause)
        if at == 0:
            try:
                image.check(piece)
            except ValueError as e:
                raise Refused(str(e))
        if not is_erased:
            image.erase(at)
            is_erased = True
            await pause()
        whole = -(-count // _WHOLE) * _WHOLE
        for spare in range(count, whole):
            piece[spare] = 0xFF
        image.write(at, memoryview(piece)[:whole])
        at += count
        progress(at, size)
        await pause()
    return at


async def _fetch(source, at: int, view, pause) -> None:
    """Fill the view with the release file's bytes there."""
    done = 0
    while done < len(view):
        part = await source.read(at + done, len(view) - done)
        if not part:
            raise Refused("the release file ends after %d bytes, within its image: it is not whole" % (at + done))
        view[done : done + len(part)] = part
        done += len(part)
        await pause()


async def _digest(image, size: int, pause) -> bytes:
    """SHA-256 of what is on the flash."""
    hashed = hashlib.sha256()  # pyright: ignore[reportAttributeAccessIssue]  # CircuitPython has no slots
    piece = bytearray(_PIECE)
    for at in range(0, size, _PIECE):
        count = min(_PIECE, size - at)
        image.read(at, piece)
        hashed.update(memoryview(piece)[:count])
        await pause()
    return hashed.digest()


def _noted(place, release: str, name: str, size: int) -> int:
    """How far this image has been written; 0 where that is not known."""
    try:
        with place.open(_NOTE, "rb") as f:
            note = json.loads(f.read(_MOST_NOTE))
        is_its = isinstance(note, dict) and [note.get("release"), note.get("slot")] == [release, name]
        if is_its and isinstance(note.get("at"), int) and 0 <= note["at"] <= size:
            return note["at"] if note["at"] == size else note["at"] // _BLOCK * _BLOCK
    except (OSError, ValueError):
        # There is none, or it is of another time.
        pass
    return 0


def _note(place, release: str, name: str, at: int) -> None:
    with place.open(_NOTE + ".new", "wb") as f:
        f.write(json.dumps({"release": release, "slot": name, "at": at}).encode())
    place.rename(_NOTE + ".new", _NOTE)


def _forget(place) -> None:
    try:
        place.remove(_NOTE)
    except OSError:
        # There is none.
        pass
