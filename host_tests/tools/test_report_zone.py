"""Days, hours and marks of the report in places with odd clocks; how its numbers are told."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from lumbus.report.series import gaps_in, moved, until
from lumbus.report.ticks import ticks
from lumbus.report.words import adding_up, duration, kwh, percent, watts
from lumbus.report.zone import (
    DAY,
    HOUR,
    MOST_COLUMNS,
    buckets,
    day_start,
    label,
    local,
    parse_from,
    parse_to,
    step_for,
    zone_named,
)
from lumbus.trouble import Trouble

BERLIN = ZoneInfo("Europe/Berlin")


def lengths(first: str, last: str, step: str, zone) -> list[int]:
    """The buckets' lengths in minutes."""
    found = buckets(parse_from(first, zone), parse_to(last, zone), step, zone)
    assert all(a.end == b.start for a, b in zip(found, found[1:], strict=False))
    return [(each.end - each.start) // 60_000 for each in found]


def test_days_are_as_long_as_they_are():
    assert lengths("2026-10-24", "2026-10-26", "day", BERLIN) == [1440, 1500, 1440]
    assert lengths("2026-03-28", "2026-03-30", "day", BERLIN) == [1440, 1380, 1440]
    # There midnight itself is left out, or comes twice.
    assert lengths("2026-09-05", "2026-09-07", "day", ZoneInfo("America/Santiago")) == [1440, 1380, 1440]
    assert lengths("2026-10-31", "2026-11-02", "day", ZoneInfo("America/Havana")) == [1440, 1500, 1440]
    assert lengths("2026-04-04", "2026-04-06", "day", ZoneInfo("America/Santiago")) == [1500, 1440, 1440]


def test_months_and_hours_begin_where_the_clock_says():
    assert [each // 1440 for each in lengths("2026-01-15", "2026-04-02", "month", UTC)] == [31, 28, 31, 30]
    # Half an hour is moved: an hour of that day is short, or long by it.
    assert sorted(set(lengths("2026-04-05", "2026-04-05", "hour", ZoneInfo("Australia/Lord_Howe")))) == [30, 60]
    start = buckets(parse_from("2026-11-01", UTC), parse_to("2026-11-01", UTC), "hour", ZoneInfo("Asia/Kolkata"))[0]
    assert local(start.start, UTC).minute == 30
    assert set(lengths("2026-11-01T10:07", "2026-11-01T11:00", "ten-minutes", UTC)) == {10}


def test_an_hour_that_comes_twice_has_two_names():
    found = buckets(parse_from("2026-10-25", BERLIN), parse_to("2026-10-25", BERLIN), "hour", BERLIN)
    names = [label(each, "hour", BERLIN) for each in found]
    assert len(set(names)) == 25
    assert [name for name in names if " 02:00" in name] == ["2026-10-25 02:00 +0200", "2026-10-25 02:00 +0100"]


def test_too_many_columns_are_refused():
    with pytest.raises(Trouble, match=str(MOST_COLUMNS)):
        buckets(0, (MOST_COLUMNS + 1) * HOUR, "hour", UTC)
    for long in (60_000, HOUR, DAY, 3 * DAY, 90 * DAY, 3000 * DAY):
        assert len(buckets(0, long, step_for(0, long), UTC)) <= 101


def test_the_computers_own_zone(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert local(day_start(datetime(2026, 7, 1).date(), UTC), zone_named(None)).hour == 2
    # Written out it has today's offset alone.
    monkeypatch.setenv("TZ", "XYZ-3")
    assert zone_named(None).utcoffset(None) is not None
    monkeypatch.delenv("TZ")
    assert zone_named(None).utcoffset(datetime(2026, 7, 1)) is not None


@pytest.mark.parametrize(
    "long", [120_000, 25 * 60_000, 3 * HOUR, 8 * HOUR, 3 * DAY, 9 * DAY, 40 * DAY, 500 * DAY, 4000 * DAY]
)
@pytest.mark.parametrize("most", [4, 9])
def test_an_axis_has_some_marks_and_not_too_many(long, most):
    start = parse_from("2026-10-20T03:17", BERLIN)
    found = ticks(start, start + long, BERLIN, most)
    assert 1 <= len(found) <= most
    assert all(start <= at <= start + long for at, _ in found) and [at for at, _ in found] == sorted(
        at for at, _ in found
    )


def test_what_flows_over_a_border_is_shared_and_nothing_is_lost():
    assert moved(5, 9) == 4 and moved(9, 5) == 0
    assert moved(99_999 * 10**6, 1 * 10**6) == 2 * 10**6
    start, border, end = 1000_000, 1003_000, 1007_000
    before = until(10, start, end, border)
    assert before == 4 and until(10, start, end, end) == 10


def test_gaps_are_longer_than_usual():
    times = [n * 60_000 for n in range(20)] + [30 * 60_000, 31 * 60_000]
    assert [(gap.start // 60_000, gap.end // 60_000) for gap in gaps_in(times, 31 * 60_000)] == [(19, 30)]
    # It has not come back.
    assert [(gap.start // 60_000, gap.end // 60_000) for gap in gaps_in(times, 40 * 60_000)] == [(19, 30), (31, 40)]
    assert gaps_in([], 5) == [] and gaps_in([1], 5) == []


def test_numbers_are_told_as_people_read_them():
    assert kwh(1_234_567_500) == "1\u202f234.568" and kwh(None) == "–"
    assert adding_up([400, 400, None, 400]) == [0, 1000, None, 0]
    assert sum(each or 0 for each in adding_up([333_333] * 3)) == 1_000_000
    # Outwards: what is not whole is not told as whole.
    assert percent(Decimal("0.999999"), Decimal("1.000001")) == "99.99…100.01\u202f%"
    assert watts(Decimal("-1234.56")) == "\u22121\u202f235" and watts(Decimal("5.20")) == "5.20"
    assert [duration(each) for each in (0, 59, 3600, 90_061)] == [
        "0\u202fs",
        "59\u202fs",
        "1\u202fh",
        "1\u202fd 1\u202fh",
    ]
