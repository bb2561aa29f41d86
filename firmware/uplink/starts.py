"""Why this board starts, how often, and whether it does nothing else any more.

A start that did not last `safe_minutes` was a quick one, unless it ended as it was meant to. After `safe_boots` quick
ones in a row this start is in safe mode: the meters are read, the lights counted, the check goes on and the journal
takes what it says; nothing that talks to the network is started. Half an hour later the board starts again, as ever.
A power supply that fails so often looks the same, and safe mode costs it little: nothing is lost.

Loaded when something is to be noted, and forgotten afterwards.
"""

import json

_FILE = "starts.json"
_FORMATTED = "formatted"


def begin(port, log, most_quick: int) -> dict:
    """Count this start: {cause, causes: {cause: how often}, quick: in a row, safe: whether in safe mode}."""
    kept = _read(port.storage, log)
    cause = port.reset_cause() if hasattr(port, "reset_cause") else "start"
    planned = kept.pop("planned", None)
    late = kept.pop("late", None)
    if planned is not None:
        cause = "planned"
        log("this start was meant: " + planned)
    elif late is not None and cause == "watchdog":
        log("the watchdog has reset the board: no progress from " + late)
    causes = kept.setdefault("causes", {})
    causes[cause] = causes.get(cause, 0) + 1
    quick = 0 if planned is not None else kept.get("quick", 0)
    is_safe = quick >= most_quick
    # Safe mode is no quick start itself: the next one is an ordinary one.
    kept["quick"] = 0 if is_safe else quick + 1
    _write(port.storage, kept, log)
    return {"cause": cause, "causes": causes, "quick": quick, "safe": is_safe}


def lasted(storage, log) -> None:
    """This start has lasted long enough to be a good one; what it had to tell of the filesystem is told."""
    kept = _read(storage, log)
    if kept.get("quick"):
        kept["quick"] = 0
        _write(storage, kept, log)
    try:
        if storage.read(_FORMATTED):
            storage.write(_FORMATTED, "")
    except (OSError, ValueError) as e:
        log("%s: %s" % (_FORMATTED, e))


def formatted(storage):
    """What a port left to be told when it had to format the filesystem; None for nothing."""
    try:
        return storage.read(_FORMATTED) or None
    except (OSError, ValueError):
        return None


def plan(storage, why: str, log) -> None:
    """The board is about to start again, and is meant to."""
    kept = _read(storage, log)
    kept["planned"] = why
    _write(storage, kept, log)


def late(storage, names: list, log) -> None:
    """These tasks make no progress: should the watchdog bite, the next start can tell."""
    kept = _read(storage, log)
    kept["late"] = ", ".join(names)
    _write(storage, kept, log)


def _read(storage, log) -> dict:
    try:
        kept = json.loads(storage.read(_FILE) or "{}")
        if isinstance(kept, dict) and isinstance(kept.get("causes", {}), dict) and type(kept.get("quick", 0)) is int:
            return kept
    except (OSError, ValueError) as e:
        log("%s: cannot be read (%s); starts are counted anew" % (_FILE, e))
    return {}


def _write(storage, kept: dict, log) -> None:
    try:
        storage.write(_FILE, json.dumps(kept))
    except OSError as e:
        log("%s: cannot be written (%s)" % (_FILE, e))
