"""From the database to what a report shows: the fleet's lines, and everything of one meter."""

from dataclasses import dataclass
from datetime import tzinfo

from .model import MeterReport, Standing, worst_first
from .series import Series, gaps_in, moved, until
from .store import Store
from .zone import SECOND, Bucket, buckets, step_for


@dataclass
class Range:
    """[start, end) in whole seconds, and the steps in which energy is summed up."""

    start: int
    end: int
    step: str
    zone: tzinfo
    buckets: list[Bucket]


def range_of(start: int, end: int, step: str | None, zone: tzinfo) -> Range:
    start = start // SECOND * SECOND
    end = max(start + SECOND, -(-end // SECOND) * SECOND)
    step = step or step_for(start, end)
    return Range(start, end, step, zone, buckets(start, end, step, zone))


def fleet_of(store: Store, wanted: list[tuple[str, str]], during: Range) -> list[Standing]:
    """A line for each meter, the worst first; gaps are not looked for yet."""
    now, silent = store.now(), store.silent()
    edges, falls = store.edges(during.start, during.end), store.falls(during.start, during.end)
    lines = []
    for pair in wanted:
        verdict, low, high, last = now.get(pair, (None, None, None, None))
        energy = _energy(store, pair, edges.get(pair), pair in falls, during)
        lines.append(Standing(*pair, verdict, low, high, last, *energy, None, None, pair[0] in silent))
        lines[-1].read = _is_read(edges.get(pair), last, during)

    return worst_first(lines)


def _is_read(edges: tuple | None, last: int | None, during: Range) -> bool:
    """Whether any reading is in the range; of one without a register only the very last is looked at."""
    first = edges[1] if edges else None
    return bool(first and first.ts < during.end) or (last is not None and during.start <= last < during.end)


def _energy(store: Store, pair, edges, falls: bool, during: Range) -> tuple[int | None, int | None]:
    """(import, export) of the range, mWh: from four readings, or from all where a register fell between them."""
    if edges is None:
        return None, None
    first, last = edges[1], edges[2]
    if falls or (first and last and (_fell(first.imported, last.imported) or _fell(first.exported, last.exported))):
        series = Series(during.start, during.end, during.buckets, [])
        series.take_all(store.readings(pair, during.start, during.end))
        return _sum(series, "imported"), _sum(series, "exported")
    return _across(edges, "imported", during), _across(edges, "exported", during)


def _sum(series: Series, name: str) -> int | None:
    known = [value for row in series.energy if (value := getattr(row, name)) is not None]
    return sum(known) if known else None


def _fell(before: int | None, now: int | None) -> bool:
    return before is not None and now is not None and now < before


def _across(edges: tuple, name: str, during: Range) -> int | None:
    """What flowed between the range's ends: steps over them are shared by time."""
    start, end = during.start, during.end
    before, first, last, behind = edges
    # Where nothing was read in the range, what was is beyond its ends.
    if first is not None and first.ts >= end:
        first = None
    if last is not None and last.ts < start:
        last = None
    points = [each for each in (before, first, last, behind) if each is not None]
    parts = []
    for one, two in zip(points, points[1:], strict=False):
        a, b = getattr(one, name), getattr(two, name)
        if a is None or b is None:
            continue
        step = moved(a, b)
        given = until(step, one.ts, two.ts, start) if one.ts < start < two.ts else 0
        so_far = until(step, one.ts, two.ts, end) if one.ts < end < two.ts else step
        # A step that ends before the range, or begins behind it, has no part of it.
        parts.append(so_far - given if two.ts > start and one.ts < end else 0)
    return sum(parts) if parts else None


def look_for_gaps(store: Store, lines: list[Standing], during: Range) -> None:
    """Fill in how often and how long nothing was read."""
    for line in lines:
        gaps = _gaps(store, (line.gateway, line.meter), during)
        line.gaps = len(gaps)
        line.gap_s = sum(min(gap.end, during.end) - max(gap.start, during.start) for gap in gaps) // SECOND


def _gaps(store: Store, pair: tuple[str, str], during: Range) -> list:
    found = gaps_in(store.moments(pair, during.start, during.end), during.end)
    return [gap for gap in found if gap.end > during.start and gap.start < during.end]


def meter_of(store: Store, pair: tuple[str, str], during: Range) -> MeterReport:
    gaps = _gaps(store, pair, during)
    series = Series(during.start, during.end, during.buckets, gaps)
    series.take_all(store.readings(pair, during.start, during.end))
    return MeterReport(
        *pair,
        series.energy,
        series.power,
        series.line,
        series.verdicts,
        gaps,
        store.captures(pair, during.start, during.end),
        store.events(pair, during.start, during.end),
        series.count,
        series.first,
        series.last,
    )
