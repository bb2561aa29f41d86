"""The unit in which the cross-check counts: the largest that divides step and pulse.

A pulse is 1000/constant Wh, a register step some Wh.  Both are whole multiples
of one unit, so that every sum is exact.  For the M1PRO 40 the unit is one
pulse, 0.2 Wh, a step is 50 of it and the wrap at 100 000 kWh 5 x 10^8, which
is still a small integer (below 2^30) on the board.
"""


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


class Units:
    """`pulse` and `step` in units; conversions to Wh as exact or rounded-out integers.

    step_wh: the register's step, 1...1000 Wh; constant: 1...100 000 imp/kWh.
    """

    def __init__(self, step_wh: int, constant: int):
        common = _gcd(1000, constant * step_wh)
        self.pulse = 1000 // common
        self.step = constant * step_wh // common
        self._step_wh = step_wh

    def of_wh(self, mantissa: int, exponent: int) -> int:
        """mantissa x 10^exponent Wh in units, rounded down (a register stands at or below E)."""
        scaled = mantissa * self.step
        if exponent >= 0:
            return scaled * 10**exponent // self._step_wh
        return scaled // (self._step_wh * 10**-exponent)

    def wh(self, units: int) -> int:
        """A register of whole steps in Wh."""
        return units * self._step_wh // self.step

    def floor_mwh(self, units: int) -> int:
        """Units in mWh, rounded down."""
        return units * self._step_wh * 1000 // self.step

    def ceil_mwh(self, units: int) -> int:
        """Units in mWh, rounded up."""
        return -(-units * self._step_wh * 1000 // self.step)
