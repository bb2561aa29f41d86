"""What is kept of an update until it is done: update.json, as it was told, and how far it is.

    {"from", "release", "size", "state": "fetching" or "trial", and of a trial its "version" and "slot"}

In `trial` is why the last start of a trial failed: written by main.py, or by the trial itself.

Loaded by whatever attends to an update, and forgotten afterwards.
"""

import json

FILE = "update.json"
WHY = "trial"


def read(storage, log):
    """What is kept; None where there is nothing that makes sense."""
    try:
        text = storage.read(FILE)
        if text is None:
            return None
        order = json.loads(text)
        if order["state"] in ("fetching", "trial") and len(order["release"]) == 64 and order["from"]:
            return order
        why = "it is no object of an update"
    except (OSError, ValueError, KeyError, TypeError) as e:
        why = e
    log("%s: cannot be read (%s); nothing is updated" % (FILE, why))
    return None
