"""Inside of WebAssembly, before anything else is imported: what that interpreter cannot do is put right.

Its garbage collector does not see what only WebAssembly's locals hold, and
frees what is in use: it never runs.  Its `random` wants /dev/urandom.
"""

import gc
import sys

gc.disable()


class Gc:
    """`gc`, whose collections do nothing."""

    mem_free = gc.mem_free  # pyright: ignore  # MicroPython's
    mem_alloc = gc.mem_alloc  # pyright: ignore

    @staticmethod
    def collect():
        return 0

    @staticmethod
    def threshold(*_):
        return -1


class Random:
    """`random` (xorshift)."""

    state = 1

    @classmethod
    def seed(cls, number=0):
        cls.state = (number * 2654435761 + 1) & 0xFFFFFFFF or 1

    @classmethod
    def getrandbits(cls, bits):
        out = 0
        for _ in range((bits + 31) // 32):
            x = cls.state
            x ^= x << 13 & 0xFFFFFFFF
            x ^= x >> 17
            x ^= x << 5 & 0xFFFFFFFF
            cls.state = x
            out = out << 32 | x
        return out & ((1 << bits) - 1)


sys.modules["gc"] = Gc  # pyright: ignore
sys.modules["random"] = Random  # pyright: ignore
