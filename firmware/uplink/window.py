"""What one reading contributes to the cross-check."""


class Window:
    """A reading's window; energies are in the check's unit, `at_ms` is its end.

    `register` is the checked energy (one register, or the sum of both),
    `parts` the single registers when the sum is checked, else ().  `pa` and
    `pb` are the counts at the window's start and end, `energy` what the meter's
    power record says has flowed at least since the reading before, in mW ms
    (None where there is no such record).
    """

    def __init__(self, at_ms: int, register: int, parts, pa: int, pb: int, energy):
        self.at_ms = at_ms
        self.register = register
        self.parts = parts
        self.pa = pa
        self.pb = pb
        self.energy = energy
