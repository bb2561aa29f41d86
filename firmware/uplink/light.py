"""A meter's light: the count over time, and the power that it says.

Between two readings the mean power follows from whole pulses and the times of
the first and the last of them.  When none came, the most that the power can be
falls as 3600 c / t with the silence t: that bound is given, with no cliff.
"""

from .history import PulseHistory

# 1 kWh is 3.6e12 mW ms: one pulse of a constant of 1 imp/kWh.
_MW_MS_PER_KWH = 3600000000000


class Light:
    """`source` is the port's pulse input: `update(history)` and `may_have_lost()`."""

    def __init__(self, source, constant: int):
        self._source = source
        self._pulse_mw_ms = _MW_MS_PER_KWH // constant
        self.history = PulseHistory()
        self._from_ms = None
        self._from_count = 0

    def look(self) -> int:
        """Take over what was counted since; the count."""
        self._source.update(self.history)
        return self.history.count

    @property
    def may_have_lost(self) -> bool:
        return self._source.may_have_lost()

    @property
    def refused(self) -> int:
        """How many edges the port took for bounces; 0 where it does not look at edges."""
        return getattr(self._source, "refused", 0)

    def power(self, now_ms: int):
        """(mW, whether that is only the most it can be); (None, False) before two pulses."""
        last = self.history.last_ms
        if last is None:
            return None, False
        if self._from_ms is None:
            self._mark(last)
            return None, False
        count = self.history.count - self._from_count
        if not count:
            silence = now_ms - self._from_ms
            return (self._pulse_mw_ms // silence if silence > 0 else None), True
        span = last - self._from_ms
        self._mark(last)
        return (count * self._pulse_mw_ms // span if span > 0 else None), False

    def _mark(self, last: int) -> None:
        self._from_ms = last
        self._from_count = self.history.count
