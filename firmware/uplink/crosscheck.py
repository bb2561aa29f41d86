"""The cross-check of a meter's register against its light, by set membership.

Let q be the register's step, c the pulse's weight, R a register reading, P the
count of pulses, E the true energy.  While no pulse is lost or added there is a
constant D with

    D + c P <= E < D + c P + c        (the light sums energy in one accumulator)

at every moment.  A reading says that at some moment of its window (first
request less the register's refresh period ... last byte) E was in [R, R + q).
In that window the count was between Pa (at its start) and Pb (at its end), so

    R - c Pb - c < D < R + q - c Pa

and every reading narrows D.  An empty intersection cannot happen while the
above holds, whatever the load does.

Which register: where the configuration declares energy in one direction, its
register alone.  Else the sum of both, with 2 q (each register hides less than
one step), and beside it each register alone, upwards only: pulses of the other
direction can only lower that register's D.

An empty intersection opens a *suspicion* (a late register or a lagging light
empties it too, and then comes back).  It is named when it has outlived
`settle_ms` and one further step of the register:

* register ahead: `pulses_missing`;
* pulses ahead and the register steps on, or the meter's own power says that it
  should not have: `pulses_extra`;
* pulses ahead, the register stands, and the meter's own power says that it
  should have moved by two steps: `register_stuck`.

All quantities are integers in the unit of `units`; times are milliseconds of
any monotonic clock that the caller has.  Nothing here reads a clock.
"""

from mbus._const import const

from .event import Event
from .interval import Interval
from .suspicion import CAME_BACK, TURNED, Suspicion
from .window import Window

LEARNING = "learning"
AGREE = "agree"
MISSING = "pulses_missing"
EXTRA = "pulses_extra"
STUCK = "register_stuck"

# With no register step and no power to explain them, so many steps of pulses are enough.
_ALONE_STEPS = const(8)
_STUCK_STEPS = const(2)


class CrossCheck:
    """Feed it windows; it keeps the epoch, the verdict and the events.

    step, pulse: q and c in units.  step_energy: q in mW ms.  settle_ms: how long
    a suspicion must last.  one_way: energy is declared to flow in one direction.
    number: gives the next event its number, unique for this boot.
    """

    def __init__(self, step: int, pulse: int, step_energy: int, settle_ms: int, one_way: bool, number):
        self._q = step if one_way else 2 * step
        self._step = step
        self._c = pulse
        self._step_energy = step_energy
        self._settle_ms = settle_ms
        self._last = None
        self._last_bounds = 0, 0
        self._changed = []
        self._from_register = 0
        self._event = None
        self._number = number
        self.withdrawn = 0
        self.restart()

    def restart(self) -> None:
        """Begin a new epoch: nothing is known of D; an open event is left as it is."""
        self.epoch = None
        self.verdict = LEARNING
        self.suspicion = None
        self._tops = {}
        self._stepped = False
        self._since_step = [0, 0, 0]

    def take(self, window: Window) -> list:
        """Judge one reading: sets `verdict`; the Events that were named or changed by it."""
        self._changed = []
        lo, hi = self._bounds(window.register, self._q, window)
        epoch = self.epoch or self._begin(window, lo, hi)
        stepped = self._note_step(window)
        doubt = self.suspicion
        if self.verdict == STUCK:
            self._while_stuck(stepped, window, lo, hi)
        elif doubt is None:
            self._compare(epoch, window, lo, hi)
        else:
            self._weigh(epoch, doubt, stepped, window, lo, hi)
        self._last = window
        self._last_bounds = lo, hi
        return self._changed

    def end(self) -> list:
        """The check is over (another meter, a register that fell): the open Event, closed, if any."""
        self._changed = []
        if self._event is not None:
            self._close(self._event, self._last)
        return self._changed

    def _begin(self, window: Window, lo: int, hi: int) -> Interval:
        """A new epoch that knows what one reading says."""
        self.epoch = Interval(lo, hi)
        self._tops = {}
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
        return lo + self._c * sure, hi + self._c * (count + 1)

    def _believed(self, epoch: Interval):
        """The bounds of D that hold whichever way an open suspicion ends."""
        if self.verdict == STUCK:
            # A standing register pulls `hi` down before it is found out; the first one is safe.
            return epoch.lo, epoch.first_hi
        doubt = self.suspicion
        event = self._event
        if doubt is None:
            if event is None:
                return epoch.lo, epoch.hi
            # The loss may go on: D moves to one side, and only the last reading bounds it there.
            lo, hi = self._last_bounds
            return (epoch.lo, hi) if event.side > 0 else (lo, epoch.hi)
        # Of the readings since, only the last one is later than all that was lost up to it.
        lo, hi = self._last_bounds
        if doubt.side > 0:
            return epoch.first_lo, max(epoch.hi, hi)
        return min(epoch.lo, lo), epoch.first_hi

    # What a reading says

    def _bounds(self, register: int, q: int, window: Window):
        return register - self._c * window.pb - self._c, register + q - self._c * window.pa

    def _note_step(self, window: Window) -> bool:
        """Whether the register moved since the reading before; adds up what ran meanwhile."""
        last = self._last
        if last is None or window.register != last.register:
            self._since_step = [window.pb, 0, 0]
            if last is not None:
                self._stepped = True
            return last is not None
        if window.energy is None:
            self._since_step[2] += 1
        else:
            self._since_step[1] += window.energy
        return False

    def _calm(self) -> str:
        """The verdict of an epoch with nothing against it; an open event wants more than that."""
        return AGREE if self._stepped and self._event is None else LEARNING

    # No suspicion

    def _compare(self, epoch: Interval, window: Window, lo: int, hi: int) -> None:
        side = epoch.side(lo, hi) or self._side_of_parts(window)
        if side:
            self.suspicion = Suspicion(side, window, lo, hi)
            self.verdict = LEARNING if self._event is None else self._event.kind
            return
        epoch.narrow(lo, hi)
        self._lower_tops(window)
        self._close_when_settled(epoch, window, lo, hi)
        self.verdict = self._calm()

    def _side_of_parts(self, window: Window) -> int:
        """+1 where one register alone is ahead of all that the light can explain."""
        for index, register in enumerate(window.parts):
            top = self._tops.get(index)
            if top is not None and self._bounds(register, self._step, window)[0] >= top:
                return 1
        return 0

    def _lower_tops(self, window: Window) -> None:
        for index, register in enumerate(window.parts):
            top = self._bounds(register, self._step, window)[1]
            self._tops[index] = min(top, self._tops.get(index, top))

    # A suspicion is open

    def _weigh(self, epoch: Interval, doubt: Suspicion, stepped: bool, window: Window, lo: int, hi: int) -> None:
        ending = doubt.weigh(epoch, stepped, window, lo, hi)
        if ending == CAME_BACK:
            self.withdrawn += 1
            self.suspicion = None
            epoch.narrow(lo, hi)
            self.verdict = self._calm()
        elif ending == TURNED:
            self.suspicion = Suspicion(-doubt.side, window, lo, hi)
        elif doubt.is_due(window.at_ms, self._settle_ms):
            self._name_if_proven(epoch, doubt, window, lo, hi)

    def _name_if_proven(self, epoch: Interval, doubt: Suspicion, window: Window, lo: int, hi: int) -> None:
        alone = self._light_alone(window) if doubt.side < 0 else None
        if alone == STUCK:
            self._name(STUCK, epoch, doubt, window)
        elif doubt.stepped or alone:
            event = self._name(MISSING if doubt.side > 0 else EXTRA, epoch, doubt, window)
            event.count(doubt.extreme, lo, hi, self._c)
            # Not from the suspicion's readings: the loss may have gone on among them.
            self._begin(window, lo, hi)

    def _light_alone(self, window: Window):
        """Why the light runs while the register stands: STUCK, EXTRA, or None as long as nobody can tell.

        The meter's own power record tells the two apart, where there is one.
        """
        pulses, energy, blind = self._since_step
        run = self._c * (window.pa - pulses)
        if blind:
            return STUCK if run >= _ALONE_STEPS * self._step else None
        if run >= _STUCK_STEPS * self._step and energy >= _STUCK_STEPS * self._step_energy:
            return STUCK
        if run >= _ALONE_STEPS * self._step and 2 * energy * self._step < run * self._step_energy:
            return EXTRA
        return None

    # Events

    def _name(self, kind: str, epoch: Interval, doubt: Suspicion, window: Window) -> Event:
        """The suspicion becomes an event, or goes on as the open one of its kind."""
        self.verdict = kind
        self.suspicion = None
        event = self._event
        if event is not None and event.kind != kind:
            self._close(event, window)
            event = None
        if event is None:
            event = self._event = Event(self._number(), kind, epoch, doubt.side, doubt.window, window.at_ms)
        event.last_window = window
        event.named_ms = window.at_ms
        self._changed.append(event)
        return event

    def _close_when_settled(self, epoch: Interval, window: Window, lo: int, hi: int) -> None:
        """After a while of agreement the open event is over; its bounds are final.

        Long enough that a light that stood still all the while would have been
        proven again: the register has moved by more than a window can explain.
        """
        event = self._event
        if event is None or window.at_ms - event.named_ms < self._settle_ms:
            return
        if window.register - self._from_register < self._q + self._step + self._c * (window.pb - window.pa + 1):
            return
        event.count(lo if event.side > 0 else hi, lo, hi, self._c)
        # What only held while nothing more was lost is given up with it.
        if event.side > 0:
            epoch.hi = epoch.first_hi = hi
        else:
            epoch.lo = epoch.first_lo = lo
        self._close(event, window)

    def _close(self, event: Event, window) -> None:
        event.last_window = window
        event.open = False
        self._event = None
        self._changed.append(event)

    def _while_stuck(self, stepped: bool, window: Window, lo: int, hi: int) -> None:
        """A stuck register that moves again anchors a new epoch."""
        event = self._event
        if stepped and event is not None:
            self.restart()
            self._begin(window, lo, hi)
            self._close(event, window)
