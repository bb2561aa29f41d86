"""The open interval (lo, hi) that must hold the constant D of the cross-check.

Plain integers in the check's unit (see `units`); None while nothing is known.
"""


class Interval:
    """What a run of readings says of D: the intersection of theirs, and the first of them."""

    def __init__(self, lo: int, hi: int):
        self.lo = self.first_lo = lo
        self.hi = self.first_hi = hi

    def side(self, lo: int, hi: int) -> int:
        """0 where (lo, hi) meets this interval; +1 where it lies above, -1 below."""
        if lo >= self.hi:
            return 1
        if hi <= self.lo:
            return -1
        return 0

    def narrow(self, lo: int, hi: int) -> None:
        """Intersect with (lo, hi), which meets it."""
        self.lo = max(self.lo, lo)
        self.hi = min(self.hi, hi)
