"""Forgets modules that nobody needs any more, so that their memory is free."""

import gc
import sys


def forget(names, package: str = "uplink") -> None:
    """Modules of a package; where memory is counted only, and what still has a name elsewhere stays."""
    if not hasattr(gc, "mem_free"):
        return
    parent = sys.modules[package]
    for name in names:
        sys.modules.pop(package + "." + name, None)
        if hasattr(parent, name):
            delattr(parent, name)
    gc.collect()
