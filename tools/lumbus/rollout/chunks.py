"""A release's bytes for those that ask through the broker: the latest wish of each, in turn, so many a second."""

import struct
from collections import OrderedDict

_MOST = 1024
# What a quarter of a second's worth may leave at once.
_BURST_S = 0.25


class Chunks:
    """data: the whole file; release: its id, 64 hex digits; per_s: bytes a second for all together."""

    def __init__(self, data: bytes, release: str, per_s: float):
        self._data = data
        self._head = bytes.fromhex(release[:16])
        self._short = release[:16]
        self._per_s = per_s
        self._most = max(per_s * _BURST_S, 2 * _MOST)
        self._left = self._most
        self._at_s: float | None = None
        self._wishes: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self.sent = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._wishes)

    def want(self, name: str, body: dict) -> None:
        """A payload of <gateway>/want; what is no wish for a part of this release is nobody's here."""
        at, size = body.get("at"), body.get("size")
        if body.get("release") != self._short or type(at) is not int or type(size) is not int:
            return
        if 0 <= at < len(self._data) and 1 <= size <= _MOST:
            # It waits for this and no longer for what it asked before; its turn stays.
            self._wishes[name] = (at, size)

    def due(self, now: float) -> list[tuple[str, bytes]]:
        """(gateway, payload) of what may leave now."""
        passed = 0 if self._at_s is None else now - self._at_s
        self._at_s = now
        self._left = min(self._most, self._left + passed * self._per_s)
        out: list[tuple[str, bytes]] = []
        while self._wishes and self._left > 0:
            name, (at, size) = self._wishes.popitem(last=False)
            part = self._data[at : at + size]
            out.append((name, self._head + struct.pack(">I", at) + part))
            self._left -= len(part)
            self.sent += len(part)
        return out
