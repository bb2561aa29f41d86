"""What one reading contributes to the cross-check."""


class Window:
    """A reading's window; energies are in the check's unit, `at_ms` is its end.

    `register` is the checked energy (one register, or the sum of both),
    `parts` the single registers when the sum is checked, else ().  `pb` is the
    count at the window's end, `pas` the counts that were certain at the request
    less each of the Ladder's ages.  `energy` is what the meter's power record
    says has flowed since the reading before, (least, most) in mW ms, None where
    there is no such record.
    """

    def __init__(self, at_ms: int, register: int, parts, pas, pb: int, energy):
        self.at_ms = at_ms
        self.register = register
        self.parts = parts
        self.pas = pas
        self.pb = pb
        self.energy = energy
        # The count at the window's start as the check believed it then.
        self.pa = pas[-1]
