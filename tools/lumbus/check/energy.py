"""The energy that has flowed by any moment, exactly, and when the LED's accumulator is full.

Between two steps of the load everything is linear, so nothing has to be run
through pulse by pulse.  Times are microseconds since the start of the run.
Energy is counted in mW us times `scale`, the least in which the weight of a
pulse is a whole number.
"""

import math
from bisect import bisect_right

from .load import DAY, Load

# 1 Wh in mW us, and the weight of a pulse times its constant.
WH = 3_600_000_000_000
KWH = 1000 * WH
# So many days are remembered: the past is asked for by minutes only.
_KEPT_DAYS = 3


class Energy:
    """constant: of the LED, imp/kWh.  phase: what its accumulator holds at the start, 0 ... 1 of a pulse."""

    def __init__(self, load: Load, constant: int, phase: float = 0.0):
        common = math.gcd(KWH, constant)
        self.scale = constant // common
        self.pulse = KWH // common
        self._load = load
        self._phase = int(phase * self.pulse)
        self._day = 0
        self._lengths: list[int] = []
        self.starts: list[int] = []
        self.powers: list[int] = []
        self.imports: list[int] = []
        self.exports: list[int] = []
        self._end = 0
        self._flowed = (0, 0)
        self._i = 0

    def power_mw(self, at: int) -> int:
        return self.powers[self.find(at)] // self.scale

    def both(self, at: int) -> tuple[int, int]:
        """(imported, exported) by `at`."""
        i = self.find(at)
        flowed = self.powers[i] * (at - self.starts[i])
        if flowed >= 0:
            return self.imports[i] + flowed, self.exports[i]
        return self.imports[i], self.exports[i] - flowed

    def both_far(self, at: int) -> tuple[int, int]:
        """`both` of a moment far ahead; the days before it are forgotten."""
        while self._end <= at:
            self._grow()
        return self.both(at)

    def count(self, at: int) -> int:
        """How often the LED's accumulator was full by `at`."""
        i = self.find(at)
        light = self.imports[i] + self.exports[i] + self._phase
        return (light + abs(self.powers[i]) * (at - self.starts[i])) // self.pulse

    def held(self, at: int) -> int:
        """What the LED's accumulator holds at `at`, less than a pulse."""
        return (sum(self.both(at)) + self._phase) % self.pulse

    def pulse_at(self, number: int, latest: int) -> int:
        """When the count reached `number`: at or before `latest`, else `latest` + 1."""
        wanted = number * self.pulse - self._phase
        i = self._before(self.find(latest), wanted)
        power = abs(self.powers[i])
        if not power:
            return latest + 1
        held = self.imports[i] + self.exports[i]
        at = self.starts[i] - (held - wanted) // power
        return at if at <= latest else latest + 1

    def find(self, at: int) -> int:
        """The index of the step that `at` lies in."""
        i = self._i
        starts = self.starts
        if i + 1 < len(starts) and starts[i] <= at < starts[i + 1]:
            return i
        while at >= self._end:
            self._grow()
        self._i = i = bisect_right(starts, at) - 1
        return i

    def _before(self, i: int, wanted: int) -> int:
        """The step in which the accumulator came to `wanted`, from step i backwards."""
        while i and self.imports[i] + self.exports[i] >= wanted:
            i -= 1
        return i

    def _grow(self) -> None:
        """Append a day; forget the oldest."""
        imported, exported = self._flowed
        steps = self._load(self._day)
        ends = [at for at, _ in steps[1:]] + [(self._day + 1) * DAY]
        for (at, power_mw), end in zip(steps, ends, strict=True):
            power = power_mw * self.scale
            self.starts.append(at)
            self.powers.append(power)
            self.imports.append(imported)
            self.exports.append(exported)
            if power > 0:
                imported += power * (end - at)
            else:
                exported -= power * (end - at)
        self._flowed = imported, exported
        self._day += 1
        self._end = self._day * DAY
        self._lengths.append(len(steps))
        if len(self._lengths) > _KEPT_DAYS:
            old = self._lengths.pop(0)
            for kept in (self.starts, self.powers, self.imports, self.exports):
                del kept[:old]
