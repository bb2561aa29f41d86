"""Two places for the application, /a and /b, so that a new one can be tried and the old one is still there.

slot.json in the root says which: {"run": "a", "good": "a", "trial": null, "tries": 0}

* `good` is the slot that has lasted; null where the application lies flat in the root or is frozen into the image.
* `trial` is the slot that a deployment has filled and nobody has seen last yet, null for none; `tries` its starts.
* `run` is the one that this start chose; only others read it.
* `wants`, which may be absent, is "health" for a trial that came over the network.

A trial's start is counted before it runs.  Once it has lasted as long as a start must (`safe_minutes`) it is the good
one; after three starts that did not last it is given up for the good one.  A start that was ended on purpose does not
count.  Where health is wanted lasting is not enough, and every start counts: what came over the network must be heard
of over the network, or nobody could put another in its place (see update_trial).

The file is replaced whole or not at all and names only what is complete, so that whenever the power
fails a complete application starts.

Lies in the root of the board as well, for main.py; elsewhere loaded when something is to be noted, and forgotten.
"""

import json

_FILE = "slot.json"
_SLOTS = ("a", "b")
_MOST_TRIES = 3
_WHY = ("has lasted", "is healthy")


def choose(storage, path: list, tell) -> bool:
    """Put this start's application first on `path` (sys.path); whether it is on trial.

    storage: read(name) and write(name, text) of the root.  tell: takes a line.
    """
    try:
        state = _read(storage)
    except (OSError, ValueError) as e:
        tell("slots: %s cannot be read (%s): the first application that is there is started" % (_FILE, e))
        _enter(path, *_SLOTS)
        return False
    if state is None:
        return False
    trial = state["trial"]
    if trial is not None and not _count(storage, state, tell):
        trial = None
    slot = trial or state["good"]
    if slot is not None:
        _enter(path, slot)
    return trial is not None


def confirm(storage, log, is_healthy: bool = False) -> None:
    """This start has lasted, or is healthy: what was on trial is the good one."""
    state = noted(storage, log)
    if state is not None and state["run"] == state["trial"] and (is_healthy or not state["wants"]):
        log("slots: the application in /%s %s, and is the good one now" % (state["trial"], _WHY[is_healthy]))
        state.update({"good": state["trial"], "trial": None, "tries": 0, "wants": None})
        _keep(storage, state, log)


def forgive(storage, log) -> None:
    """This start ends as it was meant to: it does not count against a trial, but for one that health is wanted of."""
    state = noted(storage, log)
    if state is not None and state["tries"] > 0 and not state["wants"]:
        state["tries"] -= 1
        _keep(storage, state, log)


def _enter(path: list, *slots) -> None:
    path[:0] = [folder for slot in slots for folder in ("/" + slot, "/%s/lib" % slot)]


def _count(storage, state: dict, tell) -> bool:
    """Whether the trial starts once more, which is on the flash by then."""
    trial = state["trial"]
    is_over = state["tries"] >= _MOST_TRIES
    if is_over:
        tell("slots: the application in /%s did not last in %d starts, and is given up" % (trial, _MOST_TRIES))
        state.update({"run": state["good"], "trial": None, "tries": 0, "wants": None})
    else:
        state["run"] = trial
        state["tries"] += 1
        tell("slots: the application in /%s is on trial, start %d of %d" % (trial, state["tries"], _MOST_TRIES))
    # A trial that cannot be counted could never be given up.
    return _keep(storage, state, tell) and not is_over


def _read(storage) -> dict | None:
    """What the file says, None where there is none; ValueError for what it cannot be."""
    text = storage.read(_FILE)
    if text is None:
        return None
    state = json.loads(text)
    if not isinstance(state, dict) or type(state.get("tries")) is not int:
        raise ValueError("it is no object of slots")
    if any(state.get(name) not in (None, "a", "b") for name in ("run", "good", "trial")):
        raise ValueError("a slot is a, b or null")
    return {name: state.get(name) for name in ("run", "good", "trial", "tries", "wants")}


def noted(storage, log, is_trial: bool = True) -> dict | None:
    """What the file says, None where there is none, or where it tells of no trial and one is asked for."""
    try:
        state = _read(storage)
        return None if state is None or (is_trial and state["trial"] is None) else state
    except (OSError, ValueError) as e:
        log("slots: %s cannot be read (%s)" % (_FILE, e))
        return None


def _keep(storage, state: dict, log) -> bool:
    if not state["wants"]:
        # As it is where nothing came over the network.
        del state["wants"]
    try:
        storage.write(_FILE, json.dumps(state))
        return True
    except OSError as e:
        log("slots: %s cannot be written (%s)" % (_FILE, e))
        return False
