"""Is the light's pulse constant the profile's?  Which one does it look like?

The cross-check with another constant is the same set membership: as long as the
readings since the start leave D a place, that constant is possible.  The usual
constants differ by a fifth at least, so a few steps of the register tell them
apart.  Until then lost or false pulses are not named: they could be that.

A light that loses every second pulse by chance looks like half the constant for
a while, so the name is only given after many steps, when one alone is left.
"""

from mbus._const import const

_USUAL = (100, 200, 250, 400, 500, 800, 1000, 1250, 1600, 2000, 2500, 3200, 4000, 5000, 6400, 8000, 10000)
# By then every other constant has lost its place where the profile's is right.
_UNDECIDED = const(12)
_SURE = const(24)


class Constants:
    """constant: the profile's, imp/kWh; step_wh: q (twice that for a sum of two registers).

    `looks_like`: the constant that is left, once that is sure and not the profile's.
    """

    def __init__(self, constant: int, step_wh: int):
        self._constant = constant
        self._step = step_wh
        self._bounds = {}
        self._from = None
        self._steps = 0
        self.looks_like = None
        self.is_open = True

    def take(self, register_wh: int, pa: int, pb: int) -> None:
        """A reading: the register with wraps undone, the counts at its window's start and end."""
        if not self.is_open:
            return
        if self._from is None:
            self._from = register_wh, pb
            self._bounds = {k: _between(k, 0, self._step, pa - pb, 0) for k in _USUAL + (self._constant,)}
        moved = register_wh - self._from[0]
        self._steps = moved // self._step
        for k in list(self._bounds):
            self._narrow(k, moved, pa - self._from[1], pb - self._from[1])
        others = len(self._bounds) - (self._constant in self._bounds)
        if not others or self._steps > 4 * _SURE:
            self.is_open = False
        elif self._steps >= _SURE and others == 1 == len(self._bounds):
            self.looks_like = next(iter(self._bounds))
            self.is_open = False

    def _narrow(self, k: int, moved: int, pa: int, pb: int) -> None:
        bounds = self._bounds[k]
        lo, hi = _between(k, moved, self._step, pa, pb)
        bounds[0] = max(lo, bounds[0])
        bounds[1] = min(hi, bounds[1])
        if bounds[0] >= bounds[1]:
            del self._bounds[k]

    def is_doubtful(self) -> bool:
        """Whether another constant could still explain what looks like lost or false pulses."""
        if not self.is_open:
            return False
        others = len(self._bounds) - (self._constant in self._bounds)
        return others > 0 and (self._steps < _UNDECIDED or self._constant not in self._bounds)


def _between(k: int, moved: int, step: int, pa: int, pb: int) -> list:
    """[lo, hi] of D with k imp/kWh, in thousandths of its pulses."""
    return [moved * k - 1000 * (pb + 1), (moved + step) * k - 1000 * pa]
