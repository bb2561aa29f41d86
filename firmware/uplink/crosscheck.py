"""The cross-check of a meter's register against its light, by set membership.

Let q be the register's step, c the pulse's weight, R a register reading, P the
count of pulses, E the true energy.  While no pulse is lost or added there is a
constant D with

    D + c P <= E < D + c P + c

at every moment.  Assumed: the light sums the magnitude of all energy in one
accumulator, and blinks at once when that is full (else E < D + c (P + 1 + lag)).
A reading says that at some moment of its window (first request less the age
that a register may have, ... last byte) E was in [R, R + q).  Assumed: the
register shows E rounded down to q, and is no older than the age believed (see
`ladder`: the profile's word is tested, not taken).  In that window the count
was between Pa (at its start) and Pb (at its end).  Assumed: the counter is not
early, and its times are not (a late one only widens).  So

    R - c Pb - c - c lag < D < R + q - c Pa

and every reading narrows D.  An empty intersection cannot happen while the
above holds, whatever the load does.

Which register: where the configuration declares energy in one direction, its
register alone.  Else the sum of both, with 2 q (each register hides less than
one step), and beside it each register alone, upwards only: pulses of the other
direction can only lower that register's D.

An empty intersection opens a *suspicion*: a register that was late empties it
too, and so does a light that lags, and then they come back.  It is named when
it has outlived `settle_ms` and one further step of the register: register ahead
is `pulses_missing`, pulses ahead `pulses_extra` when they still are, behind that
step.  Where the register stands see `sincestep`.

All quantities are integers in the unit of `units`; times are milliseconds of
any monotonic clock that the caller has.
"""

from .believed import believed
from .event import Event
from .interval import Interval
from .ladder import LAG_MOST, Ladder
from .sincestep import EXTRA, STUCK, SinceStep
from .suspicion import Suspicion
from .window import Window

LEARNING = "learning"
AGREE = "agree"
MISSING = "pulses_missing"


class CrossCheck:
    """Feed it windows; it keeps the epoch, the verdict and the events.

    step, pulse: q and c in units.  step_energy: q in mW ms.  settle_ms: how long
    a suspicion must last.  one_way: energy is declared to flow in one direction.
    number: gives the next event its number, unique for this boot.

    `last`: the last Window; `tops`: what the epoch says of each register alone,
    and `moved` the index of the one that has moved last; `event`: the open one;
    `last_lo`, `last_his`: what the last reading said of D.
    """

    def __init__(self, step: int, pulse: int, step_energy: int, settle_ms: int, one_way: bool, ladder: Ladder, number):
        self._q = step if one_way else 2 * step
        self.step = step
        self.c = pulse
        self._since = SinceStep(step, pulse, step_energy)
        self._settle_ms = settle_ms
        self.ladder = ladder
        self.last = None
        self.last_lo = 0
        self.last_his = []
        self._changed = []
        self._from_register = 0
        self.event = None
        self._number = number
        self.withdrawn = 0
        # While True, no lost or false pulses are named: there may be another reason.
        self.holds = False
        self.restart()

    def restart(self) -> None:
        """Begin a new epoch: nothing is known of D; an open event is left as it is."""
        self.epoch = None
        self.verdict = LEARNING
        self.suspicion = None
        self.tops = []
        self._stepped = False
        self._since.restart(0)
        self.moved = 0

    def take(self, window: Window) -> list:
        """Judge one reading: sets `verdict`; the Events that were named or changed by it."""
        self._changed = []
        c = self.c
        lo = window.register - c * (window.pb + 1)
        top = window.register + self._q
        his = [top - c * pa for pa in window.pas]
        window.pa = window.pas[self.ladder.level]
        epoch = self.epoch or self._begin(window, lo, his)
        stepped = self._note_step(window)
        doubt = self.suspicion
        if self.verdict == STUCK:
            self._while_stuck(stepped, window, lo, his)
        elif doubt is None:
            self._compare(epoch, window, lo, his)
        else:
            self._weigh(epoch, doubt, window, lo, his)
        self.last = window
        self.last_lo = lo
        self.last_his = his
        return self._changed

    def end(self) -> list:
        """The check is over (another meter, a register that fell): the open Event, closed, if any."""
        self._changed = []
        if self.event is not None:
            self._close(self.event, self.last)
        return self._changed

    def _begin(self, window: Window, lo: int, his: list) -> Interval:
        """A new epoch that knows what one reading says."""
        self.epoch = Interval(lo, his)
        self.tops = [Interval(*self._part(register, window)) for register in window.parts]
        self._stepped = False
        self._from_register = window.register
        return self.epoch

    def total(self, sure: int, count: int):
        """(lo, hi) of the energy in units at a moment when the count was sure...count.

        None before the first reading.  It holds if no pulse was lost since the
        epoch began; while a suspicion is open it covers both endings of it.
        """
        if self.epoch is None:
            return None
        lo, hi = believed(self)
        lag = self.ladder.lag
        return lo + self.c * (sure - lag), hi + self.c * (count + 1 + lag)

    # What a reading says

    def _part(self, register: int, window: Window):
        """(lo, his) of one register of two."""
        c = self.c
        return register - c * (window.pb + 1), [register + self.step - c * pa for pa in window.pas]

    def _note_step(self, window: Window) -> bool:
        """Whether the register moved since the reading before; adds up what ran meanwhile."""
        last = self.last
        if last is not None and window.register == last.register:
            self._since.stood(window)
            return False
        self._since.restart(window.pb)
        if last is None:
            return False
        self._stepped = True
        for index, register in enumerate(window.parts):
            if register != last.parts[index]:
                self.moved = index
        return True

    def _calm(self) -> str:
        """The verdict of an epoch with nothing against it; an open event wants more than that."""
        return AGREE if self._stepped and self.event is None else LEARNING

    # No suspicion

    def _compare(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        ladder = self.ladder
        base = ladder.base
        lag = self.c * ladder.base_lag
        proven = self._parts_proven(window, base) - lag
        if lo - lag >= epoch.hi2[base] or proven >= 0:
            self._suspect(1, window, lo, his, proven)
        elif his[base] <= epoch.lo - lag:
            self._suspect(-1, window, lo, his, -1)
        else:
            self._agree(epoch, window, lo, his)

    def _suspect(self, side: int, window: Window, lo: int, his: list, proven: int) -> None:
        self.suspicion = Suspicion(side, window, lo, his, proven, self.ladder)
        self.verdict = LEARNING if self.event is None else self.event.kind

    def _agree(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        """The reading agrees with the epoch."""
        ladder = self.ladder
        if not ladder.is_settled:
            ladder.agreed(epoch, window, self.c, epoch.prompt(lo, his, ladder.base, self.c))
        epoch.narrow(lo, his)
        for top, register in zip(self.tops, window.parts):
            top.narrow(*self._part(register, window))
        if self.event is not None:
            self._close_when_settled(epoch, window, lo, his)
        self.verdict = self._calm()

    def _parts_proven(self, window: Window, level: int) -> int:
        """How far one register alone is ahead of all that the light can explain; below 0 where it is not."""
        ahead = -1
        for top, register in zip(self.tops, window.parts):
            ahead = max(ahead, register - self.c * (window.pb + 1) - top.hi2[level])
        return ahead

    # A suspicion is open

    def _weigh(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, his: list) -> None:
        ladder = self.ladder
        if doubt.weigh(window, lo, his, self.c):
            self._withdraw(epoch, doubt, window, lo, his)
            return
        if doubt.side > 0:
            ladder.agreed(doubt.interval, window, self.c, 0)
            doubt.proven = max(doubt.proven, self._parts_proven(window, ladder.base) - self.c * ladder.base_lag)
        elif doubt.stepped and his[ladder.base] <= epoch.lo - self.c * ladder.base_lag:
            doubt.again = True
        if doubt.is_due(window.at_ms, self._settle_ms):
            self._name_if_proven(epoch, doubt, window, lo, his)

    def _withdraw(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, his: list) -> None:
        """The readings since contradict each other: a register was late, or the light."""
        self.withdrawn += 1
        self.suspicion = None
        ladder = self.ladder
        floor = max(epoch.lo, doubt.lo, lo)
        lows = [min(a, b, c) for a, b, c in zip(epoch.hi2, doubt.his, his)]
        index = ladder.base
        while index < ladder.top and lows[index + 1] <= floor - self.c * ladder.base_lag:
            index += 1
        ladder.contradicted(index, floor - lows[ladder.base], self.c)
        if doubt.side > 0 and floor - LAG_MOST * self.c < epoch.hi2[ladder.base]:
            # The light lagged: as late as it may have been, all of it is true.
            epoch.lo = max(epoch.lo, doubt.lo)
        self._compare(epoch, window, lo, his)

    def _name_if_proven(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, his: list) -> None:
        alone = self._since.why(window) if doubt.side < 0 else None
        if alone == STUCK:
            self._name(STUCK, epoch, doubt, window, 0, 0)
            return
        if self.holds:
            return
        proven = doubt.proof(epoch, self.c)
        if alone or (doubt.stepped and proven and (doubt.side > 0 or doubt.again)):
            level, lag = proven or (self.ladder.base, 0)
            event = self._name(MISSING if doubt.side > 0 else EXTRA, epoch, doubt, window, level, lag)
            self._count(event, doubt.lo if doubt.side > 0 else doubt.his[level], doubt.proven, lo, his)
            # Not from the suspicion's readings: the loss may have gone on among them.
            self._begin(window, lo, his)

    # Events

    def _name(self, kind: str, epoch: Interval, doubt: Suspicion, window: Window, level: int, lag: int) -> Event:
        """The suspicion becomes an event, or goes on as the open one of its kind."""
        self.verdict = kind
        self.suspicion = None
        event = self.event
        if event is not None and event.kind != kind:
            self._close(event, window)
            event = None
        if event is None:
            first, old = epoch.first_lo - lag, epoch.hi2[level] + lag
            if doubt.side < 0:
                first, old = epoch.first_hi, epoch.lo - lag
            event = self.event = Event(self._number(), kind, doubt.window, window.at_ms, doubt.side, first, old)
        event.last_window, event.named_ms = window, window.at_ms
        self._changed.append(event)
        return event

    def _count(self, event: Event, extreme: int, proven: int, lo: int, his: list) -> None:
        event.count(extreme, proven, lo - self.c * self.ladder.lag, his[self.ladder.level], self.c)

    def _close_when_settled(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        """After a while of agreement the open event is over; its bounds are final.

        Long enough that a light that stood still all the while would have been
        proven again: the register has moved by more than a window can explain.
        """
        event = self.event
        if event is None or window.at_ms - event.named_ms < self._settle_ms:
            return
        if window.register - self._from_register < self._q + self.step + self.c * (window.pb - window.pa + 1):
            return
        self._count(event, lo if event.side > 0 else his[self.ladder.level], 0, lo, his)
        # What only held while nothing more was lost is given up with it.
        self.epoch = epoch.renewed(lo, his, event.side)
        self.tops = [Interval(*self._part(register, window)) for register in window.parts]
        self._close(event, window)

    def _close(self, event: Event, window) -> None:
        event.last_window, event.open, self.event = window, False, None
        self._changed.append(event)

    def _while_stuck(self, stepped: bool, window: Window, lo: int, his: list) -> None:
        """A stuck register that moves again anchors a new epoch."""
        if stepped and self.event is not None:
            self.restart()
            self._begin(window, lo, his)
            self._close(self.event, window)
