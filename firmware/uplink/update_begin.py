"""What an installation begins with: memory for it; where a release comes from, where it goes to, whose key is right.

Loaded for that, and forgotten at once.
"""

import gc
import sys

from mbus._const import const

from . import __version__
from .refused import Refused

_LOOK_MS = const(5000)
_FIRST_MS = const(30000)
_STEP_MS = const(500)
# What fetching and installing take, in bytes of a heap of 64 bits (a board's is half): measured, see docs/update.md.
_NEED = const(24000)
_NEED_HTTPS = const(40000)


def begun(update) -> tuple:
    """(source, place, about, key) as install() takes them.  Refused, OSError."""
    app = update.app
    order = update.order
    port = app.port
    settings = app.config["update"]
    if settings is None:
        raise Refused("this gateway takes no updates any more: its configuration names no key (update.key)")
    name = settings["key"]
    key = port.storage.read_bytes(name)
    if key is None:
        raise Refused("update.key: there is no file %s on the board" % name)
    loaded = list(sys.modules)
    try:
        return _source(update, order), port.slots(), _about(port, order), key
    finally:
        # Of the port's too: what it loaded for this is there for as long as something of it is in use.
        for module in [module for module in sys.modules if module not in loaded and "." not in module]:
            sys.modules.pop(module)


def _source(update, order: dict):
    if order["from"] == "broker":
        from .update_broker import Broker

        return Broker(update, order["release"], order["size"])
    from .update_http import served

    return served(update, order["from"], order["size"])


def _about(port, order: dict) -> dict:
    implementation = sys.implementation
    return {
        "version": __version__,
        "board": getattr(port, "board", None),
        "micropython": tuple(implementation.version[:3]),
        "mpy": getattr(implementation, "_mpy", 6) & 0xFF,
        "release": order["release"],
        "size": order["size"],
        "image": getattr(port, "image", None),
    }


async def room(update) -> None:
    """Wait until there is memory, and nobody looks at the page; why, is told once each, on the topic and in the log."""
    app = update.app
    need = _NEED if update.order["from"] == "broker" else _NEED_HTTPS
    told = None
    # What only the first telegram takes is free again after it.
    until = app.clock.ms() + _FIRST_MS
    while app.clock.ms() < until and not any(meter.reading is not None for meter in app.meters):
        await update.rest(_STEP_MS)
    while True:
        free = _free()
        if app.page is not None and app.page.is_busy():
            why = "waits while somebody looks at the local page"
        elif free < need:
            why = "waits for memory: of %d bytes that it takes %d are free" % (need, free)
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
        return _NEED_HTTPS
    free = gc.mem_free()  # pyright: ignore[reportAttributeAccessIssue]
    return free if sys.maxsize >> 32 else 2 * free
