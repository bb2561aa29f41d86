"""When the next reading is worth most: just before the register is due to step, and just behind.

Far from a step a reading says little: any D of a whole step's width explains
it.  The pulses say when the next step is due.  While D is known roughly, a
reading in the midst of where the step can be halves what is not known.  Once it
is known to a pulse or two, a reading at the last pulse before the step would
show one that came too early (pulses were lost), and a reading as soon as the
register must have stepped one that did not (pulses too many).  While registers may
be older than the profile says, readings right behind a step under a large load put
that to the test.

Polls are saved up and spent: on the mean there are no more of them than one in
`mean_ms`.  None is nearer to the one before than least_ms, and none later than
most_ms.  Where the two are the same, polls are regular but for a small spread, lest
they keep step with the meter's own refresh and always find a register of the same age.
"""

from mbus._const import const

from .outlook import outlook

# Of polls not made while the load was small, so many are kept for later.
_SAVED = const(8)
# The fractional parts of multiples of the golden section are spread evenly: 618/1000.
_GOLDEN = const(618)
_SPREAD = const(4)
_MOST_SPREAD_MS = const(15000)
# A light counted by looks shows a pulse so late.
_LOOK_MS = const(60)
_NARROW = const(2)
_TELLING = const(2)


class PollPlan:
    """mean_ms, least_ms, most_ms: the intervals, least <= mean <= most.

    A poll is due at `latest_ms`; or from `earliest_ms` on when the light's
    count reached `count` (None: never) `delay_ms` ago.
    """

    def __init__(self, mean_ms: int, least_ms: int, most_ms: int, now_ms: int = 0):
        self._mean = mean_ms
        self._least = least_ms
        self._most = most_ms
        self._saved = 0
        self._last_ms = now_ms
        self._grid_ms = now_ms
        self._turn = 0
        self._halves = self._upper = False
        self.earliest_ms = self.latest_ms = now_ms
        self.count = None
        self.delay_ms = 0

    def wait_ms(self, now_ms: int, history) -> int:
        """How long to wait at least, 0 when the poll is due; `history` is the light's, None where there is none."""
        rest = self.latest_ms - now_ms
        if rest <= 0:
            return 0
        if now_ms < self.earliest_ms:
            return self.earliest_ms - now_ms
        target = self.count
        if target is None or history is None:
            return rest
        if history.count < target:
            return min(rest, _LOOK_MS)
        if history.count > target:
            return 0
        return max(0, min(rest, history.last_ms + self.delay_ms - now_ms))

    def after(self, now_ms: int, took_ms: int, check, history) -> None:
        """A poll that took `took_ms` has ended at now_ms: plan the next one.

        check, history: the CrossCheck and its light's history; None where nothing can be foreseen.
        """
        self.count = None
        self._turn += 1
        if self._least >= self._most:
            self._regular(now_ms)
            return
        self._saved = min(self._saved + now_ms - self._last_ms, _SAVED * self._mean) - self._mean
        self._last_ms = now_ms
        self.earliest_ms = now_ms + max(self._least, -self._saved)
        self.latest_ms = now_ms + self._most
        foretold = None if check is None else outlook(check)
        if foretold is None or history is None:
            self.latest_ms = self.earliest_ms = now_ms + self._mean
            return
        self._aim(now_ms, took_ms, foretold, check, history)

    def _regular(self, now_ms: int) -> None:
        self._grid_ms += self._mean
        # After a long conversation those that were missed are not made up for.
        if self._grid_ms < now_ms - self._mean:
            self._grid_ms = now_ms
        spread = min(self._mean // _SPREAD, _MOST_SPREAD_MS)
        self.earliest_ms = self.latest_ms = self._grid_ms + self._turn * _GOLDEN % 1000 * spread // 1000

    def _aim(self, now_ms: int, took_ms: int, foretold, check, history) -> None:
        register, step, pulse, lo, hi, goal = foretold
        gap = history.gap()
        gap_ms = max(1, gap[0] // gap[1] if gap else self._most)
        suspects = check.suspicion is not None
        # As late as may be, so that a register is fresh; but the answer must be here before the next pulse.
        spare = gap_ms - took_ms - 2 * _LOOK_MS
        if spare < 0 and not suspects:
            # A reading tells less while the load is high: nothing saved is spent on it.  And in a row they
            # must not find registers of the same age.
            rest = self._mean // 2 + self._mean * (self._turn * _GOLDEN % 1000) // 1000
            self.earliest_ms = max(self.earliest_ms, now_ms + rest)
        # Where the count will be by the earliest moment, if the load stays.
        passed = history.count + 1 + (self.earliest_ms - now_ms) // gap_ms
        age = check.ladder.ages[check.ladder.base]
        before = _next(register, step, pulse, hi + pulse, passed)
        behind = _next(register, step, pulse, lo - pulse + 1, passed) + 1
        width = -(-(hi - lo) // pulse)
        if not suspects and self._turn % 2 and _is_telling(check.ladder, gap_ms, width):
            # A register as old as is believed would rather show the value before the step: put to the test, but not
            # in a row, where all would be of one age.
            rest = self._mean + 2 * self._mean * (self._turn * _GOLDEN % 1000) // 1000
            self.earliest_ms = max(self.earliest_ms, now_ms + rest)
            passed = history.count + 1 + (self.earliest_ms - now_ms) // gap_ms
            self.count = _next(register, step, pulse, lo - pulse + 1, passed) + 1
            self.delay_ms = age + _LOOK_MS
            return
        if width < _NARROW and not suspects and behind <= before and self._turn % 4:
            self.count = behind
            self.delay_ms = age + _LOOK_MS
            return
        unsure = goal + pulse >= hi if suspects else width >= _NARROW or goal > hi or check.ladder.lag
        self._halves = not self._halves
        if unsure and (width >= _NARROW or self._halves):
            # In the midst of what is not known; of two middles the one, then the other.
            self._upper = not self._upper
            self.count = before + 1 + (width - self._upper) // 2
        else:
            # Only what is above all that is believed proves anything.
            self.count = _next(register, step, pulse, goal + pulse, passed)
        self.delay_ms = max(0, min(age + _LOOK_MS, spare), spare - spare // 8)
        if spare < 0:
            self.count -= 1 + -spare // gap_ms


def _is_telling(ladder, gap_ms: int, width: int) -> bool:
    """Whether a reading right behind a step would say something of the age that is believed: many pulses come in it."""
    return (ladder.ages[ladder.level] - ladder.ages[ladder.base]) // gap_ms >= _TELLING * (width + 2)


def _next(register: int, step: int, pulse: int, d: int, least: int) -> int:
    """The highest count with d + pulse * count <= a step of the register to come, not below `least`."""
    edge = register + step
    short = least * pulse + d - edge
    if short > 0:
        edge += -(-short // step) * step
    return (edge - d) // pulse
