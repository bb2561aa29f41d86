"""An empty intersection, until it is named or withdrawn."""

from mbus._const import const

from .interval import Interval
from .ladder import Ladder
from .window import Window

# A loss that goes on keeps the suspicion from settling; after so many settling times it is named anyway.
_LONGEST = const(4)
_LAG_PASSES = const(3)


class Suspicion:
    """side: +1 where the register is ahead of the light, -1 where the light is ahead.

    `interval`: what the readings since say of D.  `lo`, `his`: the furthest
    reading's bounds since; sound also while the loss goes on, because D only
    moves to one side.  `proven`: what one register alone is ahead by.
    `stepped`: the register has moved since.  `again`: and was found on the wrong side once more.
    `prompt`: readings since that would have shown a light that lags.
    """

    def __init__(self, side: int, window: Window, lo: int, his: list, proven: int, ladder: Ladder):
        self.side = side
        self.window = window
        self.lo = lo
        self.his = his
        self.proven = proven
        self.stepped = self.again = False
        self.interval = Interval(lo, his)
        self.prompt = 0
        self._ladder = ladder
        self._since_ms = self._quiet_since_ms = window.at_ms

    def weigh(self, window: Window, lo: int, his: list, pulse: int) -> bool:
        """Take in a further reading; whether it says that D never moved."""
        base = self._ladder.base
        lag = pulse * self._ladder.base_lag
        interval = self.interval
        moved = 0
        if lo - lag >= interval.hi[base]:
            moved = 1
        elif his[base] <= interval.lo - lag:
            moved = -1
        if moved == -self.side:
            return True
        self.stepped = self.stepped or window.register != self.window.register
        if lo > self.lo if self.side > 0 else his[base] < self.his[base]:
            self.lo = lo
            self.his = his
        if not moved:
            self.prompt += lo + pulse >= interval.hi[base] or his[base] - pulse <= interval.lo
            interval.narrow(lo, his)
            return False
        # The loss goes on: what the readings so far said of D is over.
        self.interval = Interval(lo, his)
        self.prompt = 0
        self._quiet_since_ms = window.at_ms
        return False

    def proof(self, epoch: Interval, pulse: int):
        """(index of age, lag in units) with which neither a slow register nor a late light explains it, or None.

        What is not believed any more needs no proof; else a late light is ruled
        out by enough readings since that were prompt.
        """
        ladder = self._ladder
        level = ladder.level
        late = pulse * (ladder.lag if self.prompt < _LAG_PASSES else ladder.base_lag)
        if self.side < 0:
            ahead = epoch.lo - late - self.his[level]
        else:
            ahead = max(self.lo - epoch.hi2[level], self.proven if level == ladder.base else -1) - late
        return (level, late) if ahead >= 0 else None

    def is_due(self, now_ms: int, settle_ms: int) -> bool:
        """Whether it has lasted long enough to be named."""
        if now_ms - self._quiet_since_ms >= settle_ms:
            return True
        return now_ms - self._since_ms >= _LONGEST * settle_ms
