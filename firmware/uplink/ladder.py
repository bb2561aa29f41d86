"""How old a register may be in a telegram, and how late the light: believed only as far as it was tested.

The profile says how often the meter brings its register up to date.  But a
meter that does so more slowly, or a light that lags by a pulse or two, looks
like lost pulses and false ones by turns.  So the check begins with the longest
age of a ladder (the profile's refresh, twice that, ... the longest believed)
and comes down as evidence grows.  Were a register up to an age old, and E' the
energy that flows in such a time, readings would differ by up to E' in what they say of D,
and one in 2 q / E' of them would contradict the others.  So many readings without a
contradiction that exp(-10) is left of that chance are enough.  A contradiction takes the
check up the ladder again; it stays there, except after the first: one late
register may be an accident.

The same for the light: it is believed to lag by up to two pulses until readings
taken right behind a step of the register have shown that it does not.
"""

from mbus._const import const

# Steps of evidence: twice the exponent.
_ENOUGH = const(20)
# The profile's own refresh has no rung below it, so it wants more.
_ENOUGH_FOR_FIRST = const(60)
_FORGIVEN = const(60)
_LAG_PASSES = const(10)
_LAG_MOST = const(2)
_MOST_FAILS = const(5)
_MOST_EVIDENCE = const(1 << 29)


class Ladder:
    """`ages`: ms, rising from the profile's refresh.  `level`: the index of the one that is believed.

    `base`: the youngest that nothing contradicts.  `lag`: the pulses by which
    the light may be late.  most_ms: the longest refresh believed; where it is
    not above refresh_ms the meter is known, and nothing is learnt.
    """

    def __init__(self, refresh_ms: int, most_ms: int):
        self.ages = [refresh_ms]
        while self.ages[-1] < most_ms:
            self.ages.append(min(max(2 * self.ages[-1], 500), most_ms))
        self.top = len(self.ages) - 1
        self.base = 0
        self._evidence = [0] * (self.top + 1)
        self._fails = 0
        self._lag_passed = 0
        self._lag_fails = 0
        self._enough = 1
        self._find()

    def _find(self) -> None:
        evidence = self._evidence
        enough = _ENOUGH * self._enough
        level = min(self.base + 1, self.top)
        while level < self.top and evidence[level] < enough:
            level += 1
        if not self.base and self.top and evidence[1] >= _ENOUGH_FOR_FIRST * self._enough:
            level = 0
        self.level = level
        self.lag = _LAG_MOST if self.top and self._lag_passed < _LAG_PASSES else 0
        # Nothing more can be won by tests.
        self.is_settled = not level and not self.lag

    def agreed(self, pas, pulse: int, step: int, width: int) -> None:
        """A reading agreed with the others as if no register were older than ages[base].

        pas: counts at the ages; width: what is not known of D.  In units, like pulse and step.
        """
        self._enough = step
        evidence = self._evidence
        known = pas[self.base] * pulse - width
        for k in range(self.base + 1, self.top + 1):
            told = known - pulse * pas[k]
            if told > 0:
                evidence[k] = min(evidence[k] + min(told, step), _MOST_EVIDENCE)
        if self._fails == 1 and self.base < self.top and evidence[self.base + 1] >= _FORGIVEN * step:
            self._fails = self.base = 0
            self._forget()
        self._find()

    def _forget(self) -> None:
        for k in range(self.top + 1):
            self._evidence[k] = 0

    def older(self, index: int) -> None:
        """A reading's register was older than ages[index]."""
        self._fails += 1
        self.base = max(self.base, min(index + 1, self.top))
        self._forget()
        self._find()

    def prompt(self) -> None:
        """A reading that would have shown a light that lags did not."""
        self._lag_passed += 1
        self._find()

    def lagged(self) -> None:
        """A reading was ahead of the light by no more than it may lag."""
        self._lag_fails = min(self._lag_fails + 1, _MOST_FAILS)
        self._lag_passed = -(_LAG_PASSES << self._lag_fails)
        self._find()

    def learnt_ms(self):
        """The refresh that is believed in the profile's stead; None while that seems right."""
        return self.ages[self.base] if self._fails > 1 else None

    @property
    def has_lagged(self) -> bool:
        """Whether the light has been late more often than once."""
        return self._lag_fails > 1
