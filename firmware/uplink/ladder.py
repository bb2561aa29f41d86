"""How old a register may be in a telegram, and how late the light: believed only as far as it was tested.

The profile says how often the meter brings its register up to date.  But a
meter that does so more slowly, or a light that lags by a pulse or two, looks
like lost pulses and false ones by turns.  So the check begins with the longest
age of a ladder (the profile's refresh, twice that, ... the longest believed)
and comes down as evidence grows: when exp(-3.5) of the chances is left, that is enough.
The first contradiction may be an accident and only takes the check up again;
from the second on nothing younger than what it showed is believed.

The same for the light: it is believed to lag by up to two pulses until enough
readings have been where it would have shown.  Without a lag D is known to two
pulses at the worst, with one of two only to less; so where less than two pulses
are left of D, one of lag is believed for longer.
"""

from mbus._const import const

from .evidence import Evidence

# Steps of evidence: twice the exponent.
_ENOUGH = const(7)
# The profile's own refresh has no rung below it, so it wants more.
_ENOUGH_FOR_FIRST = const(40)
_FORGIVEN = const(60)
_MOST_FAILS = const(5)
_LAG_PASSES = const(8)
LAG_MOST = const(2)


class Ladder:
    """`ages`: ms, rising from the profile's refresh.  `level`: the index of the one that is believed.

    `base`: the youngest that is not contradicted.  `lag`: the pulses by which
    the light may be late, `base_lag`: by which it has been.  step: q in units.
    most_ms: the longest refresh believed; where it is not above refresh_ms the
    meter is known, and nothing is learnt.
    """

    def __init__(self, refresh_ms: int, most_ms: int, step: int):
        self.ages = [refresh_ms]
        while self.ages[-1] < most_ms:
            self.ages.append(min(max(2 * self.ages[-1], 500), most_ms))
        self._step = step
        self.top = len(self.ages) - 1
        self.base = self.base_lag = 0
        self._evidence = Evidence(self.ages)
        self._fails = 0
        self._prompt = [0, 0]
        self._narrow = True
        # What could be nothing else: registers that were old, a light that lagged.
        self._slow = self._late = 0
        self._find()

    def _find(self) -> None:
        steps = self._evidence.steps
        enough = self._step * 2 * _ENOUGH << min(self._fails, _MOST_FAILS)
        level = min(self.base + 1, self.top)
        # What lies between a rung and the next is in between in evidence as well.
        while level < self.top and steps[level] + steps[level + 1] < enough:
            level += 1
        if not self.base and self.top and steps[1] >= _ENOUGH_FOR_FIRST * self._step:
            level = 0
        self.level = level
        self.lag = self.base_lag
        if self.top:
            if self._prompt[1] < _LAG_PASSES:
                self.lag = LAG_MOST
            elif self._narrow and self._prompt[0] < _LAG_PASSES:
                self.lag = max(self.lag, 1)
        # Nothing more can be won by tests.
        self.is_settled = not self.top or (not level and self._prompt[0] >= _LAG_PASSES)

    def agreed(self, known, window, pulse: int, prompt: int) -> None:
        """A reading agreed with what is `known` of D (an Interval); in units, like pulse.

        prompt: the lag of the light, 1...2, that it would have shown; 0: none.
        """
        if self.is_settled:
            return
        base = self.base
        top = known.hi2[base]
        width = top - known.lo
        # E at the window's start, above the register, and D's own width.
        behind = top + pulse * (window.pas[base] + 2) - window.register + width
        evidence = self._evidence
        evidence.agreed(window, base, pulse, self._step, behind)
        if prompt:
            self._narrow = width < LAG_MOST * pulse
            for lag in range(LAG_MOST):
                self._prompt[lag] += prompt <= lag + 1
        if self._fails == 1 and base < self.top and evidence.steps[base + 1] >= _FORGIVEN * self._step:
            self._fails = 0
        self._find()

    def contradicted(self, index: int, excess: int, pulse: int) -> None:
        """Registers no older than ages[index] (the top: whatever their age) cannot explain what readings said.

        excess: by how much, in units, they contradict each other with the base's age.
        """
        self._fails += 1
        # One that is explained by both is taken for both, and told as neither.
        if excess > LAG_MOST * pulse:
            self._slow += 1
        elif index == self.top:
            self._late += 1
        if self._fails > 1:
            self.base = max(self.base, min(index + 1, self.top))
            if excess <= LAG_MOST * pulse:
                self.base_lag = LAG_MOST
        self._prompt = [0, 0]
        self._evidence = Evidence(self.ages)
        self._find()

    def learnt_ms(self):
        """The refresh that is believed in the profile's stead; None while that seems right."""
        return self.ages[self.base] if self.base and self._slow else None

    @property
    def has_lagged(self) -> bool:
        """Whether the light has been late, and nothing else can explain it."""
        return self._late > 1
