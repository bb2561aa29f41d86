"""How much memory is free: what is loaded now and then must leave to the metering what that needs."""

import gc
import sys

from mbus._const import const

# Where nobody counts.
_PLENTY = const(1 << 29)


def free() -> int:
    """Bytes of heap, as of one of 64 bits: where objects are half as large they go twice as far."""
    gc.collect()
    if not hasattr(gc, "mem_free"):
        return _PLENTY
    count = gc.mem_free()  # pyright: ignore[reportAttributeAccessIssue]
    return count if sys.maxsize >> 32 else 2 * count
