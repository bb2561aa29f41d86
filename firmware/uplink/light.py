"""A meter's light: the count over time, the power that it says, and what is wrong with it.

Between two readings the mean power follows from whole pulses and the times of
the first and the last of them.  When none came, the most that the power can be
falls as 3600 c / t with the silence t: that bound is given, with no cliff.

Pulses are too fast when more came than the meter's largest power gives; flashes
that were refused for being too near to others count as well, if they are no lamp's.
Each is a debt of the shortest time between two (less 2 %, for class B), paid off by
the time between them; more than two of it and 0.1 s for late handlers cannot be true.
"""

from mbus._const import const

from .history import PulseHistory

FLICKER = "lamp_flicker"
TOO_FAST = "pulses_too_fast"

# 1 kWh is 3.6e12 mW ms: one pulse of a constant of 1 imp/kWh.
_MW_MS_PER_KWH = const(3600000000000)
_LATE_US = const(100000)
_MASK = const(0x3FFFFFFF)
# A trouble holds for so long after its last sign, so that the next reading tells of it.
_HOLD_MS = const(60000)


class Light:
    """`source` is the port's pulse input: `update(history)` and `may_have_lost()`.

    max_power_w (of the profile) and clock: for `trouble`.  filter: the source's
    PulseFilter, None where pulses come judged.
    """

    def __init__(self, source, constant: int, max_power_w=None, clock=None, filter=None):
        self._source = source
        self.pulse_mw_ms = _MW_MS_PER_KWH // constant
        self._from_ms = None
        self._from_count = 0
        self._clock = None if max_power_w is None else clock
        self._pulse_us = 0 if max_power_w is None else _MW_MS_PER_KWH * 98 // (100 * constant * max_power_w)
        self.history = PulseHistory(None if self._clock is None else self._clock.ms(), self._pulse_us)
        self._looked_ms = self._told_ms = 0
        self._debt_us = 0
        self._paid_ms = None
        self._flicks = self._odd = 0
        self._fast_ms = self._flicker_ms = None
        self.filter = filter

    def look(self) -> int:
        """Take over what was counted since; the count, with a flash on which judgement is still to come."""
        history = self.history
        before = history.count
        self._source.update(history)
        if self._clock is not None:
            self._judge(history.count - before, self._clock.ms())
        return history.count + getattr(self._source, "pending", 0)

    def _judge(self, count: int, now: int) -> None:
        self._looked_ms = now
        judge = self.filter
        flashes = count
        if judge is not None:
            if judge.flicks != self._flicks:
                self._flicks = judge.flicks
                self._flicker_ms = now
            else:
                flashes += (judge.odd - self._odd) & _MASK
            self._odd = judge.odd
        else:
            flashes += self.refused - self._odd
            self._odd = self.refused
        if flashes:
            # Pulses have their own times: after a stall many are told at once, but did not come at once.
            self._owe(flashes, (count and self.history.last_ms) or now)

    def _owe(self, flashes: int, at_ms: int) -> None:
        paid = self._paid_ms
        if paid is not None:
            self._debt_us = max(0, self._debt_us + flashes * self._pulse_us - 1000 * max(0, at_ms - paid))
            if self._debt_us > 2 * self._pulse_us + _LATE_US:
                self._fast_ms = self._looked_ms
        self._paid_ms = at_ms if paid is None else max(paid, at_ms)

    def had(self, trouble: str, within_ms: int) -> bool:
        """Whether there was a sign of FLICKER or TOO_FAST in that time before the last look."""
        at_ms = self._flicker_ms if trouble == FLICKER else self._fast_ms
        return at_ms is not None and self._looked_ms - at_ms < within_ms

    def troubles(self) -> list:
        """[(trouble, whether there was a sign of it since the last call, or in the last minute)]; for each reading."""
        now = self._looked_ms
        within_ms = max(_HOLD_MS, now - self._told_ms + 1)
        self._told_ms = now
        return [(trouble, self.had(trouble, within_ms)) for trouble in (FLICKER, TOO_FAST)]

    @property
    def may_have_lost(self) -> bool:
        return self._source.may_have_lost()

    @property
    def refused(self) -> int:
        """How many edges the port took for none of a pulse; 0 where it does not look at edges."""
        return getattr(self._source, "refused", 0)

    # Of the filter; nothing where pulses come judged.

    def refused_why(self) -> dict:
        """Of them, how many for which reason."""
        return {} if self.filter is None else self.filter.refused()

    def widths(self) -> list:
        """How many pulses were lit for 0 ms, 1, 2...3, 4...7 ... 1024 and more."""
        return [] if self.filter is None else list(self.filter.widths)

    def is_stuck(self) -> bool:
        """Whether it is lit, and has been for too long."""
        return self.filter is not None and self.filter.is_stuck()

    @property
    def difference(self):
        """How many more pulses the hardware's counter has than the interrupt saw; None where not both count."""
        return getattr(self._source, "difference", None)

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
            return (self.pulse_mw_ms // silence if silence > 0 else None), True
        span = last - self._from_ms
        self._mark(last)
        return (count * self.pulse_mw_ms // span if span > 0 else None), False

    def _mark(self, last: int) -> None:
        self._from_ms = last
        self._from_count = self.history.count
