"""How much readings have said against registers that are older than is believed.

A reading soon after the register's step that shows it says that the register
was fresh: were it up to an age old, it would rather have shown the value
before.  The chances multiply, as long as the readings are independent of each
other.  They are not where they follow upon each other; nor while the load stays
the same, for then the register's steps are evenly apart, and may keep step with
the meter's own refresh.  So there is room for so much evidence in a time, and
for so much from one load: the more loads have been seen, the more.
"""

from mbus._const import const

_MOST = const(1 << 29)
_APART_MS = const(60000)
_SAME_LOAD = const(32)
_OF_A_LOAD = const(10)
_MOST_OF_A_LOAD = const(60)


class Evidence:
    """`steps`: what speaks against each age, in units: a register's step is e to the power of a half."""

    def __init__(self, ages: list):
        self.steps = [0] * len(ages)
        # What may still be taken in now, and from this load.
        self._room = self._left = 0
        # The reading before, and the mean load that the room is for.
        self._at_ms = None
        self._count = self._pulses = self._ms = 0
        # Other loads that have said something, and whether this one has.
        self._loads = self._said = 0

    def agreed(self, window, base: int, pulse: int, step: int, behind: int) -> None:
        """A reading agreed with the others as if no register were older than ages[base].

        behind: the energy since the register's last step at the most, with what
        is not known of D.  In units, like pulse and step.

        Were registers up to ages[k] old, with `told` the energy that flows in
        such a time, the reading would have agreed with a chance of behind / told
        only, where what flows in ages[base] is behind too.
        """
        self._make_room(window, step)
        steps = self.steps
        pas = window.pas
        room = min(self._room, self._left)
        used = 0
        now = window.pb * pulse
        behind = max(behind, pulse) + max(now - pulse * pas[base], 0)
        for k in range(base + 1, len(steps)):
            # What nobody counted speaks against no age.
            told = now - pulse * max(pas[k], 0)
            if told <= behind:
                continue
            twos = 0
            while told >= 2 * behind:
                told //= 2
                twos += 1
            # Twice the logarithm, in thousandths; between powers of two a chord, which lies below.
            doubled = 1386 * twos + 1386 * (told - behind) // behind
            whole = step * doubled // 1000
            gain = min(whole, room)
            used = max(used, gain)
            # What one reading says alone needs no room.
            steps[k] = min(max(steps[k] + gain, whole), _MOST)
        self._room -= used
        self._left -= used
        if used >= step:
            self._said = 1

    def _make_room(self, window, step: int) -> None:
        if self._at_ms is not None:
            ms = window.at_ms - self._at_ms
            self._room = min(self._room + step * ms // _APART_MS, 2 * step)
            self._note_load(window.pb - self._count, ms, step)
        self._at_ms = window.at_ms
        self._count = window.pb

    def _note_load(self, pulses: int, ms: int, step: int) -> None:
        """There is room again when the load has changed, by more than two pulses and a 32nd."""
        now, then = pulses * self._ms, self._pulses * ms
        if self._ms and abs(now - then) <= self._ms + ms + now // _SAME_LOAD:
            return
        self._pulses = pulses
        self._ms = ms
        self._loads += self._said
        self._said = 0
        self._left = min(_OF_A_LOAD * (1 + self._loads), _MOST_OF_A_LOAD) * step
