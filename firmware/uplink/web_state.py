"""What the page asks for most often: what is known now.  By itself, for it takes more room than all else.

Loaded for such a call, and let go of behind it.
"""

import gc
import json


def _state(door):
    app = door.app
    more = {"commissioning": door.commissioning, "address": door.listener.hosts()[0]}
    if door.mode == "setup":
        free = gc.mem_free() if hasattr(gc, "mem_free") else None  # pyright: ignore[reportAttributeAccessIssue]
        more.update({"version": app.version, "platform": app.platform, "gateway": door.gateway, "mode": "setup"})
        more["heap_free"] = free
        return more
    from .snapshot import parts

    # A list of texts: the whole may not fit in one piece.
    texts = parts(app)
    texts[-1] = texts[-1][:-1] + "," + json.dumps(more)[1:]
    return texts


WORK = {"state": (_state, None)}
