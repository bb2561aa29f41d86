"""A meter's clock: set and shown as type F of EN 13757-3 (minute, hour, day, month, year).

    byte 0: minute (bits 0-5), time invalid (7)
    byte 1: hour (0-4), hundreds of years from 1900 (5-6), summer time (7)
    byte 2: day (0-4), year's low bits (5-7)
    byte 3: month (0-3), year's high bits (4-7)

It shows the minutes that have passed since it was set, and the century and
summer-time bits that it was set with.
"""

_DAY = 1440
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_KEPT_BITS = 0xE0


class MeterClock:
    """`ms()` counts the milliseconds that pass; `start` is what it shows first (4 bytes)."""

    def __init__(self, ms, start=b"\x00\x2c\x41\x31"):
        self._ms = ms
        self.set(start)

    def set(self, raw):
        """Whether the clock takes the time `raw`."""
        minute, hour = raw[0] & 63, raw[1] & 31
        day, month = raw[2] & 31, raw[3] & 15
        year = raw[2] >> 5 | raw[3] >> 1 & 0x78
        date = 1 <= month <= 12 and year < 100 and 1 <= day <= _length(year, month)
        if raw[0] & 0x80 or minute > 59 or hour > 23 or not date:
            return False
        self._minutes = _days(year, month, day) * _DAY + hour * 60 + minute
        self._bits = raw[1] & _KEPT_BITS
        self._set_ms = self._ms()
        return True

    def shown(self):
        """The time now, 4 bytes as in a record."""
        days, minutes = divmod(self._minutes + (self._ms() - self._set_ms) // 60000, _DAY)
        year, month, day = _date(days)
        hour, minute = divmod(minutes, 60)
        return bytes((minute, hour | self._bits, day | (year & 7) << 5, month | year >> 3 << 4))


def _length(year, month):
    return 29 if month == 2 and year % 4 == 0 else _MONTHS[month - 1]


def _days(year, month, day):
    """Days since the first of January of year 0 (2000: a leap year, and so is every fourth behind it)."""
    before = sum(_length(year, m) for m in range(1, month))
    return year * 365 + (year + 3) // 4 + before + day - 1


def _date(days):
    year = 0
    while days >= 365 + (year % 4 == 0):
        days -= 365 + (year % 4 == 0)
        year += 1
    month = 1
    while days >= _length(year, month):
        days -= _length(year, month)
        month += 1
    return year % 100, month, days + 1
