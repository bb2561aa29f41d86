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
it has outlived `settle_ms` and one further step of the register:

* register ahead: `pulses_missing`;
* pulses ahead, and still so when the register has stepped on, or the meter's
  own power says that it should not have stepped: `pulses_extra`;
* pulses ahead, the register stands, and the meter's own power says that it
  should have moved by two steps: `register_stuck`.

All quantities are integers in the unit of `units`; times are milliseconds of
any monotonic clock that the caller has.  Nothing here reads a clock.
"""

from mbus._const import const

from .event import Event
from .interval import Interval
from .ladder import LAG_MOST, LAG_PASSES, Ladder
from .suspicion import Suspicion
from .window import Window

LEARNING = "learning"
AGREE = "agree"
MISSING = "pulses_missing"
EXTRA = "pulses_extra"
STUCK = "register_stuck"

# With no register step and no power to explain them, so many steps of pulses are enough.
_ALONE_STEPS = const(8)
_STUCK_STEPS = const(2)
_ENOUGH_TO_NAME = const(1 << 20)


class CrossCheck:
    """Feed it windows; it keeps the epoch, the verdict and the events.

    step, pulse: q and c in units.  step_energy: q in mW ms.  settle_ms: how long
    a suspicion must last.  one_way: energy is declared to flow in one direction.
    number: gives the next event its number, unique for this boot.
    """

    def __init__(self, step: int, pulse: int, step_energy: int, settle_ms: int, one_way: bool, ladder: Ladder, number):
        self._q = step if one_way else 2 * step
        self._step = step
        self._c = pulse
        self._step_energy = step_energy
        self._settle_ms = settle_ms
        self.ladder = ladder
        self._last = None
        self._last_lo = 0
        self._last_his = []
        self._changed = []
        self._from_register = 0
        self._event = None
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
        self._tops = []
        self._stepped = False
        self._since_step = [0, 0, 0, 0]
        self._moved = 0

    def take(self, window: Window) -> list:
        """Judge one reading: sets `verdict`; the Events that were named or changed by it."""
        self._changed = []
        c = self._c
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
        self._last = window
        self._last_lo = lo
        self._last_his = his
        return self._changed

    def end(self) -> list:
        """The check is over (another meter, a register that fell): the open Event, closed, if any."""
        self._changed = []
        if self._event is not None:
            self._close(self._event, self._last)
        return self._changed

    def _begin(self, window: Window, lo: int, his: list) -> Interval:
        """A new epoch that knows what one reading says."""
        self.epoch = Interval(lo, his)
        self._tops = [Interval(*self._part(register, window)) for register in window.parts]
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
        lo, hi = self._believed(self.epoch)
        lag = self.ladder.lag
        return lo + self._c * (sure - lag), hi + self._c * (count + 1 + lag)

    def outlook(self):
        """What foretells the next step: (register, step, pulse, lo, hi, goal), of D as long as nothing is wrong.

        goal: a D not below it would prove that pulses were lost.
        Of both directions it is the register that has moved last.  None before the first reading.
        """
        last = self._last
        epoch = self.epoch
        if last is None or epoch is None:
            return None
        base = self.ladder.base
        register = last.register
        known = epoch
        if self.suspicion is not None and self.suspicion.side > 0:
            known = self.suspicion.interval
        elif last.parts:
            known = self._tops[self._moved]
            register = last.parts[self._moved]
        lo, hi = known.lo, known.hi[base]
        if lo >= hi:
            # Energy of the other direction has lowered it since.
            lo = register - self._c * (last.pb + 1)
        goal = known.hi2[base]
        if self.suspicion is not None and self.suspicion.side > 0:
            # What would prove it beyond all that is believed.
            goal = epoch.hi2[self.ladder.level] + self._c * self.ladder.lag
        return register, self._step, self._c, lo, hi, goal

    def _believed(self, epoch: Interval):
        """The bounds of D that hold whichever way an open suspicion ends, for a light that does not lag."""
        if self.verdict == STUCK:
            # A standing register pulls `hi` down before it is found out; the first one is safe.
            return epoch.lo, epoch.first_hi
        level = self.ladder.level
        doubt = self.suspicion
        event = self._event
        if doubt is None:
            if event is None:
                return epoch.lo, epoch.hi2[level]
            # The loss may go on: D moves to one side, and only the last reading bounds it there.
            if event.side > 0:
                return epoch.lo, self._last_his[level]
            return self._last_lo, epoch.hi2[level]
        # Of the readings since, only the last one is later than all that was lost up to it.
        if doubt.side > 0:
            return epoch.lo, max(epoch.hi2[level], self._last_his[level])
        return min(epoch.lo, self._last_lo), epoch.first_hi

    # What a reading says

    def _part(self, register: int, window: Window):
        """(lo, his) of one register of two."""
        c = self._c
        return register - c * (window.pb + 1), [register + self._step - c * pa for pa in window.pas]

    def _note_step(self, window: Window) -> bool:
        """Whether the register moved since the reading before; adds up what ran meanwhile."""
        last = self._last
        if last is None or window.register != last.register:
            self._since_step = [window.pb, 0, 0, 0]
            if last is None:
                return False
            self._stepped = True
            for index, register in enumerate(window.parts):
                if register != last.parts[index]:
                    self._moved = index
            return True
        if window.energy is None:
            self._since_step[2] += 1
        else:
            self._since_step[1] += window.energy[0]
            self._since_step[3] += window.energy[1]
        return False

    def _calm(self) -> str:
        """The verdict of an epoch with nothing against it; an open event wants more than that."""
        return AGREE if self._stepped and self._event is None else LEARNING

    # No suspicion

    def _compare(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        ladder = self.ladder
        base = ladder.base
        lag = self._c * ladder.base_lag
        proven = self._parts_proven(window, base) - lag
        if lo - lag >= epoch.hi2[base] or proven >= 0:
            self._suspect(1, window, lo, his, proven)
        elif his[base] <= epoch.lo - lag:
            self._suspect(-1, window, lo, his, -1)
        else:
            self._agree(epoch, window, lo, his)

    def _suspect(self, side: int, window: Window, lo: int, his: list, proven: int) -> None:
        self.suspicion = Suspicion(side, window, lo, his, proven, self.ladder)
        self.verdict = LEARNING if self._event is None else self._event.kind

    def _agree(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        """The reading agrees with the epoch."""
        ladder = self.ladder
        if not ladder.is_settled:
            top = epoch.hi2[ladder.base]
            # A light that lags by so many pulses would have brought a contradiction.
            prompt = 1
            while prompt <= LAG_MOST and lo + prompt * self._c < top and his[ladder.base] - prompt * self._c > epoch.lo:
                prompt += 1
            # E at the window's start, above the register, and D's own width.
            behind = top + self._c * (window.pas[ladder.base] + 2) - window.register + top - epoch.lo
            ladder.agreed(window.at_ms, window.pas, self._c, behind, prompt if prompt <= LAG_MOST else 0)
        epoch.narrow(lo, his)
        for top, register in zip(self._tops, window.parts):
            top.narrow(*self._part(register, window))
        if self._event is not None:
            self._close_when_settled(epoch, window, lo, his)
        self.verdict = self._calm()

    def _parts_proven(self, window: Window, level: int) -> int:
        """How far one register alone is ahead of all that the light can explain; below 0 where it is not."""
        ahead = -1
        for top, register in zip(self._tops, window.parts):
            ahead = max(ahead, register - self._c * (window.pb + 1) - top.hi2[level])
        return ahead

    # A suspicion is open

    def _weigh(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, his: list) -> None:
        ladder = self.ladder
        if doubt.weigh(window, lo, his, self._c, self._q):
            self._withdraw(epoch, doubt, window, lo, his)
            return
        if doubt.side > 0:
            doubt.proven = max(doubt.proven, self._parts_proven(window, ladder.base) - self._c * ladder.base_lag)
        elif doubt.stepped and his[ladder.base] <= epoch.lo - self._c * ladder.base_lag:
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
        while index < ladder.top and lows[index + 1] <= floor - self._c * ladder.base_lag:
            index += 1
        ladder.contradicted(index, floor - lows[ladder.base], self._c)
        if doubt.side > 0 and floor - LAG_MOST * self._c < epoch.hi2[ladder.base]:
            # The light lagged: as late as it may have been, all of it is true.
            epoch.lo = max(epoch.lo, doubt.lo)
        self._compare(epoch, window, lo, his)

    def _name_if_proven(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, his: list) -> None:
        alone = self._light_alone(window) if doubt.side < 0 else None
        if alone == STUCK:
            self._name(STUCK, epoch, doubt, window, 0, 0)
            return
        if self.holds:
            return
        proven = self._proven(epoch, doubt)
        if alone or (doubt.stepped and proven and (doubt.side > 0 or doubt.again)):
            level, lag = proven or (self.ladder.base, 0)
            event = self._name(MISSING if doubt.side > 0 else EXTRA, epoch, doubt, window, level, lag)
            self._count(event, doubt.lo if doubt.side > 0 else doubt.his[level], doubt.proven, lo, his)
            # Not from the suspicion's readings: the loss may have gone on among them.
            self._begin(window, lo, his)

    def _proven(self, epoch: Interval, doubt: Suspicion):
        """(index of age, lag in units) with which neither a slow register nor a late light explains it, or None.

        What is not believed any more needs no proof; else the readings since
        must have shown that they were fresh and prompt.
        """
        ladder = self.ladder
        level, lag = ladder.level, ladder.lag
        if doubt.prompt >= LAG_PASSES:
            lag = ladder.base_lag
        if doubt.evidence.steps[min(ladder.base + 1, ladder.top)] >= _ENOUGH_TO_NAME * self._q:
            level = ladder.base
        late = lag * self._c
        if doubt.side < 0:
            ahead = epoch.lo - late - doubt.his[level]
        else:
            ahead = max(doubt.lo - epoch.hi2[level], doubt.proven if level == ladder.base else -1) - late
        return (level, late) if ahead >= 0 else None

    def _light_alone(self, window: Window):
        """Why the light runs while the register stands: STUCK, EXTRA, or None as long as nobody can tell.

        The meter's own power record tells the two apart, where there is one.
        """
        pulses, least, blind, most = self._since_step
        run = self._c * (window.pa - pulses)
        grain = max(self._step, self._c)
        if blind:
            return STUCK if run >= _ALONE_STEPS * grain else None
        if run >= _STUCK_STEPS * grain and least >= _STUCK_STEPS * self._step_energy:
            return STUCK
        if run >= _ALONE_STEPS * grain and 2 * most * self._step < run * self._step_energy:
            return EXTRA
        return None

    # Events

    def _name(self, kind: str, epoch: Interval, doubt: Suspicion, window: Window, level: int, lag: int) -> Event:
        """The suspicion becomes an event, or goes on as the open one of its kind."""
        self.verdict = kind
        self.suspicion = None
        event = self._event
        if event is not None and event.kind != kind:
            self._close(event, window)
            event = None
        if event is None:
            first, old = epoch.first_lo - lag, epoch.hi2[level] + lag
            if doubt.side < 0:
                first, old = epoch.first_hi, epoch.lo - lag
            event = self._event = Event(self._number(), kind, doubt.window, window.at_ms, doubt.side, first, old)
        event.last_window = window
        event.named_ms = window.at_ms
        self._changed.append(event)
        return event

    def _count(self, event: Event, extreme: int, proven: int, lo: int, his: list) -> None:
        lag = self._c * self.ladder.lag
        event.count(extreme, proven, lo - lag, his[self.ladder.level], self._c)

    def _close_when_settled(self, epoch: Interval, window: Window, lo: int, his: list) -> None:
        """After a while of agreement the open event is over; its bounds are final.

        Long enough that a light that stood still all the while would have been
        proven again: the register has moved by more than a window can explain.
        """
        event = self._event
        if event is None or window.at_ms - event.named_ms < self._settle_ms:
            return
        if window.register - self._from_register < self._q + self._step + self._c * (window.pb - window.pa + 1):
            return
        self._count(event, lo if event.side > 0 else his[self.ladder.level], 0, lo, his)
        # What only held while nothing more was lost is given up with it.
        fresh = Interval(lo, his)
        if event.side > 0:
            fresh.lo, fresh.first_lo = epoch.lo, epoch.first_lo
        else:
            fresh.hi, fresh.hi2, fresh.first_hi = epoch.hi, epoch.hi2, epoch.first_hi
        self.epoch = fresh
        self._tops = [Interval(*self._part(register, window)) for register in window.parts]
        self._close(event, window)

    def _close(self, event: Event, window) -> None:
        event.last_window = window
        event.open = False
        self._event = None
        self._changed.append(event)

    def _while_stuck(self, stepped: bool, window: Window, lo: int, his: list) -> None:
        """A stuck register that moves again anchors a new epoch."""
        event = self._event
        if stepped and event is not None:
            self.restart()
            self._begin(window, lo, his)
            self._close(event, window)
