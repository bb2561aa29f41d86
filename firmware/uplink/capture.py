"""What the light caught: pulses seen against pulses that the register proves, for each day, as an interval.

A day is a day of UTC, or 24 h of uptime while no clock is known.  The register
moved by its reading, give or take a step; so the ratio has two ends.
"""

from mbus._const import const

_DAY_MS = const(86400000)
_MILLION = const(1000000)


class Capture:
    """step, pulse: q and c in units (2 q for a sum of two registers).

    `low`, `high`: the last whole day's ratio in millionths, None before; `pulses`: how many were seen in it.
    """

    def __init__(self, step: int, pulse: int):
        self._step = step
        self._pulse = pulse
        self._from = None
        self.low = self.high = self.pulses = None

    def take(self, day_ms: int, register: int, pa: int, pb: int) -> bool:
        """A reading; whether a day has ended with it.  day_ms: any clock that counts days."""
        day = day_ms // _DAY_MS
        began = self._from
        if began is not None and began[0] == day:
            return False
        self._from = day, register, pa, pb
        if began is None:
            return False
        moved = register - began[1]
        if moved <= self._step:
            self.low = self.high = self.pulses = None
            return False
        # By the registers' moments the count had been between these.
        least, most = pa - began[3], pb - began[2] + 1
        self.pulses = pb - began[3]
        self.low = least * self._pulse * _MILLION // (moved + self._step)
        self.high = -(-most * self._pulse * _MILLION // (moved - self._step))
        return True
