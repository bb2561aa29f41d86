"""What an update does to the two slots before it fills one, and after: see slots, which chooses between them.

Loaded when there is an update, and forgotten afterwards.
"""

import json

from mbus._const import const

from .refused import Refused

_STATE = "/slot.json"
_PIECE = const(512)


def free_slot(place) -> tuple:
    """(the good one or None, the free one, whether that is on trial).  Refused, OSError.

    Without slot.json the application lies flat, or in the image.
    """
    state = {}
    if place.size(_STATE) is not None:
        try:
            with place.open(_STATE, "rb") as f:
                state = json.loads(f.read(_PIECE))
        except ValueError:
            state = None
    if not isinstance(state, dict) or any(state.get(name) not in (None, "a", "b") for name in ("run", "good", "trial")):
        raise Refused("slot.json cannot be read, so no slot is known to be free: lumbus deploy puts it right")
    trial = state.get("trial")
    if trial is not None and state.get("run") == trial:
        raise OSError("the application that runs is on trial itself: not before it is the good one")
    good = state.get("good")
    return good, "b" if good == "a" else "a", trial is not None


async def begin(place, path: str, good, slot: str, is_trial: bool, pause) -> None:
    """The manifest in `path` to the slot, which nothing can start from here on."""
    if is_trial:
        _write(place, {"run": good, "good": good, "trial": None, "tries": 0})
    if place.size("/" + slot) is None:
        place.make_folder("/" + slot)
    # Not by rename(), which is not to be trusted from folder to folder; see slot_store.
    with place.open(path, "rb") as f, place.open("/%s/release" % slot, "wb") as g:
        piece = f.read(_PIECE)
        while piece:
            g.write(piece)
            await pause()
            piece = f.read(_PIECE)
    place.remove(path)


async def end(place, names: list, good, slot: str, pause) -> None:
    """The root's files that were brought are put in place, main.py last: what it starts is there then.  Then the trial.

    names: without the .new behind them.
    """
    for is_main in (False, True):
        for name in names:
            if (name == "main.py") == is_main:
                place.rename("/" + name + ".new", "/" + name)
                # Of an application that was put there as sources, and which would be taken first for ever.
                source = "/" + name[:-4] + ".py"
                if name.endswith(".mpy") and place.size(source) is not None:
                    place.remove(source)
                await pause()
    _write(place, {"run": good, "good": good, "trial": slot, "tries": 0, "wants": "health"})


def _write(place, state: dict) -> None:
    with place.open(_STATE + ".new", "wb") as f:
        f.write(json.dumps(state).encode())
    place.rename(_STATE + ".new", _STATE)
