"""A light counted by the pin's interrupt, where the chip or the firmware has no counter.

Rules of this port's interrupt, which is a soft one:

* The handler runs in the interpreter, from a queue of 8.  It does not run while
  the interpreter is away in C (DNS, a flash write, a collection of garbage), and
  what finds the queue full is dropped without a word.
* The edge brings no time with it: the time is that of the handler, never early.
* So edges that waited come in a bunch.  Two true pulses are at least
  2 * least_gap_ms apart, and an edge within least_gap_ms of the last one taken
  is a bounce - unless the interpreter was away: then it can be a true pulse
  that waited.  Only the next look can tell, by how late it comes, and takes
  as many of the bunch as can be true.
* Being away for less than that (100 ms) at nearly full load can still have a
  true pulse refused: `refused` counts every edge that was not taken.
"""

import time
from array import array

import machine

from mbus._const import const

_QUEUE = const(8)
_RING = const(32)
# The handler's counts end at small integers: the next one would be allocated.
_MASK = const(0x3FFFFFFF)
# Looks are 50 ms apart, and asyncio's tick is 10 ms: one this late was kept from its time.
_LATE_MS = const(100)


class EdgeInput:
    """Counts from the first update() on: starting up takes long, and would look like being away.

    `refused` is how many edges were taken for bounces.
    """

    def __init__(self, pin: machine.Pin, falling: bool, least_gap_ms: int, clock) -> None:
        self._pin = pin
        self._trigger = machine.Pin.IRQ_FALLING if falling else machine.Pin.IRQ_RISING
        self._gap = max(1, least_gap_ms)
        self._clock = clock
        # Of the handler.
        self._ring = array("i", [0] * _RING)
        self._taken = 0
        self._near = 0
        self._last = 0
        # Of update().
        self._looked_ms = None
        self._taken_seen = 0
        self._near_seen = 0
        self._total = 0
        self._told_ms = 0
        self._may_have_lost = False
        self.refused = 0

    def _edge(self, _pin) -> None:
        """The interrupt handler: allocates nothing, every integer is below 2^30."""
        now = time.ticks_ms()
        # Ticks wrap: a difference below 0 is a silence of more than 6 days.
        if 0 <= time.ticks_diff(now, self._last) < self._gap:
            self._near = self._near + 1 if self._near != _MASK else 0
            return
        self._last = now
        self._ring[self._taken % _RING] = now  # pyright: ignore[reportArgumentType, reportCallIssue]  # it is an int
        self._taken = self._taken + 1 if self._taken != _MASK else 0

    def update(self, history) -> None:
        """Tell `history` of every pulse since the last look, each with its own time."""
        # Each turn of a loop lets at most one waiting handler run.
        for _ in range(_QUEUE):
            pass
        now_ms = self._clock.ms()
        if self._looked_ms is None:
            self._start(now_ms)
        away_ms = now_ms - self._looked_ms
        self._looked_ms = now_ms
        taken = self._taken
        near = self._near
        fresh = (taken - self._taken_seen) & _MASK
        doubtful = (near - self._near_seen) & _MASK
        self._tell_fresh(history, fresh)
        self._taken_seen = taken
        self._near_seen = near
        self._tell_waited(history, fresh, doubtful, now_ms, away_ms)
        # One more than the queue holds, at the fastest rate there is.
        if self._most(away_ms) > _QUEUE:
            self._may_have_lost = True

    def may_have_lost(self) -> bool:
        """Whether the interpreter was ever away for so long that the queue can have run over."""
        return self._may_have_lost

    def _start(self, now_ms: int) -> None:
        self._looked_ms = now_ms
        self._last = time.ticks_add(time.ticks_ms(), -self._gap)
        self._pin.irq(handler=self._edge, trigger=self._trigger)

    def _most(self, span_ms: int) -> int:
        """How many true pulses can have come within span_ms."""
        return span_ms // (2 * self._gap) + 1

    def _tell_fresh(self, history, fresh: int) -> None:
        # Of more than the ring holds the oldest times are gone: the next one that is known is not too early.
        kept = min(fresh, _RING)
        self._total += fresh - kept
        for back in range(kept):
            self._total += 1
            ticks = self._ring[(self._taken_seen + fresh - kept + back) % _RING]
            self._tell(history, self._clock.at(ticks))

    def _tell_waited(self, history, fresh: int, doubtful: int, now_ms: int, away_ms: int) -> None:
        """Take of the doubtful edges those that can have waited; the others are bounces."""
        waited = 0
        if away_ms >= _LATE_MS and away_ms >= 2 * self._gap:
            waited = max(0, min(doubtful, self._most(away_ms) - fresh))
        self.refused += doubtful - waited
        if waited:
            self._total += waited
            self._tell(history, now_ms)

    def _tell(self, history, at_ms: int) -> None:
        # A handler may have run between two lines of update(): times may not fall, later is allowed.
        self._told_ms = max(self._told_ms, at_ms)
        history.add(self._told_ms, self._total)
