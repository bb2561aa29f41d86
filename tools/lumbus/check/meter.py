"""What the simulated meter shows on the bus: registers as old as its last refresh, and its other values.

The registers hold the energy rounded down to a step and start again at 0 at the
wrap.  Power, voltage, current and power factor fit each other as well as their
last digits let them.
"""

import random
from collections.abc import Sequence

from .energy import WH, Energy
from .faults import Fault

SECOND = 1_000_000
# From here on the load has a power factor of 1.
_FULL_MW = 10_000_000
_EXPONENTS = {1: 0, 10: 1, 100: 2, 1000: 3}
Numbers = dict[str, tuple[int, int] | None]


class Meter:
    """profile: the firmware's.  refresh_us: how often registers are brought up to date, 0: at every moment.

    checked: 0 where faults of registers hit the import, 1 where the export.
    `bases`: what the registers held at the start, in the energy's unit.
    """

    def __init__(self, energy: Energy, profile, refresh_us: int, seed: int, faults: Sequence[Fault], checked: int = 0):
        chance = random.Random(f"meter {seed}")
        self.energy = energy
        self._step = profile.register_step_wh * WH * energy.scale
        self._wrap = profile.register_wrap_kwh * 1000 // profile.register_step_wh
        self._exponent = _EXPONENTS[profile.register_step_wh]
        # Its clock is not the board's.
        self._refresh_us = refresh_us + refresh_us * chance.randint(-30, 30) // 1_000_000
        self._phase_us = chance.randrange(max(1, refresh_us))
        self.bases = [1_234_000 * WH * energy.scale + chance.randrange(self._step) for _ in range(2)]
        self.bases[1] //= 4
        self.identity = "1625047656254001"
        self._seed = seed
        self._checked = checked
        self._stuck = [f for f in faults if f.kind == "stuck"]
        self._late = [f for f in faults if f.kind == "late"]
        self._jumps = sorted((f for f in faults if f.kind in ("fell", "exchange")), key=lambda f: f.at_us)
        self._values = {kind: [f for f in faults if f.kind == kind] for kind in ("power", "current", "voltage")}
        self._held: tuple[int, int] | None = None
        self._special = bool(self._stuck or self._late or self._jumps)
        self._is_wrong = any(self._values.values())
        # The whole steps that were shown last, the wrap undone; how old they were allowed to be.
        self.shown = (0, 0)
        self.is_true = True

    @property
    def step(self) -> int:
        return self._step

    @property
    def wrap_steps(self) -> int:
        return self._wrap

    def wrap_after(self, flowed: tuple[int, int]) -> None:
        """Let the register wrap when so much has flowed."""
        self.bases[self._checked] = self._wrap * self._step - flowed[self._checked]

    def true(self, at: int) -> tuple[int, int]:
        """The energies that the registers stand for at a moment: exact, the wraps undone."""
        imported, exported = self.energy.both(at)
        return self.bases[0] + imported, self.bases[1] + exported

    def read(self, at: int) -> Numbers:
        """The records of a telegram that is put together at `at`."""
        latched = self._latched(at)
        imported, exported = self._unusual(at, latched) if self._special else self.energy.both(latched)
        step = self._step
        shown = (self.bases[0] + imported) // step, (self.bases[1] + exported) // step
        self.shown = shown
        e = self._exponent
        wrap = self._wrap
        numbers: Numbers = {"import": (shown[0] % wrap, e), "export": (shown[1] % wrap, e)}
        self._tell_values(numbers, latched, at)
        return numbers

    def _latched(self, at: int) -> int:
        period = self._refresh_us
        if not period:
            return at
        return max(0, at - (at - self._phase_us) % period)

    def _unusual(self, at: int, latched: int) -> tuple[int, int]:
        """What the registers have taken in, where something is wrong with them."""
        self.is_true = True
        while self._jumps and self._jumps[0].at_us <= latched:
            self._jump(self._jumps.pop(0))
        for fault in _now(self._stuck, latched):
            self.is_true = False
            if self._held is None:
                self._held = self.energy.both(self._latched(fault.at_us))
            return self._held
        self._held = None
        if self._late and self._late[0].at_us <= at:
            self.is_true = False
            return self.energy.both(max(0, self._latched(at - round(self._late.pop(0).value * SECOND))))
        return self.energy.both(latched)

    def _jump(self, fault: Fault) -> None:
        if fault.kind == "fell":
            kwh = fault.value or 3.21
            fall = round(kwh * 1000) * WH * self.energy.scale
            self.bases[self._checked] -= fall
            return
        chance = random.Random(f"{fault.text} {self._seed}")
        self.identity = f"{chance.randrange(10**8):08d}" + self.identity[8:]
        self.bases = [chance.randrange(self._wrap * self._step // 2) for _ in range(2)]

    def _tell_values(self, numbers: Numbers, latched: int, at: int) -> None:
        power_mw = self.energy.power_mw(latched)
        power_w = (power_mw + 500) // 1000
        size = abs(power_mw)
        # The mains wander slowly, and the power factor falls at small loads.
        voltage = 22_950 + latched // 7_000_003 % 101 + latched // 61_000_009 % 67 - min(size // 60_000, 200)
        factor = 93 if size < 400_000 else 98
        if size > _FULL_MW:
            # More than 48 A cannot be: so much only flows at a higher voltage.
            factor, voltage = 100, max(voltage, -(-size // 480))
        current = _current(size, voltage, factor)
        if self._is_wrong:
            power_w, voltage, current = self._wrongly(at, power_w, voltage, current, power_mw, factor)
        numbers["power"] = (power_w, 0)
        numbers["voltage"] = (voltage, -2)
        numbers["current"] = (current, -2)
        numbers["power_factor"] = (factor if power_mw >= 0 else -factor, -2)

    def _wrongly(self, at: int, power_w: int, voltage: int, current: int, power_mw: int, factor: int):
        for fault in _now(self._values["voltage"], at):
            voltage = round(fault.value * 100)
            current = _current(abs(power_mw), max(1, voltage), factor)
        for fault in _now(self._values["power"], at):
            power_w = round(power_w * fault.value)
        for fault in _now(self._values["current"], at):
            current = round(current * fault.value)
        return power_w, voltage, current


def _current(power_mw: int, voltage: int, factor: int) -> int:
    """Hundredths of an ampere, of mW, hundredths of a volt and of a power factor."""
    return (power_mw * 10_000 // (voltage * factor) + 5) // 10


def _now(faults: list[Fault], at: int) -> list[Fault]:
    return [f for f in faults if f.at_us <= at < f.until_us]
