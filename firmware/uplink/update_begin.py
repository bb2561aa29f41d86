"""What an installation begins with: where a release comes from, where it goes to, who this is, and whose key is right.

Loaded for that, and forgotten at once.
"""

import sys

from . import __version__
from .refused import Refused


def begun(update) -> tuple:
    """(source, place, about, key) as install() takes them.  Refused, OSError."""
    app = update.app
    order = update.order
    port = app.port
    name = app.config["update"]["key"]
    key = port.storage.read_bytes(name)
    if key is None:
        raise Refused("update.key: there is no file %s on the board" % name)
    return _source(update, order), port.slots(), _about(port, order), key


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
