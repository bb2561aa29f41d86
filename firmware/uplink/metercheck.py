"""From a telegram's numbers and the light's count to a checked reading.

Joins the registers' tracks, the light and the cross-check of one meter, and
fills in a Reading what they say.  Knows no bus, no clock and no asyncio.
"""

from mbus._const import const

from .capture import Capture
from .crosscheck import CrossCheck
from .decimals import rescale
from .ladder import Ladder
from .memory import Memory
from .plausible import Plausible
from .register import FELL, OLD, WRAPPED, Register
from .standing import Standing
from .units import Units
from .window import Window

IMPORT = "import"
EXPORT = "export"
BOTH = "both"
WRONG_CONSTANT = "pulse_constant_wrong"

_MW_MS_PER_WH = 3600000000
_FRESH_MS = const(8000)


class MeterCheck:
    """One meter's check.  `direction` is which energy is declared: import, export or both.

    settle_ms and number: see crosscheck.  state: what `saved` gave before the
    last start, None where there is nothing.  Units are those of the profile (`units`).
    """

    def __init__(self, profile, light, direction: str, settle_ms: int, number, state=None):
        self._profile = profile
        self._light = light
        self._settle_ms = settle_ms
        self._number = number
        self.direction = direction
        self.units = Units(profile.register_step_wh, profile.pulse_constant)
        self._ladder = Ladder(profile.refresh_ms, profile.refresh_most_ms, self.units.step)
        self._pas = [0] * len(self._ladder.ages)
        self._told_refresh = None
        self._told_lag = False
        self.memory = Memory(state)
        self._standing = Standing(number)
        self._begin(self.memory.registers)

    def _begin(self, registers: dict) -> None:
        """Everything that is known of the meter that hangs on the line."""
        wrap = self.units.of_wh(self._profile.register_wrap_kwh, 3)
        self._registers = {}
        for role in (IMPORT, EXPORT):
            self._registers[role] = Register(wrap, *registers.get(role, (0, None)))
        self._window = None
        self._idle = None
        self._power = None
        self._plausible = Plausible(self._profile.pulse_constant)
        self._new_check()

    def _new_check(self) -> None:
        units = self.units
        width = 1 if self.direction != BOTH else 2
        energy = self._profile.register_step_wh * _MW_MS_PER_WH
        one_way = width == 1
        self.check = CrossCheck(units.step, units.pulse, energy, self._settle_ms, one_way, self._ladder, self._number)
        self.capture = Capture(width * units.step, units.pulse)
        # A meter that is known for certain has the constant that is written on it.
        known = not self._ladder.top
        self._constants = None
        if not known:
            from .constants import Constants

            self._constants = Constants(self._profile.pulse_constant, width * self._profile.register_step_wh)
        self.is_wrong = False

    def meet(self, identity: str) -> list:
        """What happened when a meter answered as `identity`: another one hangs there, or the first one is known."""
        before = self.memory.identity
        self.memory.identity = identity
        if before is None or before == identity:
            return []
        happened = self.restart()
        happened.append(("meter_exchanged", "was " + before))
        return happened

    def restart(self) -> list:
        """Forget the registers and the epoch; gives the events that were open, closed."""
        happened = self.check.end() + self._standing.end()
        self.memory.forget()
        self._ladder = Ladder(self._profile.refresh_ms, self._profile.refresh_most_ms, self.units.step)
        self._begin({})
        return happened

    @property
    def verdict(self) -> str:
        return WRONG_CONSTANT if self.is_wrong else self.check.verdict

    def take(self, reading, requested_ms: int) -> list:
        """Check `reading`, whose request went out at `requested_ms`; fills it in.

        Gives what happened: Event objects and (kind, text) pairs, in order.
        """
        light = self._light
        pulses = light.look()
        happened = []
        values = self._follow(reading, happened)
        if values is not None:
            light.history.counts_back(requested_ms, self._ladder.ages, self._pas)
            window = self._window = self._make_window(reading, values, list(self._pas), pulses)
            self._away(values, happened)
            self._judge(window, happened)
            self._keep_day(reading, window)
        self._look_at(reading, requested_ms, pulses, happened)
        self._fill(reading, values, pulses)
        return happened

    # The registers

    def _follow(self, reading, happened: list):
        """{role: register in units} with wraps undone, or None where a needed one is missing."""
        values = {}
        for role, register in self._registers.items():
            number = reading.numbers.get(role)
            if number is None:
                continue
            values[role], way = register.take(self.units.of_wh(number[0], number[1]))
            if way == WRAPPED:
                happened.append(("register_wrapped", role))
            elif way == FELL:
                happened.append(("register_fell", role))
                self._anew(happened)
            elif way == OLD:
                reading.flags.append("register_old")
                del values[role]
        needed = (IMPORT, EXPORT) if self.direction == BOTH else (self.direction,)
        if any(role not in values for role in needed):
            if "register_old" not in reading.flags:
                reading.flags.append("register_missing")
            return None
        self._watch_idle(values, happened)
        return values

    def _anew(self, happened: list) -> None:
        happened += self.check.end()
        self.memory.tally(happened)
        self._new_check()

    def _watch_idle(self, values: dict, happened: list) -> None:
        """Declared one-way energy: the other register must stand, or the check turns to both."""
        if self.direction == BOTH:
            return
        other = values.get(EXPORT if self.direction == IMPORT else IMPORT)
        if other is None:
            return
        if self._idle is not None and other != self._idle:
            happened.append(("other_direction_moved", self.direction))
            self.direction = BOTH
            self._anew(happened)
        self._idle = other

    def _away(self, values: dict, happened: list) -> None:
        """After a start: what the register says that flowed while nobody counted."""
        total = self.memory.away(values, self.units, self.direction)
        if total is not None:
            happened.append(("away", total))

    # The check

    def _make_window(self, reading, values: dict, pas: list, pb: int) -> Window:
        parts = (values[IMPORT], values[EXPORT]) if self.direction == BOTH else ()
        register = sum(parts) if parts else values[self.direction]
        return Window(reading.at_ms, register, parts, pas, pb, self._energy(reading))

    def _energy(self, reading):
        """(least, most) that the power record says has flowed since the last reading, mW ms."""
        number = reading.numbers.get("power")
        if number is None:
            self._power = None
            return None
        power = abs(rescale(number[0], number[1], -3))
        last = self._power
        self._power = (reading.at_ms, power)
        if last is None:
            return 0, 0
        ms = reading.at_ms - last[0]
        return min(power, last[1]) * ms, max(power, last[1]) * ms

    def _judge(self, window: Window, happened: list) -> None:
        constants = self._constants
        if self.is_wrong:
            return
        if constants is not None and constants.is_open:
            units = self.units
            constants.take(units.wh(window.register), window.pas[self._ladder.level], window.pb)
            if constants.looks_like is not None:
                self.is_wrong = True
                text = "looks like %d imp/kWh" % constants.looks_like
                happened += self.check.end()
                happened += self._standing.tell(WRONG_CONSTANT, True, text, window, window.at_ms)
                return
        self.check.holds = constants is not None and constants.is_doubtful()
        events = self.check.take(window)
        self.memory.tally(events)
        happened += events
        refresh = self._ladder.learnt_ms()
        if refresh != self._told_refresh:
            self._told_refresh = refresh
            if refresh is not None:
                happened.append(("refresh_learnt", "%d ms" % refresh))
        if self._ladder.has_lagged and not self._told_lag:
            self._told_lag = True
            happened.append(("light_lag_learnt", "%d pulses" % self._ladder.lag))

    def _keep_day(self, reading, window: Window) -> None:
        day_ms = reading.at_ms if reading.ts_ms is None else reading.ts_ms
        self.capture.take(day_ms, window.register, window.pa, window.pb)

    def _look_at(self, reading, requested_ms: int, pulses: int, happened: list) -> None:
        """The meter's values and the light's own troubles."""
        window = self._window
        light_mw = None
        # The power record may be as old as the registers.
        is_fresh = self._ladder.ages[self._ladder.level] <= _FRESH_MS
        if window is not None and self.verdict == "agree" and is_fresh:
            light_mw = self._light_mw(window, reading.at_ms, reading.at_ms - requested_ms)
        told = self._plausible.look(reading, light_mw)
        told += [(kind, is_so, None) for kind, is_so in self._light.troubles()]
        for kind, is_so, text in told:
            happened += self._standing.tell(kind, is_so, text, window, reading.at_ms)

    def _light_mw(self, window: Window, at_ms: int, took_ms: int):
        history = self._light.history
        # A time in which nobody counted at first says nothing of the power.
        counts = [window.pb - pa if pa >= 0 else 0 for pa in window.pas]
        silence = 0 if history.last_ms is None else at_ms - history.last_ms
        spans = [age + took_ms for age in self._ladder.ages]
        return self._plausible.light_mw(history.gap(), silence, counts, spans, self._ladder.base_lag)

    # The reading

    def _fill(self, reading, values, pulses: int) -> None:
        reading.pulses = pulses
        reading.verdict = self.verdict
        light = self._light
        reading.light_power_mw, reading.light_power_max = light.power(reading.at_ms)
        if light.may_have_lost:
            reading.flags.append("light_may_have_lost")
        if self.check.suspicion is not None and not self.is_wrong:
            reading.flags.append("suspicion")
        total = self._total(reading.at_ms, pulses)
        if total is None:
            return
        reading.fused_mwh, reading.bound_mwh = self._middle(total)
        if values is not None:
            self.memory.keep(self._registers, total, self.units)
            if self.direction == BOTH:
                self._fill_parts(reading, values, total)

    def _total(self, at_ms: int, pulses: int):
        window = self._window
        if not self.is_wrong:
            return self.check.total(self._light.history.at(at_ms), pulses)
        if window is None:
            return None
        # Its pulses cannot be used: the register, and the most that can have flowed while it was read.
        steps = 2 if self.direction == BOTH else 1
        ms = self._profile.refresh_most_ms
        most = self._profile.max_power_w * ms // 3600000 + 1
        return window.register, window.register + steps * self.units.step + self.units.of_wh(most, 0) + 1

    def _fill_parts(self, reading, values: dict, total) -> None:
        """Import and export alone: what is left when the other takes all that it can, and its own register."""
        window = self._window
        if window is None:
            return
        step = self.units.step
        flow = self.units.pulse * (window.pb - window.pas[-1] + 1)
        for role, other in ((IMPORT, EXPORT), (EXPORT, IMPORT)):
            low = max(values[role], total[0] - values[other] - step - flow)
            high = min(values[role] + step + flow, total[1] - values[other])
            if low < high:
                reading.parts_mwh[role] = self._middle((low, high))

    def _middle(self, bounds):
        """(middle, half width) in mWh of (lo, hi) in units."""
        low = self.units.floor_mwh(bounds[0])
        high = self.units.ceil_mwh(bounds[1])
        middle = (low + high) // 2
        return middle, max(high - middle, middle - low)

    def saved(self, now_ms=None) -> str:
        """What is to survive a restart, for kept.Kept; with the total at `now_ms`, as far as the light tells it."""
        if now_ms is not None and self._window is not None:
            self.memory.keep({}, self._total(now_ms, self._light.history.count), self.units)
        return self.memory.to_text(self.direction)
