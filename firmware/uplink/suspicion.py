"""An empty intersection, until it is named or withdrawn."""

from mbus._const import const

from .interval import Interval
from .window import Window

# A loss that goes on keeps the suspicion from settling; after so many settling times it is named anyway.
_LONGEST = const(4)


class Suspicion:
    """side: +1 where the register is ahead of the light, -1 where the light is ahead.

    `his`: the opening reading's upper bounds.  `extreme` is the furthest bound of D seen since: sound also
    while the loss goes on, because D only moves to one side.  `proven`: what one register alone is ahead by.
    `stepped`: the register has moved since.  `again`: and was found on the wrong side once more.
    """

    def __init__(self, side: int, window: Window, lo: int, his: list, level: int, proven: int):
        self.side = side
        self.window = window
        self.his = his
        self.stepped = self.again = False
        self.proven = proven
        self.extreme = lo if side > 0 else his[level]
        self._interval = Interval(lo, his)
        self._since_ms = self._quiet_since_ms = window.at_ms

    def weigh(self, window: Window, lo: int, his: list, level: int, lag: int) -> bool:
        """Take in a further reading; whether it says that D never moved."""
        self.stepped = self.stepped or window.register != self.window.register
        self.extreme = max(self.extreme, lo) if self.side > 0 else min(self.extreme, his[level])
        interval = self._interval
        moved = 0
        if lo - lag >= interval.hi[level]:
            moved = 1
        elif his[level] <= interval.lo - lag:
            moved = -1
        if not moved:
            interval.narrow(lo, his)
        elif moved == self.side:
            # The loss goes on: what the readings so far said of D is over.
            self._interval = Interval(lo, his)
            self._quiet_since_ms = window.at_ms
        return moved == -self.side

    def is_due(self, now_ms: int, settle_ms: int) -> bool:
        """Whether it has lasted long enough to be named."""
        if now_ms - self._quiet_since_ms >= settle_ms:
            return True
        return now_ms - self._since_ms >= _LONGEST * settle_ms
