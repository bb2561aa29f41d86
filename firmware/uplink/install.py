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
_PARTS = ("release_slots", "release_front", "signature", "release_fits", "manifest", "release_room") + (
    "release_clean",
    "release_fill",
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
        if e.errno != _NO_SPACE:
            raise
        raise Refused("the flash is full: remove files of your own, or make journal_kb smaller")
    finally:
        forget(_PARTS)


async def _install(source, place, about, key, progress, pause) -> dict:
    # Each part is loaded for its turn; a name for something in it would keep all of it.
    from .release_slots import free_slot

    good, slot, is_trial = free_slot(place)
    del free_slot
    folder = "/" + slot
    good_folder = good and "/" + good
    try:
        told = await _checked(source, place, about, key, folder, good_folder, pause)
    except (OSError, Refused):
        _remove_new(place)
        raise
    if told["kind"] == "micropython":
        return await _put_image(source, place, about["image"](), told, progress, pause)
    names = []
    try:
        from .release_slots import begin

        await begin(place, _NEW, good, slot, is_trial, pause)
        del begin
        forget(_PARTS)
        await _fill(source, place, told, folder, good_folder, names, progress, pause)
    except (OSError, Refused) as e:
        _remove_new(place)
        if isinstance(e, Refused) or e.errno == _NO_SPACE:
            forget(_PARTS)
            from .release_clean import emptied

            await emptied(place, folder, names, pause)
        raise
    forget(_PARTS)
    from .release_slots import end

    await end(place, names, good, slot, pause)
    return {"version": ".".join([str(n) for n in told["version"]]), "release": told["release"], "slot": slot}


async def _checked(source, place, about, key, folder, good, pause) -> dict:
    forget(_PARTS)
    from .release_front import fetch_front

    told = await fetch_front(source, place, key, pause)
    del fetch_front
    forget(_PARTS)
    from .release_fits import fitting

    fitting(place, _NEW, told, about)
    del fitting
    forget(_PARTS)
    from .release_room import roomy

    await roomy(place, _NEW, told, folder, good, pause)
    del roomy
    forget(_PARTS)
    return told


async def _fill(source, place, told, folder, good, names, progress, pause) -> None:
    from .release_clean import cleaned

    await cleaned(place, folder, pause)
    del cleaned
    forget(_PARTS)
    from .release_fill import fill

    await fill(source, place, told, folder, good, names, progress, pause)


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
