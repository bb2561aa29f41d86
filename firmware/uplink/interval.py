"""The open interval that must hold the constant D of the cross-check.

Plain integers in the check's unit (see `units`).
"""


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
