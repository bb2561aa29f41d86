"""An update: a release put into the slot that is not the good one, and that one put on trial.

Where the power fails: until slot.json is replaced, which is the last step and one that LittleFS does at once or not at
all, everything that can start is as it was.  Called again with the same release it goes on where it ended.

    /release.new        the manifest, until it is checked: nothing else is changed before
    /slot.json          an older trial is taken out of it
    /b                  emptied of what does not belong, filled, and read back once more
    /main.py …          what chooses the slot, where it differs, as main.py.new at first; main.py is the last
    /slot.json          {"run": "a", "good": "a", "trial": "b", "tries": 0, "wants": "health"}

Loaded when there is an update, and forgotten afterwards; so is each of its parts when the next one begins.
"""

from mbus._const import const

from .forget import forget
from .refused import Refused

_NEW = "/release.new"
_NO_SPACE = const(28)
_PARTS = ("release_slots", "release_front", "signature", "release_fits", "manifest", "release_room", "release_fill") + (
    "install_image",
)


async def install(source, place, about: dict, key: bytes, progress, pause) -> dict:
    """{"version", "release", "slot"} of what is on trial from the next start on.

    source: read(at, size) is waited for, and gives 1...size bytes of the release file, b"" behind its end.
    place: the port's slots(), None where it has none.  key: the public key in DER.
    about: {"version": that which runs, "board", "micropython": (1, 26, 0), "mpy": 6}, and where they were announced
    "release" (64 hex digits) and "size" (bytes of the whole file); "image": the port's image, for MicroPython
    itself (see install_image): then "slot" is a partition's name, and nothing is on trial yet.
    progress(done, total) in bytes; pause() is waited for between steps.
    Refused: it never can be; what could start is unchanged, and the slot is empty if anything was written to it.
    OSError: it was interrupted, or it is not the time for it, and may be tried again.
    """
    if place is None:
        raise Refused("this board has no slots for a second application: update it by cable")
    try:
        return await _install(source, place, about, key, progress, pause)
    except OSError as e:
        if e.errno == _NO_SPACE:
            raise Refused("the flash is full: remove files of your own, or make journal_kb smaller")
        raise
    finally:
        forget(_PARTS)


async def _install(source, place, about, key, progress, pause) -> dict:
    good, slot, is_trial = _free_slot(place)
    try:
        told = await _checked(source, place, about, key, "/" + slot, good and "/" + good, pause)
    except (OSError, Refused):
        _remove_new(place)
        raise
    if told["kind"] == "micropython":
        forget(_PARTS)
        return await _put_image(source, place, about["image"](), told, progress, pause)
    await _begin(place, good, slot, is_trial, pause)
    forget(_PARTS)
    names = await _fill(source, place, told, "/" + slot, good and "/" + good, progress, pause)
    forget(_PARTS)
    await _end(place, names, good, slot, pause)
    return {"version": ".".join([str(n) for n in told["version"]]), "release": told["release"], "slot": slot}


# Each part in a function of its own: a name for something in a module keeps all of it.


def _free_slot(place) -> tuple:
    from .release_slots import free_slot

    return free_slot(place)


async def _checked(source, place, about, key, slot, good, pause) -> dict:
    forget(_PARTS)
    told = await _front(source, place, key, pause)
    forget(_PARTS)
    _fit(place, told, about)
    forget(_PARTS)
    await _find_room(place, told, slot, good, pause)
    forget(_PARTS)
    return told


async def _front(source, place, key, pause) -> dict:
    from .release_front import fetch_front

    return await fetch_front(source, place, key, pause)


def _fit(place, told, about) -> None:
    from .release_fits import fitting

    fitting(place, _NEW, told, about)


async def _find_room(place, told, slot, good, pause) -> None:
    from .release_room import roomy

    await roomy(place, _NEW, told, slot, good, pause)


async def _begin(place, good, slot, is_trial, pause) -> None:
    from .release_slots import begin

    await begin(place, _NEW, good, slot, is_trial, pause)


async def _fill(source, place, told, slot, good, progress, pause) -> list:
    from .release_fill import fill

    return await fill(source, place, told, slot, good, progress, pause)


async def _end(place, names, good, slot, pause) -> None:
    from .release_slots import end

    await end(place, names, good, slot, pause)


async def _put_image(source, place, image, told, progress, pause) -> dict:
    from .install_image import install_image

    try:
        return await install_image(source, image, place, _NEW, told, progress, pause)
    finally:
        _remove_new(place)


def _remove_new(place) -> None:
    try:
        place.remove(_NEW)
    except OSError:
        # There is none, or the next update replaces it.
        pass
