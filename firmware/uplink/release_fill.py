"""The middle part of an update: a slot filled with what a release's manifest says, and all of it verified.

The manifest lies in the slot as `release`, signed and checked; what the release has for the root, and is another there,
is collected beside it as `main.py.new`.  Whenever it is interrupted it goes on where it ended: what is whole stays,
half a file is continued, and what is neither is fetched anew.  Nothing here can make the slot start.

Loaded when there is an update, and forgotten afterwards.
"""

import binascii
import hashlib

from mbus._const import const

from .refused import Refused

_MANIFEST = "/release"
_PIECE = const(1024)
# What is read of the flash in one go: a smaller piece finds room where memory is in many.
_READ = const(512)
# What was fetched is on the flash after so many bytes: a block of LittleFS, which is programmed once then.
_KEPT = const(4096)
_TRIES = const(2)


async def fill(source, place, told: dict, slot: str, good, names: list, progress, pause) -> None:
    """slot: the folder.  good: that of the good application, whose files are copied where they are the same, or None.

    told: of fitting().  names: gets those of what is to be put in place in the root.  progress(done, total) in bytes;
    pause() is waited for between steps.  Refused, OSError.
    """
    filling = _Fill(source, place, told, slot, good, names, progress, pause)
    await filling.run()
    await filling.verify()


class _Fill:
    def __init__(self, source, place, told: dict, slot: str, good, names: list, progress, pause):
        self._source = source
        self._place = place
        self._told = told
        self._slot = slot
        self._good = good
        self._progress = progress
        self._pause = pause
        self._names = names
        self._piece = bytearray(_READ)

    async def run(self) -> None:
        done = 0
        with self._place.open(self._slot + _MANIFEST, "rb") as f:
            for path, size, digest, at in _files(f):
                if not await self._is_in_root(path, size, digest):
                    target = self._target(path)
                    if not await self._is_there(target, size, digest):
                        self._make_folders(target)
                        await self._bring(path, size, digest, self._told["at"] + at, done)
                done += size
                self._progress(done, self._told["size"])

    async def _is_in_root(self, path: str, size: int, digest: bytes) -> bool:
        """Whether it is of the root, and the same there already."""
        if not path.startswith("root/"):
            return False
        is_same = await self._is_there(path[4:], size, digest)
        if not is_same:
            self._names.append(path[5:])
        elif self._place.size(self._target(path)) is not None:
            # Of another release, which was given up for this one.
            self._place.remove(self._target(path))
        return is_same

    async def verify(self) -> None:
        """All of it once more, as it lies there.  OSError where something is not as it should be."""
        with self._place.open(self._slot + _MANIFEST, "rb") as f:
            for path, size, digest, _ in _files(f):
                is_in_root = path.startswith("root/") and path[5:] not in self._names
                place = path[4:] if is_in_root else self._target(path)
                if not await self._is_there(place, size, digest):
                    raise OSError("%s is not as it was written: the flash may be worn" % path)

    def _make_folders(self, target: str) -> None:
        end = target.find("/", len(self._slot) + 1) if target.startswith(self._slot + "/") else -1
        while end >= 0:
            if self._place.size(target[:end]) is None:
                self._place.make_folder(target[:end])
            end = target.find("/", end + 1)

    def _target(self, path: str) -> str:
        return self._slot + path[4:] if path.startswith("slot/") else path[4:] + ".new"

    async def _is_there(self, path: str, size: int, digest: bytes) -> bool:
        return self._place.size(path) == size and await self._digest(path) == digest

    async def _digest(self, path: str) -> bytes:
        hashed = hashlib.sha256()  # pyright: ignore[reportAttributeAccessIssue]  # CircuitPython has no slots
        view = memoryview(self._piece)
        with self._place.open(path, "rb") as f:
            while True:
                size = f.readinto(self._piece)
                if not size:
                    break
                hashed.update(view[:size])
                await self._pause()
        return binascii.hexlify(hashed.digest())

    async def _bring(self, path: str, size: int, digest: bytes, at: int, done: int) -> None:
        place, target = self._place, self._target(path)
        good = None if self._good is None or not path.startswith("slot/") else self._good + path[4:]
        if good is not None and await self._is_there(good, size, digest):
            await self._copy(good, target)
            if await self._is_there(target, size, digest):
                return
        tries = 0
        while tries < _TRIES:
            have = place.size(target) or 0
            if have >= size:
                if have:
                    place.remove(target)
                have = 0
            # What was begun before may have been damaged since: only what is fetched from its beginning counts.
            tries += not have
            await self._fetch(target, size, at, have, done)
            if await self._is_there(target, size, digest):
                return
            place.remove(target)
        raise Refused("%s in the release file is not what its manifest says: the file is damaged" % path)

    async def _copy(self, path: str, target: str) -> None:
        view = memoryview(self._piece)
        with self._place.open(path, "rb") as f, self._place.open(target, "wb") as g:
            while True:
                size = f.readinto(self._piece)
                if not size:
                    break
                g.write(view[:size])
                await self._pause()

    async def _fetch(self, target: str, size: int, at: int, have: int, done: int) -> None:
        """The rest of a file, of which `have` bytes are there."""
        with self._place.open(target, "ab") as f:
            while have < size:
                piece = await self._source.read(at + have, min(_PIECE, size - have))
                if not piece:
                    raise Refused("the release file ends after %d bytes: it is not whole" % (at + have))
                f.write(piece)
                before, have = have, have + len(piece)
                if before // _KEPT != have // _KEPT:
                    f.flush()
                self._progress(done + have, self._told["size"])
                await self._pause()


def _files(f):
    """(path, bytes, SHA-256 in hex, where it lies behind the signature): of a manifest that was checked."""
    at = 0
    for line in f:
        words = line.split()
        if words[0] == b"file":
            yield words[3].decode(), int(words[1]), words[2], at
            at += int(words[1])
