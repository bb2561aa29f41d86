"""A record's value as text, for people and for JSON: numbers, dates, texts and bytes.

A board that reads a known meter does not import this: it wants integers.
"""

from . import dates
from .exact import to_text
from .integer import bcd
from .record import LVAR, REAL, integer

_NO_VALUE = (None, "no valid value")


def text(record):
    """(value, None) or (None, why there is none) of a Record.

    Numbers are exact decimals without exponent, dates local time, texts as they
    read, manufacturer data and long binary hex in wire order.
    """
    dif = record.dib[0]
    kind = dif & 15
    if kind == 15:
        return record.data.hex(), None
    meaning = record._meaning or record.meaning
    if meaning.error:
        return None, meaning.error
    data = record.data
    try:
        if meaning.is_date:
            date = dates.text(data)
            return (None, "no valid date") if date is None else (date, None)
        if kind == LVAR:
            return _variable(record)
        number = integer(dif, data, meaning.is_unsigned)
    except ValueError as e:
        return None, str(e)
    if number is None:
        return _NO_VALUE
    exponent = meaning.exponent
    if kind == REAL:
        number, power = number
        exponent += power
    return to_text(number * meaning.multiplier, exponent), None


def _variable(record):
    """Data of variable length (EN 13757-3, 6.3.4): its first byte says of what kind."""
    data = record.data
    kind = data[0]
    if kind < 0xC0:
        # The last character is sent first; pads are of no interest.
        return "".join([chr(b) for b in reversed(data[1:])]).strip(" \0"), None
    if kind >= 0xE0:
        return data[1:].hex(), None
    # The sign is in the kind: an F in the top digit is no digit here.
    if len(data) < 2 or data[-1] > 0x99:
        return _NO_VALUE
    number = bcd(data, 1, len(data) - 1)
    if number is None:
        return _NO_VALUE
    meaning = record.meaning
    return to_text((-number if kind >= 0xD0 else number) * meaning.multiplier, meaning.exponent), None
