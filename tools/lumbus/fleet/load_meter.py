"""The meter of a simulated device: registers that rise with a load, and readings of them in the application's form.

Energy is counted in mWh, the register shows 10 Wh, a pulse is 0.2 Wh, as with the meter of the profile m1pro40.
"""

import random
from typing import Any

from uplink.reading import Reading

_MS_PER_H = 3_600_000
_STEP_MWH = 10_000
_PULSE_MWH = 200
_BOUND_MWH = 150
_MAINS_MV = 230_000


class LoadMeter:
    """`identity`: 16 hex digits; everything random comes from `dice`."""

    def __init__(self, identity: str, dice: random.Random, at_ms: int):
        self.identity = identity
        self._dice = dice
        self._energy_mwh = dice.randrange(1_000_000) * _STEP_MWH
        self._exported = dice.randrange(1000)
        self._first_pulse = self._energy_mwh // _PULSE_MWH
        self._power_w = dice.randrange(20, 3000)
        # Parts of a mWh, for none may be lost.
        self._rest = 0
        self._at_ms = at_ms
        self.verdict = "agree"

    def read(self, at_ms: int, utc_ms: int) -> Reading:
        """What the meter says now."""
        self._flow(at_ms)
        power = self._power_w
        current_ma = power * 1_000_000 // _MAINS_MV
        reading: Any = Reading(
            self.identity,
            at_ms,
            utc_ms,
            {
                "import": (self._energy_mwh // _STEP_MWH, 1),
                "export": (self._exported, 1),
                "power": (power, 0),
                "voltage": (_MAINS_MV // 100 + self._dice.randrange(-20, 20), -1),
                "current": (current_ma // 10, -2),
                "frequency": (500, -1),
            },
        )
        reading.verdict = self.verdict
        reading.pulses = self._energy_mwh // _PULSE_MWH - self._first_pulse
        reading.fused_mwh = self._energy_mwh // _PULSE_MWH * _PULSE_MWH + _PULSE_MWH // 2
        reading.bound_mwh = _BOUND_MWH
        reading.light_power_mw = power * 1000
        return reading

    def _flow(self, at_ms: int) -> None:
        self._rest += self._power_w * 1000 * (at_ms - self._at_ms)
        self._energy_mwh += self._rest // _MS_PER_H
        self._rest %= _MS_PER_H
        self._at_ms = at_ms
        # Loads are switched now and then.
        if self._dice.random() < 0.1:
            self._power_w = self._dice.randrange(20, 3000)
