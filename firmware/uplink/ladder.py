"""How old a register may be in a telegram, and how late the light: believed only as far as it was tested.

The profile says how often the meter brings its register up to date.  But a
meter that does so more slowly, or a light that lags by a pulse or two, looks
like lost pulses and false ones by turns.  So the check begins with the longest
age of a ladder (the profile's refresh, twice that, ... the longest believed)
and and comes down as evidence grows.  A reading soon after the register's step
shows that the register was fresh: were it up to an age old, it would rather
have shown the value before, and that would have contradicted the other
readings.  The chances multiply; when exp(-4) is left that is enough.
The first contradiction may be an accident and only takes the check up again;
from the second on nothing younger than what it showed is believed.

The same for the light: it is believed to lag by up to two pulses until readings
taken right behind a step of the register have shown that it does not.
"""

from mbus._const import const

# Steps of evidence: twice the exponent.
_ENOUGH = const(7)
# The profile's own refresh has no rung below it, so it wants more.
_ENOUGH_FOR_FIRST = const(40)
_FORGIVEN = const(60)
_MOST = const(1 << 29)
_MOST_FAILS = const(5)
_APART_MS = const(60000)
LAG_PASSES = const(3)
LAG_MOST = const(2)


class Evidence:
    """How much speaks against each age; in units, where a step is one of the docstring above."""

    def __init__(self, ages: list):
        self.steps = [0] * len(ages)
        self._room = 0
        self._at_ms = None

    def agreed(self, at_ms: int, base: int, pas, pulse: int, step: int, behind: int) -> None:
        """A reading agreed with the others as if no register were older than ages[base].

        pas: counts at the ages; behind: the energy since the register's last
        step at the most, with what is not known of D.  In units, like pulse and step.

        Were registers up to ages[k] old, with `told` the energy that flows in
        such a time, the reading would have agreed with a chance of behind / told only.
        Readings soon after one another may all find registers of the same age:
        there is room for so much evidence in a time.
        """
        steps = self.steps
        if self._at_ms is not None:
            self._room = min(self._room + step * (at_ms - self._at_ms) // _APART_MS, 2 * step)
        self._at_ms = at_ms
        room = self._room
        used = 0
        known = pas[base] * pulse
        behind = max(behind, pulse)
        for k in range(base + 1, len(steps)):
            told = known - pulse * pas[k]
            if told <= behind:
                continue
            twos = 0
            while told >= 2 * behind:
                told //= 2
                twos += 1
            # Twice the logarithm, in thousandths; between powers of two a chord, which lies below.
            doubled = 1386 * twos + 1386 * (told - behind) // behind
            gain = min(step * doubled // 1000, room)
            used = max(used, gain)
            steps[k] = min(steps[k] + gain, _MOST)
        self._room -= used


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
            for lag, passes in enumerate(self._prompt):
                if passes < LAG_PASSES:
                    self.lag = max(self.lag, lag + 1)
        # Nothing more can be won by tests.
        self.is_settled = not level and not self.lag

    def agreed(self, at_ms: int, pas, pulse: int, behind: int, prompt: int) -> None:
        """A reading agreed (see Evidence); prompt: the lag, 0...2, that it would have shown."""
        self._evidence.agreed(at_ms, self.base, pas, pulse, self._step, behind)
        for lag in range(LAG_MOST):
            self._prompt[lag] += 0 < prompt <= lag + 1
        if self._fails == 1 and self.base < self.top and self._evidence.steps[self.base + 1] >= _FORGIVEN * self._step:
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
