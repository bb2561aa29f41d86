"""A record's value as text, for people and for JSON: numbers, dates, texts and bytes.

Dates and times (annex A) are local time, because meters know no zone.  Type G:
2 bytes, a date.  Type F: 4 bytes, date and time to the minute.  Type I: 6
bytes, to the second.  Type J: 3 bytes, a time of day.  All bits zero or all one
mean that there is no date.

A number's text has at most 120 characters, any other twice the record's bytes.

A board that reads a known meter does not import this: it wants integers.
"""

from .exact import to_text
from .integers import LVAR, bcd
from .record import REAL, integer
from .vib import as_hex

_NO_VALUE = (None, "no valid value")


def text(record):
    """(value, None) or (None, why there is none) of a Record.

    Numbers are exact decimals without exponent, dates local time, texts as they
    read, manufacturer data and long binary hex in wire order.
    """
    dif = record.dib[0]
    kind = dif & 15
    if kind == 15:
        return as_hex(record.data), None
    meaning = record._meaning or record.meaning
    if meaning.error:
        return None, meaning.error
    data = record.data
    try:
        if meaning.is_date:
            date = date_text(data)
            return (None, "no valid date") if date is None else (date, None)
        if kind == LVAR:
            return _variable(record)
        if kind == REAL:
            exact = record.number()
            return (to_text(exact[0], exact[1]), None) if exact else _NO_VALUE
        number = integer(dif, data, meaning.is_unsigned)
    except ValueError as e:
        return None, str(e)
    return _NO_VALUE if number is None else (to_text(number * meaning.multiplier, meaning.exponent), None)


def _variable(record):
    """Data of variable length (EN 13757-3, 6.3.4): its first byte says of what kind."""
    data = record.data
    kind = data[0]
    if kind < 0xC0:
        # The last character is sent first; pads are of no interest.
        return "".join([chr(b) for b in reversed(data[1:])]).strip(" \0"), None
    if kind >= 0xE0:
        return as_hex(data[1:]), None
    # The sign is in the kind: an F in the top digit is no digit here.
    if len(data) < 2 or data[-1] > 0x99:
        return _NO_VALUE
    number = bcd(data, 1, len(data) - 1)
    if number is None:
        return _NO_VALUE
    meaning = record.meaning
    return to_text((-number if kind >= 0xD0 else number) * meaning.multiplier, meaning.exponent), None


def date_text(data) -> str | None:
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
        return _clock(data[2], data[1], data[0])
    if size == 4:
        # Bit 7 of the minutes: the time is invalid.
        invalid = data[0]
        date = _date(data[2], data[3], data[1] >> 5 & 3)
        clock = _clock(data[1], invalid, 0)
    else:
        invalid = data[1]
        date = _date(data[3], data[4], None)
        clock = _clock(data[2], invalid, data[0])
    return None if invalid & 0x80 or date is None or clock is None else date + "T" + clock


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
    hour &= 31
    minute &= 63
    second &= 63
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ("%02d:%02d:%02d" % (hour, minute, second))[: 8 if second else 5]
