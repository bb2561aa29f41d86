"""A light counted in hardware by countio.Counter; CircuitPython has no interrupts for Python.

* The counter loses nothing, whatever Python does, but every edge counts: there is no filter.  A pulse's edge must
  be made clean in hardware, by a comparator with hysteresis.
* Nobody sees an edge come: a pulse's time is that of the look (each 50 ms) that found it, so the power from pulses
  is as coarse, and a width or a gap that the configuration gives is not looked at.
* Between two looks there are only so many true pulses: one more than the shortest time between two fits in.  What
  the counter has above that are bounces; they are refused and counted.
* Releases before 9.1.1 fall back to 0 at 32767.  Setting the counter is not atomic: it is only read, and differences
  do without.
"""

import countio

_WRAP = 32767


class CounterInput:
    """pin, edge, pull: as countio takes them; `qualify`: the application's PulseFilter, of which the period is used.

    `refused`: how many edges were none of a pulse.  Counts from here on.
    """

    def __init__(self, pin, edge, pull, qualify, clock) -> None:
        self._period_ms = qualify.period_ms
        self._clock = clock
        self._counter = countio.Counter(pin, edge=edge, pull=pull)
        self._from_ms = clock.ms()
        self._seen = self._counter.count
        self._total = 0
        self.refused = 0

    def update(self, history) -> None:
        """Tell `history` of the pulses since the last look."""
        clock = self._clock
        # The counter is read between two moments: the span is not too short, and the time not too early.
        before_ms = clock.ms()
        count = self._counter.count
        now_ms = clock.ms()
        fresh = count - self._seen
        if fresh < 0:
            fresh += _WRAP
        most = (now_ms - self._from_ms + 1) // self._period_ms + 1
        self._seen = count
        self._from_ms = before_ms
        if fresh > most:
            self.refused += fresh - most
            fresh = most
        if fresh:
            self._total += fresh
            history.add(now_ms, self._total)

    def may_have_lost(self) -> bool:
        return False
