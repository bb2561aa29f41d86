"""The light's pulse input as the firmware has it: a counter that is looked at each 50 ms.

The firmware's history wants every change of the count.  Here it gets only those
that the check can ask for: the count at the request less each age that a
register may have, and the last two pulses.  Each entry is what the firmware's
own look would have entered, at the same time.  A pulse is judged when it has been
followed by silence; until then it is pending.

While a lamp or glitches are before the light, the firmware's own Light looks each
50 ms (`watch`), and sees what its own filter makes of them.
"""

import random
from collections.abc import Sequence

from .burst import Burst, Look
from .distortion import Distortion
from .energy import Energy
from .faults import Fault

LOOK_MS = 50
_US = 1000
# A flash is judged after so much silence (see uplink.pulsefilter).
_QUIET_MS = 27
# Polls that are nearer to each other than this get more entries between them.
_SPARSE_MS = 30_000


class Clock:
    """The board's, as far as the light asks for it."""

    def __init__(self):
        self.now_ms = 0

    def ms(self) -> int:
        return self.now_ms


class Watched:
    """What a Light asks of its filter, as of the last look."""

    def __init__(self):
        self.flicks = self.odd = 0


class PulseInput:
    """`update(history)` and `may_have_lost()` as a board's pulse input has them.  limits: see Distortion."""

    def __init__(self, energy: Energy, lag: int, seed: int, faults: Sequence[Fault], limits=(5000, 13250)):
        self._energy = energy
        self.distortion = Distortion(energy, lag, seed, faults, limits)
        self.clock = Clock()
        self.filter = Watched()
        self.pending = 0
        # What is before the light, and the look that is just being had.
        self._burst: Burst | None = None
        self._look: Look | None = None
        self._before = Look(0, 0, 0, 0, 0)
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
        self.pending = self.filter.flicks = self.filter.odd = 0

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

    def watch(self, light) -> None:
        """Let `light` look each 50 ms where a burst came between its last look and the moments that are set."""
        now = self._now_ms * _US
        for burst in self.distortion.bursts:
            if burst.from_us > now or not burst.lasts(max(burst.from_us, self._looked_ms * _US)):
                continue
            if burst.from_us > self._looked_ms * _US:
                self._enter_until(light.history, burst.from_us // _US)
            self._burst = burst
            self._enter_judged(light.history, burst.look_at(self._looked_ms * _US))
            for look in burst.looks(self._looked_ms * _US, now):
                self._look = look
                self.clock.now_ms = look.at // _US
                light.look()
                self._looked_ms = look.at // _US
            self._look = None
            if not burst.lasts(now):
                self._burst = None
        self.clock.now_ms = self._now_ms

    def update(self, history) -> None:
        look = self._look
        if look is not None:
            self.filter.flicks += look.flicks - self._before.flicks
            self.filter.odd += look.odd - self._before.odd
            self._enter_judged(history, look)
            self.pending = look.pending
        elif self._burst is not None:
            # In the midst of it: what a moment ago was not judged yet is not now.
            self.pending = max(self.pending, self.counted(self._now_ms * _US) - self._base - history.count)
        else:
            self._enter_until(history, self._now_ms)

    def _enter_judged(self, history, look: Look) -> None:
        """The pulses of the burst that had been judged by the look."""
        burst = self._burst
        assert burst is not None
        before = self.counted(burst.from_us) - self._base
        history.add(max(burst.from_us // _US, history.last_ms or 0), max(before, history.count))
        for count in range(history.count + 1, before + look.total + 1):
            history.add(burst.pulses[count - before - 1] // _US, count)
        self._before = look

    def _enter_until(self, history, now: int) -> None:
        """What looks that nothing was wrong with have entered by `now`."""
        looked = self._looked_ms
        request = self._request_ms
        if now - looked < _SPARSE_MS:
            self._enter_evenly(history, looked, min(request, now))
        phase = self._look_phase
        for age in self._ages:
            # The last look strictly before.
            moment = request - age - 1
            moment -= (moment - phase) % LOOK_MS
            if looked < moment < now:
                looked = moment
                self._enter(history, moment)
        count = self.counted((now - _QUIET_MS) * _US) - self._base
        if count > history.count:
            self._enter_last(history, count, now)
        self.pending = self.counted(now * _US) - self._base - history.count
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
