"""Dates and times of EN 13757-3, annex A, as local time: meters know no zone.

Type G: 2 bytes, a date.  Type F: 4 bytes, date and time to the minute.
Type I: 6 bytes, date and time to the second.  Type J: 3 bytes, a time of day.
All bits zero or all one mean that there is no date.
"""


def text(data) -> str | None:
    """2014-03-13, 2014-03-13T11:11 (:30 where seconds are said) or 11:11:30; None for no valid date.

    ValueError where the data has no date's length.
    """
    size = len(data)
    if size not in (2, 3, 4, 6):
        raise ValueError("%d bytes are no date" % size)
    if not any(data) or min(data) == 0xFF:
        return None
    if size == 2:
        return _date(data[0], data[1], None)
    if size == 3:
        return _clock(data[2] & 31, data[1] & 63, data[0] & 63)
    if size == 4:
        # Bit 7 of the minutes: the time is invalid.
        if data[0] & 0x80:
            return None
        century = data[1] >> 5 & 3
        return _join(_date(data[2], data[3], century), _clock(data[1] & 31, data[0] & 63, 0))
    if data[1] & 0x80:
        return None
    return _join(_date(data[3], data[4], None), _clock(data[2] & 31, data[1] & 63, data[0] & 63))


def _join(date, clock):
    return None if date is None or clock is None else date + "T" + clock


def _date(low: int, high: int, century):
    """Day and month with the seven bits of the year; `century` of type F, 0...3."""
    day = low & 31
    month = high & 15
    year = low >> 5 | (high & 0xF0) >> 1
    if not 1 <= day <= 31 or not 1 <= month <= 12 or year > 99:
        # Year 127 means every year: no date that can be written down.
        return None
    if century:
        year += 1900 + 100 * century
    else:
        year += 2000 if year <= 80 else 1900
    return "%04d-%02d-%02d" % (year, month, day)


def _clock(hour: int, minute: int, second: int):
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ("%02d:%02d:%02d" % (hour, minute, second)) if second else "%02d:%02d" % (hour, minute)
