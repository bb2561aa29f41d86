"""A record's value as text, for people and for JSON: numbers, dates, texts and bytes.

A board that reads a known meter does not import this: it wants integers.
"""

from . import dates
from .exact import to_text
from .record import LVAR, integer_of_variable


def text(record):
    """(value, None) or (None, why there is none) of a Record.

    Numbers are exact decimals without exponent, dates local time, texts as they
    read, manufacturer data and long binary hex in wire order.
    """
    if record.is_manufacturer:
        return _hex(record.data), None
    meaning = record.meaning
    if meaning.error:
        return None, meaning.error
    try:
        if meaning.is_date:
            return _or_why(dates.text(record.data), "no valid date")
        if record.dib[0] & 0x0F == LVAR:
            return _variable(record)
        number = record.number()
    except ValueError as e:
        return None, str(e)
    return _or_why(None if number is None else to_text(number[0], number[1]), "no valid value")


def _or_why(value, why: str):
    return (value, None) if value is not None else (None, why)


def _variable(record):
    """Data of variable length (EN 13757-3, 6.3.4): its first byte says of what kind."""
    kind = record.data[0]
    body = record.data[1:]
    if kind < 0xC0:
        # The last character is sent first; pads are of no interest.
        return "".join([chr(b) for b in reversed(body)]).strip(" \0"), None
    if kind < 0xE0:
        number = integer_of_variable(kind, body)
        if number is None:
            return None, "no valid value"
        meaning = record.meaning
        return to_text(number * meaning.multiplier, meaning.exponent), None
    return _hex(body), None


def _hex(data) -> str:
    return "".join(["%02x" % b for b in data])
