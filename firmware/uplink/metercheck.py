"""From a telegram's numbers and the light's count to a checked reading.

Joins the registers' tracks, the light and the cross-check of one meter, and
fills in a Reading what they say.  Knows no bus, no clock and no asyncio.
"""

from mbus._const import const

from .crosscheck import CrossCheck
from .decimals import rescale
from .ladder import Ladder
from .register import Register
from .units import Units
from .window import Window

IMPORT = "import"
EXPORT = "export"
BOTH = "both"

_MW_MS_PER_WH = 3600000000
_MILLI = const(-3)


class MeterCheck:
    """One meter's check.  `direction` is which energy is declared: import, export or both.

    settle_ms and number: see crosscheck.  Units are those of the profile (`units`).
    """

    def __init__(self, profile, light, direction: str, settle_ms: int, number):
        self._profile = profile
        self._light = light
        self._settle_ms = settle_ms
        self._number = number
        self.direction = direction
        self.units = Units(profile.register_step_wh, profile.pulse_constant)
        self._ladder = Ladder(profile.refresh_ms, profile.refresh_most_ms, self.units.step)
        self._pas = [0] * len(self._ladder.ages)
        self.check = self._make_check()
        self.restart()

    def restart(self) -> list:
        """Forget the registers and the epoch: another meter hangs on the line.

        Gives the event that was open, closed, if there was one.
        """
        wrap = self.units.of_wh(self._profile.register_wrap_kwh, 3)
        self._registers = {IMPORT: Register(wrap), EXPORT: Register(wrap)}
        self._power = None
        self._idle = None
        happened = []
        self._new_check(happened)
        return happened

    def _new_check(self, happened: list) -> None:
        happened += self.check.end()
        self.check = self._make_check()

    def _make_check(self) -> CrossCheck:
        step_energy = self._profile.register_step_wh * _MW_MS_PER_WH
        one_way = self.direction != BOTH
        units = self.units
        return CrossCheck(units.step, units.pulse, step_energy, self._settle_ms, one_way, self._ladder, self._number)

    @property
    def verdict(self) -> str:
        return self.check.verdict

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
            window = self._window(reading, values, list(self._pas), pulses)
            happened += self.check.take(window)
        self._fill(reading, pulses)
        return happened

    def _follow(self, reading, happened: list):
        """{role: register in units} with wraps undone, or None where a needed one is missing."""
        values = {}
        for role, register in self._registers.items():
            number = reading.numbers.get(role)
            if number is None:
                continue
            values[role], fell = register.take(self.units.of_wh(number[0], number[1]))
            if fell:
                happened.append(("register_fell", role))
                self._new_check(happened)
        needed = (IMPORT, EXPORT) if self.direction == BOTH else (self.direction,)
        if any(role not in values for role in needed):
            reading.flags.append("register_missing")
            return None
        self._watch_idle(values, happened)
        return values

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
            self._new_check(happened)
        self._idle = other

    def _window(self, reading, values: dict, pas: list, pb: int) -> Window:
        parts = (values[IMPORT], values[EXPORT]) if self.direction == BOTH else ()
        register = sum(parts) if parts else values[self.direction]
        return Window(reading.at_ms, register, parts, pas, pb, self._energy(reading))

    def _energy(self, reading):
        """What the power record says has flowed at least since the last reading, mW ms."""
        number = reading.numbers.get("power")
        if number is None:
            self._power = None
            return None
        power = abs(rescale(number[0], number[1], _MILLI))
        last = self._power
        self._power = (reading.at_ms, power)
        if last is None:
            return 0
        return min(power, last[1]) * (reading.at_ms - last[0])

    def _fill(self, reading, pulses: int) -> None:
        reading.pulses = pulses
        reading.verdict = self.check.verdict
        light = self._light
        reading.light_power_mw, reading.light_power_max = light.power(reading.at_ms)
        if light.may_have_lost:
            reading.flags.append("light_may_have_lost")
        if self.check.suspicion is not None:
            reading.flags.append("suspicion")
        total = self.check.total(light.history.at(reading.at_ms), pulses)
        if total is None:
            return
        low = self.units.floor_mwh(total[0])
        high = self.units.ceil_mwh(total[1])
        reading.fused_mwh = (low + high) // 2
        reading.bound_mwh = max(high - reading.fused_mwh, reading.fused_mwh - low)
