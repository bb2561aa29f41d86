"""The light's count over the last while: which count was certain at what moment.

The cross-check needs the count at a moment in the past (request less refresh).
A ring holds the last changes, enough for 13 s of the M1PRO 40's largest load;
where it does not reach back far enough the answer is 0, which is never too high.
"""

from array import array

from mbus._const import const

_SIZE = const(256)


class PulseHistory:
    """`count` pulses so far; `last_ms` is when the last one was seen (None before).

    Times are the clock's milliseconds.  Not for interrupt handlers.
    """

    def __init__(self):
        self._times = [0] * _SIZE
        self._counts = array("l", [0] * _SIZE)
        self._used = 0
        self.count = 0
        self.last_ms = None

    def add(self, at_ms: int, count: int) -> None:
        """By `at_ms` the light had been counted `count` times in all; both never fall."""
        if count == self.count:
            return
        slot = self._used % _SIZE
        self._times[slot] = at_ms
        self._counts[slot] = count
        self._used += 1
        self.count = count
        self.last_ms = at_ms

    def at(self, at_ms: int) -> int:
        """The highest count that had been reached by `at_ms` for certain.

        Times are whole milliseconds, rounded down, so "certain" is strictly before.
        """
        oldest = max(0, self._used - _SIZE)
        index = self._used - 1
        while index >= oldest:
            slot = index % _SIZE
            if self._times[slot] < at_ms:
                return self._counts[slot]
            index -= 1
        return 0
