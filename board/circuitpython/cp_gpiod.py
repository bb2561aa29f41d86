"""A light on a Linux computer's GPIO, by libgpiod 2: the kernel notes both edges and their times.

* The times are the kernel's (CLOCK_MONOTONIC), whatever Python does meanwhile: the filter judges them as if it had
  been there.
* The kernel keeps 1024 edges for us, of at least 256 pulses that bounce.  Of more it drops the oldest; the numbers of
  those that follow tell, and then the light says "may have lost".
"""

import gpiod
from gpiod.line import Bias, Clock, Direction, Edge, Value

_KEPT = 1024
# Less than the filter's ring of times holds.
_AT_ONCE = 16
_MASK = 0x3FFFFFFF
_HALF = 0x20000000


class LightSpec:
    """Where a light is: `chip` (/dev/gpiochip0), `line` (its number there), whether it is lit when the line is high."""

    def __init__(self, chip: str, line: int, high: bool = False, pull: str | None = "up") -> None:
        self.chip = chip
        self.line = line
        self.high = high
        self.pull = pull


class LineInput:
    """`qualify`: the application's PulseFilter.  OSError where the line cannot be had.

    `refused`: how many rises were none of a pulse.  `pending`: a flash on which judgement is still to come.
    """

    def __init__(self, spec: LightSpec, qualify, clock) -> None:
        self._filter = qualify
        self._clock = clock
        self._line = spec.line
        bias = {"up": Bias.PULL_UP, "down": Bias.PULL_DOWN}.get(spec.pull or "", Bias.DISABLED)
        settings = gpiod.LineSettings(
            direction=Direction.INPUT,
            edge_detection=Edge.BOTH,
            bias=bias,
            active_low=not spec.high,
            event_clock=Clock.MONOTONIC,
        )
        try:
            self._request = gpiod.request_lines(
                spec.chip, consumer="lumbus", config={spec.line: settings}, event_buffer_size=_KEPT
            )
        except (OSError, ValueError) as e:
            raise OSError("line %d of %s cannot be had (%s)" % (spec.line, spec.chip, e))
        self._number = None
        self._seen = 0
        self._total = 0
        self._told_ms = 0
        self._has_lost = False
        qualify.start(self._request.get_value(spec.line) is Value.ACTIVE, clock.ms() & _MASK)

    @property
    def refused(self) -> int:
        return sum(self._filter.refused().values())

    @property
    def pending(self) -> int:
        return self._filter.pending

    def update(self, history) -> None:
        """Tell `history` of every pulse that was judged since the last look, each with its own time."""
        request = self._request
        while request.wait_edge_events(0):
            for event in request.read_edge_events(_AT_ONCE):
                self._take(event)
            self._tell(history)
        self._filter.look(self._clock.ms() & _MASK)
        self._tell_fresh(history)

    def may_have_lost(self) -> bool:
        """Whether the kernel ever had to drop edges."""
        return self._has_lost

    def _take(self, event) -> None:
        number = event.line_seqno
        if self._number is not None and number != self._number + 1:
            self._has_lost = True
        self._number = number
        self._at_ms = event.timestamp_ns // 1000000
        self._filter.edge(self._at_ms & _MASK, event.event_type is event.Type.RISING_EDGE)

    def _tell(self, history) -> None:
        """Before the ring of times has run round."""
        self._filter.look(self._at_ms & _MASK)
        self._tell_fresh(history)

    def _tell_fresh(self, history) -> None:
        judge = self._filter
        fresh = (judge.total - self._seen) & _MASK
        if fresh >= _HALF:
            # Of the last flash that counted one more edge has come: it is not over yet.
            return
        now_ms = self._clock.ms()
        for index in range(self._seen, self._seen + fresh):
            at_ms = now_ms - ((now_ms - judge.time(index & _MASK)) & _MASK)
            self._told_ms = max(self._told_ms, at_ms)
            self._total += 1
            history.add(self._told_ms, self._total)
        self._seen = judge.total
