"""What ran while the register stood: the evidence that tells a stuck register from false pulses.

The meter's own power record tells the two apart, where there is one.
"""

from mbus._const import const

from .window import Window

EXTRA = "pulses_extra"
STUCK = "register_stuck"

# With no register step and no power to explain them, so many steps of pulses are enough.
_ALONE_STEPS = const(8)
_STUCK_STEPS = const(2)


class SinceStep:
    """step, pulse: q and c in units; step_energy: q in mW ms."""

    def __init__(self, step: int, pulse: int, step_energy: int):
        self._step = step
        self._c = pulse
        self._step_energy = step_energy
        self.restart(0)

    def restart(self, pulses: int) -> None:
        """The register has moved, by a window whose end had so many pulses."""
        self._pulses = pulses
        self._least = self._most = self._blind = 0

    def stood(self, window: Window) -> None:
        """A reading with the same register."""
        if window.energy is None:
            self._blind += 1
        else:
            self._least += window.energy[0]
            self._most += window.energy[1]

    def why(self, window: Window):
        """Why the light runs alone: STUCK, EXTRA, or None as long as nobody can tell."""
        run = self._c * (window.pa - self._pulses)
        grain = max(self._step, self._c)
        if self._blind:
            return STUCK if run >= _ALONE_STEPS * grain else None
        if run >= _STUCK_STEPS * grain and self._least >= _STUCK_STEPS * self._step_energy:
            return STUCK
        if run >= _ALONE_STEPS * grain and 2 * self._most * self._step < run * self._step_energy:
            return EXTRA
        return None
