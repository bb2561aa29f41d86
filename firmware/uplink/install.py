"""An update: a release put into the slot that is not the good one, and that one put on trial.

Where the power fails: until slot.json is replaced, which is the last step and one that LittleFS does at once or not at
all, everything that can start is as it was.  Called again with the same release it goes on where it ended.

    /release.new        the manifest, until it is checked: nothing else is changed before
    /slot.json          first an older trial is taken out of it
    /b                  emptied of what does not belong, filled, and read back once more
    /main.py …          what chooses the slot, where it differs; main.py is the last
    /slot.json          {"run": "a", "good": "a", "trial": "b", "tries": 0, "wants": "health"}

Loaded when there is an update, and forgotten afterwards.
"""

import json

from .forget import forget
from .refused import Refused

_STATE = "/slot.json"
_NEW = "/release.new"
_ROOT = "/.root"
_NO_SPACE = 28


async def install(source, place, about: dict, key: bytes, progress, pause) -> dict:
    """{"version", "release", "slot"} of what is on trial from the next start on.

    source: read(at, size) is waited for, and gives 1...size bytes of the release file, b"" behind its end.
    place: the port's slots(), None where it has none.  key: the public key in DER.
    about: {"version": that which runs, "board", "micropython": (1, 26, 0), "mpy": 6}, and where they were announced
    "release" (64 hex digits) and "size" (bytes of the whole file).
    progress(done, total) in bytes; pause() is waited for between steps.
    Refused: it never can be; what could start is unchanged, and the slot is empty if anything was written to it.
    OSError: it was interrupted, or it is not the time for it, and may be tried again.
    """
    if place is None:
        raise Refused("this board has no slots for a second application: update it by cable")
    state = _read(place)
    if state["trial"] is not None and state["run"] == state["trial"]:
        raise OSError("the application that runs is on trial itself: not before it is the good one")
    good = state["good"]
    name = "b" if good == "a" else "a"
    slot, good = "/" + name, good and "/" + good
    told = await _head(source, place, about, key, slot, good, pause)
    forget(("release_head", "manifest", "signature"))
    if told["kind"] != "application":
        _remove_new(place)
        raise Refused("MicroPython itself cannot be replaced on this board: flash it by cable")
    free = {"run": state["good"], "good": state["good"], "trial": None, "tries": 0}
    if state["trial"] is not None:
        _write(place, free)
    if place.size(slot) is None:
        place.make_folder(slot)
    place.rename(_NEW, slot + "/release")
    await _fill(source, place, told, slot, good, progress, pause)
    forget(("release_fill",))
    await _put_in_root(place, slot + _ROOT, pause)
    free.update({"trial": name, "wants": "health"})
    _write(place, free)
    return {"version": ".".join([str(n) for n in told["version"]]), "release": told["release"], "slot": name}


async def _head(source, place, about, key, slot, good, pause) -> dict:
    # In a function of its own: a name for something in a module keeps all of it.
    from .release_head import fetch_head

    is_good = False
    try:
        told = await fetch_head(source, place, about, key, slot, good, pause)
        is_good = True
        return told
    except OSError as e:
        raise _full(e)
    finally:
        if not is_good:
            _remove_new(place)


async def _fill(source, place, told, slot, good, progress, pause) -> None:
    from .release_fill import Fill, emptied

    fill = Fill(source, place, told, slot, good, progress, pause)
    try:
        try:
            await fill.run()
            await fill.verify()
        except OSError as e:
            raise _full(e)
    except Refused as e:
        try:
            await emptied(place, slot, pause)
        except OSError:
            # It is in nobody's way: the next update empties it.
            pass
        raise e


def _full(e: OSError):
    """The error as it is, or that it can never be."""
    if e.errno == _NO_SPACE:
        return Refused("the flash is full: remove files of your own, or make journal_kb smaller")
    return e


def _remove_new(place) -> None:
    try:
        place.remove(_NEW)
    except OSError:
        # There is none, or the next update replaces it.
        pass


async def _put_in_root(place, folder: str, pause) -> None:
    """main.py is the last: what it starts is there then."""
    names = list(place.names(folder))
    for is_main in (False, True):
        for name in names:
            if (name == "main.py") == is_main:
                place.rename(folder + "/" + name, "/" + name)
                await pause()
    if place.size(folder) is not None:
        place.remove(folder)


def _read(place) -> dict:
    """slot.json; without one the application lies flat, or in the image."""
    state = {}
    if place.size(_STATE) is not None:
        try:
            with place.open(_STATE, "rb") as f:
                state = json.loads(f.read())
        except ValueError:
            state = None
    if not isinstance(state, dict) or any(state.get(name) not in (None, "a", "b") for name in ("run", "good", "trial")):
        raise Refused("slot.json cannot be read, so no slot is known to be free: lumbus deploy puts it right")
    return {name: state.get(name) for name in ("run", "good", "trial")}


def _write(place, state: dict) -> None:
    with place.open(_STATE + ".new", "wb") as f:
        f.write(json.dumps(state).encode())
    place.rename(_STATE + ".new", _STATE)
