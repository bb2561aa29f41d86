"""The light's pulse input as the firmware has it: a counter that is looked at each 50 ms.

The firmware's history wants every change of the count.  Here it gets only those
that the check can ask for: the count at the request less each age that a
register may have, and the last two pulses.  Each entry is what the firmware's
own look would have entered, at the same time.
"""

import random
from collections.abc import Sequence

from .distortion import Distortion
from .energy import Energy
from .faults import Fault

LOOK_MS = 50
_US = 1000
# Polls that are nearer to each other than this get more entries between them.
_SPARSE_MS = 30_000


class PulseInput:
    """`update(history)` and `may_have_lost()` as a board's pulse input has them."""

    def __init__(self, energy: Energy, lag: int, seed: int, faults: Sequence[Fault]):
        self._energy = energy
        self.distortion = Distortion(energy, lag, seed, faults)
        self.plain = self.distortion.is_none
        self._look_phase = random.Random(f"looks {seed}").randrange(LOOK_MS)
        self._ages: list[int] = []
        self._request_ms = self._now_ms = 0
        self._base = 0
        self._looked_ms = 0

    def start(self, now_ms: int) -> None:
        """The board begins to count."""
        self._base = self.counted(now_ms * _US)
        self._looked_ms = now_ms

    def may_have_lost(self) -> bool:
        return False

    @property
    def refused(self) -> int:
        return 0

    def set_moments(self, request_ms: int, now_ms: int, ages: Sequence[int]) -> None:
        """What the next update is about: a reading asked for at request_ms and judged at now_ms."""
        self._request_ms = request_ms
        self._now_ms = now_ms
        if len(self._ages) != len(ages):
            self._ages = sorted({*ages, *(a // 2 for a in ages), 0}, reverse=True)

    def counted(self, at: int) -> int:
        """What the counter says at `at` (us) if it runs since the start of the run."""
        return self._energy.count(at) if self.plain else self.distortion.counted(at)

    def count_by(self, at_ms: int) -> int:
        return self.counted(at_ms * _US) - self._base

    def update(self, history) -> None:
        looked = self._looked_ms
        request = self._request_ms
        if self._now_ms - looked < _SPARSE_MS:
            self._enter_evenly(history, looked, request)
        phase = self._look_phase
        for age in self._ages:
            # The last look strictly before.
            moment = request - age - 1
            moment -= (moment - phase) % LOOK_MS
            if moment > looked:
                looked = moment
                self._enter(history, moment)
        now = self._now_ms
        count = self.counted(now * _US) - self._base
        if count > history.count:
            self._enter_last(history, count, now)
        self._looked_ms = now

    def _enter_evenly(self, history, looked: int, request: int) -> None:
        """Entries for the ages that the readings to come will ask for."""
        gap = max(500, (request - looked) // 16)
        moment = looked + gap
        last = request - (self._ages[0] if self._ages else 0)
        while moment < request - 1000 and moment < last:
            self._enter(history, moment)
            moment += gap

    def _enter(self, history, moment: int) -> None:
        count = self.counted(moment * _US) - self._base
        if count > history.count:
            history.add(self._seen_ms(count, moment), count)

    def _enter_last(self, history, count: int, now: int) -> None:
        before = self._seen_ms(count - 1, now) if count - 1 > history.count else 0
        last = self._seen_ms(count, now)
        if before and before < last:
            history.add(before, count - 1)
        history.add(last, count)

    def _seen_ms(self, count: int, latest_ms: int) -> int:
        """When the look came that first saw `count`: at or before latest_ms."""
        at = self._reached(count, latest_ms * _US)
        # Rounded up to a whole millisecond, then to a look.
        at_ms = -(-at // _US)
        at_ms += (self._look_phase - at_ms) % LOOK_MS
        return min(at_ms, latest_ms)

    def _reached(self, count: int, latest: int) -> int:
        if self.plain:
            return self._energy.pulse_at(count + self._base, latest)
        return self.distortion.reached(count + self._base, latest)

    def reached_ms(self, count: int, latest_ms: int):
        """When a look will see `count`; None where that is not before latest_ms."""
        at = self._reached(count, latest_ms * _US)
        if at > latest_ms * _US:
            return None
        at_ms = -(-at // _US)
        at_ms += (self._look_phase - at_ms) % LOOK_MS
        return at_ms if at_ms <= latest_ms else None
