"""A light counted in hardware (PCNT, by machine.Counter of MicroPython 1.26 and newer), and by the interrupt.

The counter loses nothing, whatever Python does, but knows no bounce and no
time: its filter ends at 12.8 us.  The interrupt knows both, and can lose edges.
So the two run side by side on one pin.  What counts is

    the counter, less the rises that the interrupt saw and refused
    = what the interrupt took, and what the counter has that the interrupt did not see

* What was not seen is taken only if the interpreter was away, and as far as it
  can be true: no more than the meter can have given in that time.  The rest of it
  are bounces that were too fast for the interrupt, or lamp flicker.
* It must be found by two looks: between the two readings a pulse may come, and
  of a pulse that is just coming the interrupt may have one edge only.
* A pulse that the interrupt took and the counter has not was a spike shorter
  than the counter's filter: its handlers found the light as it was before.  That
  many pulses are taken back, by leaving out as many of those to come.

The counter is only read: setting it is a second access to the hardware, and
differences do without.
"""

import machine

from esp32_edges import EdgeInput
from mbus._const import const

# 1023 periods of 80 MHz, the filter's most.
_FILTER_NS = const(12788)
# Small integers end there; differences are taken modulo this.
_MASK = const(0x3FFFFFFF)


class CounterInput(EdgeInput):
    """`unit` is the number of a PCNT unit, `pin` a machine.Pin with pull `pull`.

    `difference`: how many more rises the counter has than the interrupt saw (below 0: fewer).
    """

    def __init__(self, unit: int, pin: machine.Pin, pull: int | None, falling: bool, qualify, clock) -> None:
        super().__init__(pin, falling, qualify, clock)
        edge = machine.Counter.FALLING if falling else machine.Counter.RISING
        self._counter = machine.Counter(unit, pin, edge=edge, filter_ns=_FILTER_NS)
        # The counter's driver has switched the pull-up on, whatever the pin was set to.
        pin.init(pull=pull)  # pyright: ignore[reportArgumentType]  # None is "no pull"; the stub knows only int
        self._value = 0
        self._seen_rises = 0
        self.difference = 0
        # What of the difference has been dealt with, and how many late pulses there were when all was.
        self._settled = 0
        self._late = 0
        # Of the look before.
        self._span_ms = 0
        self._found = 0

    def may_have_lost(self) -> bool:
        return False

    def _start(self, ticks: int, now_ms: int) -> None:
        super()._start(ticks, now_ms)
        self._value = self._counter.value()

    def _unseen(self, found: int, away_ms: int) -> int:
        """Pulses that the counter has and the interrupt does not; spikes go to `_owed`."""
        qualify = self._filter
        value = self._counter.value()
        seen = qualify.seen
        before = self.difference
        self.difference = now = before + ((value - self._value) & _MASK) - ((seen - self._seen_rises) & _MASK)
        self._value = value
        self._seen_rises = seen
        room = 0
        if self._was_away(max(away_ms, self._span_ms)):
            room = self._most(away_ms + self._span_ms) - found - self._found - qualify.pending
        self._span_ms = away_ms
        self._found = found
        late = qualify.late
        taken = 0
        if min(before, now) > self._settled:
            taken = max(0, min(min(before, now) - self._settled, room))
            self._settled = min(before, now)
        elif max(before, now) < self._settled:
            self._owed += min(self._settled - max(before, now), (late - self._late) & _MASK)
            self._settled = max(before, now)
            self._late = late
        if now == self._settled:
            self._late = late
        self._found += taken
        return taken
