"""From readings in their order to columns, lines and bands.

Energy is counted by the registers alone, as the view energy_hourly counts it: what flowed between two readings on
either side of a border is shared by time, cut off to whole mWh there, so that what one bucket loses the next one has.
So the buckets' sum is what the registers moved, exactly, whatever was not read in between.
"""

from bisect import bisect_right
from collections.abc import Iterable

from .model import Energy, Power, Reading, Span
from .zone import SECOND, Bucket

# So many points has a line at the most.
_POINTS = 360
# A register that stood in its last tenth and stands in its first began again; one that fell otherwise was reset.
_WRAP_MWH = 100_000 * 1_000_000
_HIGH_MWH = _WRAP_MWH // 10 * 9
_LOW_MWH = _WRAP_MWH // 10
# Longer than so many times the usual interval (in tenths) is a gap; usual: nine of ten are no longer.
_GAP_TENTHS = 25


def moved(before: int, now: int) -> int:
    """mWh between two states of a register; 0 where it was reset, for what flowed then is not known."""
    if now >= before:
        return now - before
    return now - before + _WRAP_MWH if before > _HIGH_MWH and now < _LOW_MWH else 0


def until(step: int, start: int, end: int, border: int) -> int:
    """Of the mWh that flowed from start until end, those until the border; moments in ms, shared by whole seconds."""
    begin = start // SECOND
    return step * (border // SECOND - begin) // (end // SECOND - begin)


def gaps_in(moments: list[int], end: int) -> list[Span]:
    """Where readings are missing between these, and until `end` behind the last."""
    steps = sorted(b - a for a, b in zip(moments, moments[1:], strict=False))
    if not steps:
        return []
    usual = steps[(9 * len(steps) + 9) // 10 - 1]
    pairs = list(zip(moments, moments[1:], strict=False))
    if end > moments[-1]:
        pairs.append((moments[-1], end))
    return [Span(a, b, "gap") for a, b in pairs if 10 * (b - a) > _GAP_TENTHS * usual]


class Series:
    """Takes readings by `take`: those of the range [start, end), the last before and the first behind it."""

    def __init__(self, start: int, end: int, buckets: list[Bucket], gaps: list[Span]):
        self.energy = [Energy(each) for each in buckets]
        self.power = [Power(each) for each in buckets]
        width = max(1, -(-(end - start) // _POINTS))
        self.line = [Power(Bucket(at, min(at + width, end))) for at in range(start, end, width)]
        self.verdicts: list[Span] = []
        self.count = 0
        self.first: Reading | None = None
        self.last: Reading | None = None
        self._start, self._end, self._width = start, end, width
        self._starts = [each.start for each in buckets]
        self._gaps = gaps
        self._behind_gaps = {gap.end for gap in gaps}
        # (moment, mWh) of each register when it was read last.
        self._imported: tuple[int, int] | None = None
        self._exported: tuple[int, int] | None = None

    def take_all(self, readings: Iterable[Reading]) -> None:
        for each in readings:
            self.take(each)
        self._mark_shared()

    def take(self, reading: Reading) -> None:
        if reading.imported is not None:
            self._flowed("imported", self._imported, reading.ts, reading.imported)
            self._imported = reading.ts, reading.imported
        if reading.exported is not None:
            self._flowed("exported", self._exported, reading.ts, reading.exported)
            self._exported = reading.ts, reading.exported
        if not self._start <= reading.ts < self._end:
            return
        bucket = bisect_right(self._starts, reading.ts) - 1
        for power in (self.power[bucket], self.line[(reading.ts - self._start) // self._width]):
            power.register.take(reading.power)
            power.light.take(reading.light)
        self._verdict(reading)
        self.count += 1
        self.first = self.first or reading
        self.last = reading

    def _flowed(self, name: str, before: tuple[int, int] | None, now: int, register: int) -> None:
        """Share out what flowed since this register was read last."""
        if before is None:
            return
        since, stood = before
        step = moved(stood, register)
        at = max(0, bisect_right(self._starts, since) - 1)
        given = self._until(step, since, now, max(since, self._start))
        while at < len(self.energy):
            row = self.energy[at]
            if row.bucket.start > now:
                return
            border = min(row.bucket.end, self._end)
            so_far = self._until(step, since, now, border)
            if border > since:
                setattr(row, name, (getattr(row, name) or 0) + so_far - given)
            given = so_far
            if border >= now:
                return
            at += 1

    @staticmethod
    def _until(step: int, since: int, now: int, border: int) -> int:
        if border > now:
            return step
        return 0 if border <= since else until(step, since, now, border)

    def _mark_shared(self) -> None:
        for gap in self._gaps:
            at = max(0, bisect_right(self._starts, gap.start) - 1)
            while at < len(self.energy) and self.energy[at].bucket.start < gap.end:
                row = self.energy[at]
                row.shared = bool(row.imported or row.exported)
                at += 1

    def _verdict(self, reading: Reading) -> None:
        spans = self.verdicts
        what = reading.verdict or "unchecked"
        broken = reading.ts in self._behind_gaps
        if spans and not broken:
            spans[-1].end = reading.ts
        if not spans or broken or spans[-1].what != what:
            spans.append(Span(reading.ts, reading.ts, what))
