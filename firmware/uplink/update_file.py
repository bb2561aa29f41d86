"""What is kept of an update until it is done: update.json, as it was told, and how far it is.

    {"from", "release", "size", "state": "fetching" or "trial", and of a trial its "version", its "slot", and
    "was_read", whether the version before had read a meter}

In `trial` is why the last start of a trial failed: written by main.py, or by the trial itself.

Loaded by whatever attends to an update, and forgotten afterwards.
"""

import json

_FILE = "update.json"
_WHY = "trial"


def read(storage, log):
    """What is kept; None where there is nothing that makes sense."""
    try:
        text = storage.read(_FILE)
        if text is None:
            return None
        order = json.loads(text)
        is_whole = order["state"] == "fetching" or (order["state"] == "trial" and order["slot"])
        if is_whole and len(order["release"]) == 64 and order["from"] and order["size"] > 0:
            return order
        why = "it is no object of an update"
    except (OSError, ValueError, KeyError, TypeError) as e:
        why = e
    log("update.json: cannot be read (%s); nothing is updated" % why)
    return None


def keep(storage, order: dict) -> None:
    """OSError."""
    storage.write(_FILE, json.dumps(order))


def drop(storage) -> None:
    """It is done with.  OSError."""
    # What is told last goes last: a power cut in between, and it is told again.
    storage.remove(_WHY)
    storage.remove(_FILE)


def fail(storage, why: str) -> None:
    """This start of a trial has failed.  OSError."""
    storage.write(_WHY, why)


def reason(storage):
    """Why the last one failed; None where nobody could say."""
    try:
        return storage.read(_WHY)
    except (OSError, ValueError):
        return None
