"""An empty intersection, until it is named, withdrawn or turned round."""

from mbus._const import const

from .interval import Interval
from .window import Window

STAYS = const(0)
CAME_BACK = const(1)
TURNED = const(2)

# A loss that goes on keeps the suspicion from settling; after so many settling times it is named anyway.
_LONGEST = const(4)


class Suspicion:
    """side: +1 where the register is ahead of the light, -1 where the light is ahead.

    `interval` is what the readings since say of the new D.  `extreme` is the
    furthest bound of D seen since: sound also while the loss goes on, because D
    only moves to one side.
    """

    def __init__(self, side: int, window: Window, lo: int, hi: int):
        self.side = side
        self.window = window
        self.stepped = False
        self.interval = Interval(lo, hi)
        self.extreme = lo if side > 0 else hi
        self._since_ms = self._quiet_since_ms = window.at_ms

    def weigh(self, epoch: Interval, stepped: bool, window: Window, lo: int, hi: int) -> int:
        """Take in a further reading: STAYS, CAME_BACK or TURNED."""
        self.stepped = self.stepped or stepped
        self.extreme = max(self.extreme, lo) if self.side > 0 else min(self.extreme, hi)
        side = self.interval.side(lo, hi)
        if side == 0:
            self.interval.narrow(lo, hi)
            return STAYS
        if side == self.side:
            # The loss goes on: what the readings so far said of D is over.
            self.interval = Interval(lo, hi)
            self._quiet_since_ms = window.at_ms
            return STAYS
        # The register was late or the light lagged, where the old D fits again.
        return CAME_BACK if epoch.side(lo, hi) == 0 else TURNED

    def is_due(self, now_ms: int, settle_ms: int) -> bool:
        """Whether it has lasted long enough to be named."""
        if now_ms - self._quiet_since_ms >= settle_ms:
            return True
        return now_ms - self._since_ms >= _LONGEST * settle_ms
