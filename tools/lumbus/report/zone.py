"""Time zones: moments in milliseconds of UTC, and the hours, days and months of a place on earth.

A day has 23, 24 or 25 hours, and begins when the clock there first shows 0:00, or what comes right behind where it
jumps over that.  An hour begins at a full hour of the clock, which in some places is at half an hour of UTC.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from ..trouble import USAGE, Trouble

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# How finely energy is summed up, from the finest; `auto` takes the first that fits the range.
STEPS = ("minute", "ten-minutes", "hour", "day", "month")
# No more columns than this in a picture, and rows in its table.
MOST_COLUMNS = 400
_LOCALTIME = Path("/etc/localtime")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d)?")
_FINE = {"minute": MINUTE, "ten-minutes": 10 * MINUTE}


@dataclass(frozen=True)
class Bucket:
    """From `start` until before `end`, ms of UTC."""

    start: int
    end: int


def zone_named(name: str | None) -> tzinfo:
    """The zone of an IANA name; the computer's own for None.  Trouble for an unknown one."""
    if name is None:
        return _local()
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Trouble(f"--timezone {name}: is none that this computer knows: give one like Europe/Berlin", USAGE)


def _local() -> tzinfo:
    """With its rules for summer and winter, not only with the offset of today."""
    try:
        name = os.environ.get("TZ", "").removeprefix(":")
        if name:
            return ZoneInfo(name)
        with _LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file, key=_name_of(_LOCALTIME))
    except (KeyError, ValueError, OSError):
        # A zone written out, such as CET-1CEST: today's offset is the best that can be had of it.
        return datetime.now().astimezone().tzinfo or UTC


def _name_of(link: Path) -> str:
    """Europe/Berlin of /usr/share/zoneinfo/Europe/Berlin."""
    return str(link.resolve()).partition("zoneinfo/")[2] or "local"


def local(ms: int, zone: tzinfo) -> datetime:
    """The moment on a clock there."""
    # Adding to it would forget which of two equal hours it is.
    return datetime.fromtimestamp(ms // SECOND, zone).replace(microsecond=ms % SECOND * 1000)


def moment(when: datetime) -> int:
    """ms of UTC of a time with a zone."""
    return int(when.timestamp()) * SECOND


def day_start(day: date, zone: tzinfo) -> int:
    return moment(datetime(day.year, day.month, day.day, tzinfo=zone))


def parse_from(text: str, zone: tzinfo) -> int:
    """The start of a day (2026-11-01), or a minute of it (2026-11-01T06:00)."""
    return moment(_parsed("--from", text, zone))


def parse_to(text: str, zone: tzinfo) -> int:
    """The end of a day, which belongs to it whole; or a minute."""
    when = _parsed("--to", text, zone)
    if len(text) > 10:
        return moment(when)
    return day_start(when.date() + timedelta(days=1), zone)


def _parsed(option: str, text: str, zone: tzinfo) -> datetime:
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise Trouble(f"{option} {text}: must be a day such as 2026-11-01, or with a time, 2026-11-01T06:00", USAGE)


def step_for(start: int, end: int) -> str:
    """The step that gives a readable number of columns."""
    long = end - start
    if long <= 30 * MINUTE:
        return "minute"
    if long <= 6 * HOUR:
        return "ten-minutes"
    if long <= 3 * DAY + HOUR:
        return "hour"
    return "day" if long <= 93 * DAY else "month"


def buckets(start: int, end: int, step: str, zone: tzinfo) -> list[Bucket]:
    """The whole steps that cover [start, end).  Trouble where they are too many."""
    found = []
    at = _floor(start, step, zone)
    while at < end:
        behind = _next(at, step, zone)
        found.append(Bucket(at, behind))
        if len(found) > MOST_COLUMNS:
            raise Trouble(f"more than {MOST_COLUMNS} columns: give a coarser --by, or a shorter --from … --to", USAGE)
        at = behind
    return found


def _floor(ms: int, step: str, zone: tzinfo) -> int:
    there = local(ms, zone)
    if step == "month":
        return day_start(there.date().replace(day=1), zone)
    if step == "day":
        return day_start(there.date(), zone)
    size = _FINE.get(step, HOUR)
    return ms - ((there.minute * MINUTE + there.second * SECOND + ms % SECOND) % size)


def _next(at: int, step: str, zone: tzinfo) -> int:
    there = local(at, zone)
    if step == "month":
        first = there.date().replace(day=1)
        return day_start((first + timedelta(days=32)).replace(day=1), zone)
    if step == "day":
        # Where the clock goes back over midnight the date of `at` may be the day's before; half a day on it is right.
        return day_start(local(at + DAY // 2, zone).date() + timedelta(days=1), zone)
    if step in _FINE:
        return at + _FINE[step]
    behind = at + HOUR
    # A clock that moves by half an hour: its full hour comes earlier.
    return behind - local(behind, zone).minute * MINUTE


def label(bucket: Bucket, step: str, zone: tzinfo) -> str:
    """As a table names it; an hour that comes twice is told by its offset."""
    there = local(bucket.start, zone)
    if step == "month":
        return there.strftime("%Y-%m")
    if step == "day":
        return local(bucket.start + DAY // 2, zone).strftime("%Y-%m-%d")
    text = there.strftime("%Y-%m-%d %H:%M")
    twice = there.replace(fold=1).utcoffset() != there.replace(fold=0).utcoffset()
    return text + there.strftime(" %z") if twice else text


def told(ms: int, zone: tzinfo) -> str:
    """A moment to the minute."""
    return local(ms, zone).strftime("%Y-%m-%d %H:%M")
