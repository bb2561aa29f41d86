"""What comes between the LED's accumulator and the counter: a light that lags, lost pulses, false ones.

Everything is a function of the accumulator's count or of the time alone, so
that any moment can be asked for, in any order.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence

from uplink.lightlimits import make_filter

from .burst import Burst, bursts
from .energy import Energy
from .faults import BURSTS, Fault

_US = 1000
# False pulses come so many ms apart.
_LEAST_GAP_MS = 400
_MOST_GAP_MS = 1600


class Distortion:
    """lag: the LED blinks up to so many pulses late, at random.  limits: what the filter is made for, imp/kWh and W."""

    def __init__(self, energy: Energy, lag: int, seed: int, faults: Sequence[Fault], limits=(5000, 13250)):
        self._energy = energy
        self._lag = lag
        self._seed = seed
        self._losses = [_loss(f, seed) for f in faults if f.kind in ("missed", "drop")]
        self._false = {f: _false_pulses(f, seed) for f in faults if f.kind == "extra"}
        self._added = sorted(at for times in self._false.values() for at in times)
        self.bursts: list[Burst] = []
        for some in bursts([f for f in faults if f.kind in BURSTS]):
            # Each sees the light as the ones before have left it.
            before = self.bursts[:]
            self.bursts.append(
                Burst(
                    some,
                    seed,
                    make_filter(*limits)[0],
                    lambda at, before=before: self._counted(at, before),
                    lambda count, latest, before=before: self._reached(count, latest, before),
                )
            )
        self.is_none = not (lag or self._losses or self._added or self.bursts)

    def counted(self, at: int) -> int:
        return self._counted(at, self.bursts)

    def _counted(self, at: int, some: Sequence[Burst]) -> int:
        blinks = self._blinks(at)
        for loss in self._losses:
            blinks -= loss.by(self._blinks, at)
        if self._added:
            blinks += bisect_right(self._added, at)
        for burst in some:
            blinks += burst.changed(at)
        return blinks

    def changed(self, fault: Fault, at: int) -> int:
        """The pulses that this fault has taken or added by `at`."""
        for loss in self._losses:
            if loss.fault is fault:
                return loss.by(self._blinks, at)
        for burst in self.bursts:
            # Of several at a time nobody can tell which it was.
            if fault is burst.faults[0]:
                return burst.changed(at)
        return bisect_right(self._false[fault], at) if fault in self._false else 0

    def reached(self, count: int, latest: int) -> int:
        """When `count` was counted first: at or before `latest`, else latest + 1."""
        return self._reached(count, latest, self.bursts)

    def _reached(self, count: int, latest: int, some: Sequence[Burst]) -> int:
        counted = self._counted(latest, some)
        if counted < count:
            return latest + 1
        # Mostly nothing has come between since.
        blink = count + self._blinks(latest) - counted
        true = blink
        while self._blinks_of(true) < blink:
            true += 1
        at = self._energy.pulse_at(true, latest)
        if at <= latest and self._counted(at, some) == count and self._counted(at - 1, some) < count:
            return at
        # To the nearest millisecond.
        low, high = max(0, latest - 3_600_000 * _US), latest
        if self._counted(low, some) >= count:
            low = 0
        while high - low > _US:
            middle = (low + high) // 2
            if self._counted(middle, some) >= count:
                high = middle
            else:
                low = middle
        return high

    def _blinks(self, at: int) -> int:
        """How often the LED has blinked by `at`."""
        return self._blinks_of(self._energy.count(at))

    def _blinks_of(self, true: int) -> int:
        """How often it has blinked when the accumulator has been full `true` times."""
        lag = self._lag
        if not lag:
            return true
        return max(number - _hash(number, self._seed) % (lag + 1) for number in range(true - lag, true + 1))


_Blinks = Callable[[int], int]


class _Missed:
    """The first pulses from a moment on are lost."""

    def __init__(self, fault: Fault):
        self.fault = fault
        self._from: int | None = None

    def by(self, blinks: _Blinks, at: int) -> int:
        if at < self.fault.at_us:
            return 0
        if self._from is None:
            self._from = blinks(self.fault.at_us)
        return max(0, min(int(self.fault.value), blinks(at) - self._from))


class _Dropped:
    """Each pulse is lost with a probability, for a while."""

    def __init__(self, fault: Fault, seed: int):
        self.fault = fault
        self._chance = random.Random(f"{fault.text} {seed}")
        self._from: int | None = None
        self._until: int | None = None
        # The numbers of the lost ones, from the first possible on.
        self._gone: list[int] = []

    def by(self, blinks: _Blinks, at: int) -> int:
        if at < self.fault.at_us:
            return 0
        if self._from is None:
            self._from = blinks(self.fault.at_us)
            self._gone.append(self._skip())
        if at >= self.fault.until_us:
            # Asked for once: the world forgets.
            if self._until is None:
                self._until = blinks(self.fault.until_us)
            passed = self._until - self._from
        else:
            passed = blinks(at) - self._from
        while self._gone[-1] <= passed:
            self._gone.append(self._gone[-1] + self._skip())
        return bisect_right(self._gone, passed)

    def _skip(self) -> int:
        """How many pulses on the next lost one is: geometrically distributed."""
        rate = self.fault.value
        if rate >= 1:
            return 1
        count = 1
        while self._chance.random() >= rate:
            count += 1
        return count


def _loss(fault: Fault, seed: int):
    return _Missed(fault) if fault.kind == "missed" else _Dropped(fault, seed)


def _false_pulses(fault: Fault, seed: int) -> list[int]:
    chance = random.Random(f"{fault.text} {seed}")
    times = []
    at = fault.at_us
    for _ in range(int(fault.value)):
        times.append(at)
        at += chance.randint(_LEAST_GAP_MS, _MOST_GAP_MS) * _US
    return times


def _hash(number: int, seed: int) -> int:
    """A few bits that look random, the same for the same number."""
    x = (number * 2654435761 + seed * 40503 + 12345) & 0xFFFFFFFF
    x ^= x >> 15
    x = x * 2246822519 & 0xFFFFFFFF
    return x >> 13
