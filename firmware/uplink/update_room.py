"""Waits until there is memory for an update, and nobody looks at the local page.

Loaded for that, and forgotten at once.
"""

import gc
import sys

from mbus._const import const

_LOOK_MS = const(5000)
# What fetching and installing take, in bytes of a heap of 64 bits (a board's is half): measured, see docs/update.md.
_NEED = const(24000)


async def room(update) -> None:
    """Told once each, on the topic and in the log, why it waits."""
    app = update.app
    told = None
    while True:
        if app.page is not None and app.page.is_busy():
            why = "waits while somebody looks at the local page"
        elif _free() < _NEED:
            why = "waits for memory: of %d bytes that it takes %d are free" % (_NEED, _free())
        else:
            return
        if why[:12] != told:
            told = why[:12]
            app.log("update: " + why)
            update.say("fetching", why)
        await update.rest(_LOOK_MS)


def _free() -> int:
    """Bytes of heap, as of one of 64 bits: where objects are half as large they go twice as far."""
    gc.collect()
    if not hasattr(gc, "mem_free"):
        return _NEED
    free = gc.mem_free()  # pyright: ignore[reportAttributeAccessIssue]
    return free if sys.maxsize >> 32 else 2 * free
