"""What one would do first: differences of the register against differences of the pulses.

Since the first reading the register and the light have moved by the same
energy.  The register hides up to a step and the light up to a pulse, so the
smallest threshold without false alarms is a step and a pulse.  The cross-check
is compared with this.
"""


class PlainComparison:
    """step, pulse: in one unit."""

    def __init__(self, step: int, pulse: int):
        self._most = step + pulse
        self._pulse = pulse
        self._first: int | None = None

    def take(self, register: int, before: int, by: int) -> bool:
        """Whether the register has moved by more than the light can explain.

        before, by: the counts at the start and the end of the reading's window.
        """
        if self._first is None:
            self._first = register - self._pulse * before
        return register - self._pulse * by - self._first >= self._most
