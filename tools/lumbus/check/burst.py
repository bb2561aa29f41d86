"""A lamp on the mains, or glitches faster than the meter, before a light: judged by the firmware's own filter.

While it lasts every edge is simulated: the LED's true flashes and the false ones
shine together, and the PulseFilter is told when the light as a whole changes.
Looks are 50 ms apart.  What the filter made of it is kept, so that any moment can be
asked for, in any order.  Times are microseconds since the start of the run.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from uplink.pulsefilter import PulseFilter

from .faults import Fault

_US = 1000
LOOK_US = 50_000
# Before and behind the false flashes true ones are judged the same way.
_MARGIN_US = 300_000
# A pulse is judged so long after it at the latest.
_JUDGED_US = 200_000
# Of a lamp at 100 Hz: lit in per cent of its period.
_LAMP_US = 10_000
_LEAST_DUTY, _MOST_DUTY = 20, 50
# Glitches come so far apart: nothing tells one from a pulse, but so many cannot be true.
_LEAST_GAP_US, _MOST_GAP_US = 34_000, 46_000
_LEAST_WIDTH_US, _MOST_WIDTH_US = 2_000, 20_000

Count = Callable[[int], int]
Reached = Callable[[int, int], int]


@dataclass
class Look:
    """By `at` the filter had taken `total` of this burst's flashes, and `pending` is not judged yet."""

    at: int
    total: int
    pending: int
    flicks: int
    odd: int


class Burst:
    """`faults` that overlap.  count, reached: of the light without them, as Distortion has them."""

    def __init__(self, faults: Sequence[Fault], seed: int, judge: PulseFilter, count: Count, reached: Reached):
        self.faults = list(faults)
        self.from_us = max(0, (faults[0].at_us - _MARGIN_US) // LOOK_US * LOOK_US)
        self._false_until = max(f.until_us for f in faults)
        # When it was over; known once it has been simulated.
        self.until_us: int | None = None
        self._count = count
        self._reached = reached
        self._filter = judge
        self._chance = random.Random(f"{faults[0].text} {seed}")
        self._width = self._chance.randint(_LEAST_WIDTH_US, _MOST_WIDTH_US)
        self._duty = self._chance.randint(_LEAST_DUTY, _MOST_DUTY)
        self._next = [f.at_us for f in faults]
        self._before: int | None = None
        self._now = self.from_us
        self._lit_until = 0
        self._is_lit = False
        # When each pulse that counted began.
        self.pulses: list[int] = []
        self._change = 0
        self._looks: list[Look] = []

    def changed(self, at: int) -> int:
        """The pulses that it has added by `at`; below 0: taken."""
        if at < self.from_us:
            return 0
        self._simulate(at + _JUDGED_US)
        if self.until_us is not None and at >= self.until_us:
            return self._change
        return bisect_right(self.pulses, at) - (self._count(at) - (self._before or 0))

    def look_at(self, at: int) -> Look:
        """The last one by `at`."""
        looks = self.looks(0, at)
        return looks[-1] if looks else Look(at, 0, 0, 0, 0)

    def looks(self, after: int, until: int) -> list[Look]:
        """Those with after < at <= until."""
        self._simulate(until)
        first = bisect_right(self._looks, after, key=_at)
        return self._looks[first : bisect_right(self._looks, until, key=_at)]

    def lasts(self, at: int) -> bool:
        if at < self.from_us:
            return False
        self._simulate(at)
        return self.until_us is None or at < self.until_us

    def _simulate(self, until: int) -> None:
        if self._before is None and until >= self.from_us:
            self._before = self._count(self.from_us)
            self._filter.start(False, self.from_us // _US)
        while self.until_us is None and self._now < until:
            self._slice(self._now + LOOK_US)

    def _slice(self, end: int) -> None:
        """All that shines until `end`, and the look there."""
        for begin, width in sorted(self._true(end) + self._false(end)):
            if begin > self._lit_until:
                self._darken()
            if not self._is_lit:
                self._is_lit = True
                self._filter.edge(begin // _US, True)
            self._lit_until = max(self._lit_until, begin + width)
        if self._lit_until < end:
            self._darken()
        self._now = end
        judge = self._filter
        judge.look(end // _US)
        self.pulses += [self._in_us(judge.time(k), end) for k in range(len(self.pulses), judge.total)]
        self._looks.append(Look(end, judge.total, judge.pending, judge.flicks, judge.odd))
        if end >= self._false_until + _MARGIN_US and not judge.pending and not self._is_lit:
            self.until_us = end
            self._change = len(self.pulses) - (self._count(end) - (self._before or 0))

    def _darken(self) -> None:
        if self._is_lit:
            self._is_lit = False
            self._filter.edge(self._lit_until // _US, False)

    def _true(self, end: int) -> list[tuple[int, int]]:
        """(begin, width) of the LED's flashes until `end`."""
        last = self._count(end)
        return [
            (max(self._now, self._reached(number, end)), self._width)
            for number in range(self._count(self._now) + 1, last + 1)
        ]

    def _false(self, end: int) -> list[tuple[int, int]]:
        flashes = []
        for index, fault in enumerate(self.faults):
            at = self._next[index]
            while at < min(end, fault.until_us):
                if fault.kind == "flicker":
                    flashes.append((at, _LAMP_US * self._duty // 100))
                    at += _LAMP_US
                else:
                    flashes.append((at, _LEAST_WIDTH_US))
                    at += self._chance.randint(_LEAST_GAP_US, _MOST_GAP_US)
            self._next[index] = at
        return flashes

    def _in_us(self, ticks: int, now: int) -> int:
        """The filter's ticks wrap."""
        now_ms = now // _US
        return (now_ms - ((now_ms - ticks) & 0x3FFFFFFF)) * _US


def _at(look: Look) -> int:
    return look.at


def bursts(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Those that overlap together."""
    together: list[list[Fault]] = []
    until = 0
    for fault in sorted(faults, key=lambda f: f.at_us):
        if together and fault.at_us <= until + 4 * _MARGIN_US:
            together[-1].append(fault)
        else:
            together.append([fault])
        until = max(until, fault.until_us)
    return together
