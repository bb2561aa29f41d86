"""A light counted by the pin's interrupt, where the chip or the firmware has no counter.

Rules of this port's interrupt, which is a soft one:

* The handler runs in the interpreter, from a queue of 8.  It does not run while
  the interpreter is away in C (DNS, a flash write, a collection of garbage), and
  what finds the queue full is dropped without a word.  A pulse has two edges, so
  the queue holds 4 pulses; several lights share it.
* The edge brings no time and no level with it: both are those of the handler,
  never early.
* So edges that waited come in a bunch.  The filter takes a bunch for one pulse
  and its bounces - but if the interpreter was away they can be true pulses that
  waited.  Only the next look can tell, by how late it comes, and takes as many of
  the bunch as can be true.
* Being away for less than that (100 ms) at nearly full load can still have a
  true pulse refused: the filter counts every rise that was not taken.
"""

import time

import machine

from mbus._const import const

_QUEUE = const(8)
# A pulse has two edges.
_QUEUED_PULSES = const(4)
_RING = const(32)
_MASK = const(0x3FFFFFFF)
_HALF = const(0x20000000)
# Looks are 50 ms apart, and asyncio's tick is 10 ms: one this late was kept from its time.
_LATE_MS = const(100)


class EdgeInput:
    """Counts from the first update() on: starting up takes long, and would look like being away.

    `qualify`: the application's PulseFilter.  `refused`: how many rises were
    none of a pulse.  `pending`: a flash on which judgement is still to come.
    `sharing`: how many lights have edges in the queue.
    """

    sharing = 0

    def __init__(self, pin: machine.Pin, falling: bool, qualify, clock) -> None:
        self._pin = pin
        self._falling = falling
        self._filter = qualify
        self._clock = clock
        self._looked_ms = None
        self._seen = 0
        self._doubtful = 0
        self._total = 0
        self._waited = 0
        # Pulses that were none: so many to come are left out.
        self._owed = 0
        self._told_ms = 0
        self._may_have_lost = False
        EdgeInput.sharing += 1

    @property
    def refused(self) -> int:
        return sum(self._filter.refused().values()) - self._waited

    @property
    def pending(self) -> int:
        return self._filter.pending

    def _edge(self, pin) -> None:
        """The interrupt handler: allocates nothing, every integer is below 2^30."""
        self._filter.edge(time.ticks_ms(), pin.value() != self._falling)

    def update(self, history) -> None:
        """Tell `history` of every pulse that was judged since the last look, each with its own time."""
        # Each turn of a loop lets at most one waiting handler run.
        for _ in range(_QUEUE):
            pass
        ticks: int = time.ticks_ms()  # pyright: ignore[reportAssignmentType]  # ticks are an int
        now_ms = self._clock.at(ticks)
        if self._looked_ms is None:
            self._start(ticks, now_ms)
        away_ms = now_ms - self._looked_ms
        self._looked_ms = now_ms
        self._filter.look(ticks)
        fresh = self._tell_fresh(history)
        waited = self._look_late(fresh, away_ms)
        waited += self._unseen(fresh + waited, away_ms)
        if waited:
            self._total += waited
            self._tell(history, now_ms)
        if self._most(away_ms) * EdgeInput.sharing > _QUEUED_PULSES:
            self._may_have_lost = True

    def may_have_lost(self) -> bool:
        """Whether the interpreter was ever away for so long that the queue can have run over.

        It holds 4 pulses of all lights: it was away for the time of a fifth at the fastest rate of each.
        """
        return self._may_have_lost

    def _start(self, ticks: int, now_ms: int) -> None:
        self._looked_ms = now_ms
        pin = self._pin
        self._filter.start(pin.value() != self._falling, ticks)
        pin.irq(handler=self._edge, trigger=machine.Pin.IRQ_FALLING | machine.Pin.IRQ_RISING)

    def _most(self, span_ms: int) -> int:
        """How many true pulses can have come within span_ms."""
        return span_ms // self._filter.period_ms + 1

    def _was_away(self, span_ms: int) -> bool:
        """Whether the interpreter was away between two looks, so that pulses can have waited.

        While a lamp flickers it is the lamp's flashes that wait.
        """
        return span_ms >= max(_LATE_MS, self._filter.period_ms) and not self._filter.flickers()

    def _tell_fresh(self, history) -> int:
        seen = self._seen
        fresh = (self._filter.total - seen) & _MASK
        if fresh >= _HALF:
            # Of the last flash that counted one more edge has come: it is not over yet.
            return 0
        # Of more than the ring holds the oldest times are gone: the next one that is known is not too early.
        kept = min(fresh, _RING)
        self._total += fresh - kept
        for index in range(seen + fresh - kept, seen + fresh):
            if self._owed:
                self._owed -= 1
                continue
            self._total += 1
            self._tell(history, self._clock.at(self._filter.time(index & _MASK)))
        self._seen = (seen + fresh) & _MASK
        return fresh

    def _look_late(self, fresh: int, away_ms: int) -> int:
        """How many of the doubtful flashes can have waited; the others are bounces."""
        doubtful = self._filter.doubtful
        bunch = (doubtful - self._doubtful) & _MASK
        self._doubtful = doubtful
        if not self._was_away(away_ms):
            return 0
        waited = max(0, min(bunch, self._most(away_ms) - fresh - self._filter.pending))
        self._waited += waited
        return waited

    def _unseen(self, found: int, away_ms: int) -> int:
        """How many more pulses are known of; here the interrupt is all there is."""
        return 0

    def _tell(self, history, at_ms: int) -> None:
        # A handler may have run between two lines of update(): times may not fall, later is allowed.
        self._told_ms = max(self._told_ms, at_ms)
        history.add(self._told_ms, self._total)
