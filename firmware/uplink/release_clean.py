"""What an update does to a slot that held something else: all that is not of the release is removed.

Nothing starts what is there meanwhile: slot.json does not name it.

Loaded when there is an update, and forgotten afterwards.
"""

from mbus._const import const

_MANIFEST = "/release"
# Names of a folder that are compared with the manifest in one go.
_BATCH = const(16)


async def cleaned(place, slot: str, pause) -> None:
    """Leave what is of the release whose manifest lies in the slot, or may become it.  OSError."""
    while await _clean(place, slot, "", pause):
        # Where names come in no order, one may have been passed over.
        pass


async def emptied(place, slot: str, names: list, pause) -> None:
    """Remove the slot with all that is in it, and what was brought for the root: `<name>.new`."""
    try:
        await _removed(place, slot, pause)
        for name in names:
            place.remove("/%s.new" % name)
    except OSError:
        # It is in nobody's way: the next update begins with it.
        pass


async def _clean(place, slot: str, folder: str, pause) -> bool:
    """Whether there was something to remove."""
    kept = gone = 0
    while True:
        names = list(place.names(slot + folder))[kept : kept + _BATCH]
        batch = [folder + "/" + name for name in names]
        if not batch:
            return gone > 0
        right = await _right(place, slot, batch, pause)
        for path in batch:
            if path not in right:
                await _removed(place, slot + path, pause)
                gone += 1
            else:
                kept += 1
                if place.size(slot + path) == -1 and await _clean(place, slot, path, pause):
                    gone += 1


async def _right(place, slot: str, batch: list, pause) -> list:
    """Those of the paths that are of the release, or may become it."""
    sizes = []
    for path in batch:
        sizes.append(place.size(slot + path) or 0)
        # To find a file among many takes a board milliseconds.
        await pause()
    right = [_MANIFEST] if _MANIFEST in batch else []
    with place.open(slot + _MANIFEST, "rb") as f:
        for line in f:
            words = line.split()
            # Inside of the slot; what is for the root is not there.
            if words[0] != b"file" or not words[3].startswith(b"slot/"):
                continue
            path = words[3].decode()[4:]
            for found, size in zip(batch, sizes):
                is_right = path.startswith(found + "/") if size < 0 else path == found and size <= int(words[1])
                if is_right and found not in right:
                    right.append(found)
            await pause()
    return right


async def _removed(place, path: str, pause) -> None:
    """A file, or a folder with all that is in it."""
    if place.size(path) == -1:
        for name in list(place.names(path)):
            await _removed(place, path + "/" + name, pause)
    place.remove(path)
    await pause()
