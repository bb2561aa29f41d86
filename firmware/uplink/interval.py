"""The open interval that must hold the constant D of the cross-check.

Plain integers in the check's unit (see `units`).
"""

from .ladder import LAG_MOST


class Interval:
    """What a run of readings says of D, for each age of register (see `ladder`).

    `lo` is the highest lower bound, for a light that does not lag.  For age k
    `hi[k]` is the lowest upper bound and `hi2[k]` the second lowest: that one is
    used, so that one register that was late once spoils nothing.
    """

    def __init__(self, lo: int, his: list):
        self.lo = self.first_lo = lo
        self.hi = list(his)
        self.hi2 = [his[-1]] * len(his)
        self.first_hi = his[-1]

    def narrow(self, lo: int, his: list) -> None:
        """Intersect with what one reading says."""
        if lo > self.lo:
            self.lo = lo
        hi = self.hi
        hi2 = self.hi2
        for k, new in enumerate(his):
            if new < hi2[k]:
                if new < hi[k]:
                    hi2[k] = hi[k]
                    hi[k] = new
                else:
                    hi2[k] = new

    def prompt(self, lo: int, his: list, base: int, pulse: int) -> int:
        """The least lag of the light, in pulses, that this reading would have shown; 0: none."""
        for lag in range(1, LAG_MOST + 1):
            if lo + lag * pulse >= self.hi2[base] or his[base] - lag * pulse <= self.lo:
                return lag
        return 0

    def renewed(self, lo: int, his: list, side: int):
        """One reading's Interval that keeps what holds though D may have moved to `side` since."""
        fresh = Interval(lo, his)
        if side > 0:
            fresh.lo, fresh.first_lo = self.lo, self.first_lo
        else:
            fresh.hi, fresh.hi2, fresh.first_hi = self.hi, self.hi2, self.first_hi
        return fresh
