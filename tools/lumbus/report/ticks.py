"""Where a time axis is marked: at full hours, days and months of the place, and never too closely."""

from datetime import tzinfo

from .zone import DAY, HOUR, MINUTE, buckets, local

# (step of `buckets`, every so many, how it is written)
_FINER = (*(("minute", every, "%H:%M") for every in (1, 2, 5)), *(("ten-minutes", every, "%H:%M") for every in (1, 3)))
_HOURS = tuple(("hour", every, "%H:%M") for every in (1, 2, 3, 6, 12))
_DAYS = tuple(("day", every, "%d %b") for every in (1, 2, 5, 10))
_MONTHS = tuple(("month", every, "%b %Y") for every in (1, 2, 3, 6, 12))
_YEARS = tuple(("month", every, "%Y") for every in (24, 60))
_LENGTH = {"minute": MINUTE, "ten-minutes": 10 * MINUTE, "hour": HOUR, "day": DAY, "month": 28 * DAY}


def ticks(start: int, end: int, zone: tzinfo, most: int) -> list[tuple[int, str]]:
    """At most `most` of (moment, text) within [start, end]."""
    found: list[tuple[int, str]] = []
    for step, every, written in _FINER + _HOURS + _DAYS + _MONTHS + _YEARS:
        # Twice: days of a month are counted anew in each, and months begin earlier than the range.
        if (end - start) // (_LENGTH[step] * every) > 2 * most:
            continue
        found = list(_marked(start, end, zone, step, every, written))
        if len(found) <= most:
            return found
    return found[:: max(1, -(-len(found) // most))]


def _marked(start: int, end: int, zone: tzinfo, step: str, every: int, written: str):
    for bucket in buckets(start, end + 1, step, zone):
        there = local(bucket.start, zone)
        number = {
            "minute": there.minute,
            "ten-minutes": there.minute // 10,
            "hour": there.hour,
            "day": there.day - 1,
            "month": there.year * 12 + there.month - 1,
        }[step]
        if start <= bucket.start <= end and number % every == 0 and not (step == "day" and there.day - 1 >= 30):
            midnight = step == "hour" and there.hour == 0
            yield bucket.start, there.strftime("%d %b" if midnight else written)
