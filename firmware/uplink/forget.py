"""Forgets modules that nobody needs any more, so that their memory is free."""

import gc
import sys


def forget(names) -> None:
    """Of this package; where memory is counted only, and what still has a name elsewhere stays."""
    if not hasattr(gc, "mem_free"):
        return
    package = sys.modules["uplink"]
    for name in names:
        sys.modules.pop("uplink." + name, None)
        if hasattr(package, name):
            delattr(package, name)
    gc.collect()
