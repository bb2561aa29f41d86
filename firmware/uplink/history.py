"""The light's count over the last while: which count was certain at what moment.

The cross-check needs counts at moments in the past (request less refresh).  A
ring holds the last changes, enough for 7 s of the M1PRO 40's largest load, and
a second one a count each second for the last minute; where neither reaches back
far enough the answer is 0, which is never too high.  Before the counting began
it is below 0: as many pulses as there can have been until it did.
"""

from array import array

from mbus._const import const

_FINE = const(128)
_COARSE = const(64)
_COARSE_MS = const(1000)


class _Ring:
    def __init__(self, size: int):
        self._size = size
        self.times = [0] * size
        self.counts = array("l", [0] * size)
        self.used = 0

    def add(self, at_ms: int, count: int) -> None:
        slot = self.used % self._size
        self.times[slot] = at_ms
        self.counts[slot] = count
        self.used += 1

    def fill(self, from_ms: int, ages, out: list, k: int) -> int:
        """Fill out[k:] as far as the ring reaches back; the next k."""
        times = self.times
        size = self._size
        index = self.used
        oldest = max(0, index - size)
        end = len(ages)
        while index > oldest and k < end:
            slot = (index - 1) % size
            if times[slot] < from_ms - ages[k]:
                out[k] = self.counts[slot]
                k += 1
            else:
                index -= 1
        return k


class PulseHistory:
    """`count` pulses so far; `last_ms` is when the last one was seen (None before).

    began_ms: since when pulses are counted, None for ever; gap_us: the shortest time between two.
    Times are the clock's milliseconds.  Not for interrupt handlers.
    """

    def __init__(self, began_ms=None, gap_us: int = 0):
        self.began_ms = began_ms
        self._gap_us = gap_us
        self._fine = _Ring(_FINE)
        self._coarse = _Ring(_COARSE)
        self._coarse_ms = 0
        self.count = 0
        self.last_ms = None

    def add(self, at_ms: int, count: int) -> None:
        """By `at_ms` the light had been counted `count` times in all; both never fall."""
        if count == self.count:
            return
        self._fine.add(at_ms, count)
        if not self._coarse.used or at_ms - self._coarse_ms >= _COARSE_MS:
            self._coarse.add(at_ms, count)
            self._coarse_ms = at_ms
        self.count = count
        self.last_ms = at_ms

    def counts_back(self, from_ms: int, ages, out: list) -> list:
        """out[k] = the highest count that had been reached by from_ms - ages[k] for certain.

        `ages` rise.  Times are whole milliseconds, rounded down, so "certain" is strictly before.
        """
        began = self.began_ms
        for k in range(len(ages)):
            unseen = 0 if began is None else began - from_ms + ages[k]
            out[k] = -(1 + 1000 * (unseen + 1) // self._gap_us) if unseen > 0 else 0
        self._coarse.fill(from_ms, ages, out, self._fine.fill(from_ms, ages, out, 0))
        return out

    def at(self, at_ms: int) -> int:
        """The highest count that had been reached by `at_ms` for certain."""
        return self.counts_back(at_ms, (0,), [0])[0]

    def gap(self):
        """(ms, pulses) between the last two changes; None before there were two."""
        ring = self._fine
        if ring.used < 2:
            return None
        last, before = (ring.used - 1) % _FINE, (ring.used - 2) % _FINE
        return ring.times[last] - ring.times[before], ring.counts[last] - ring.counts[before]
