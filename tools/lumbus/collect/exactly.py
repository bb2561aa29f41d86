"""JSON of a payload, its decimals kept as the text that they are.

Everything that cannot be what a gateway sent ends as Poison, with a reason for people.
"""

import json
from decimal import Decimal
from typing import Any

MOST_BYTES = 65536
# What both databases keep exactly; no meter has so many.
DIGITS = 15
_WHOLE = 10**DIGITS
# Beyond these powers of ten it is no quantity but an attack, or noise.
_FURTHEST = 30
_DEEPEST = 32


class Poison(Exception):
    """The message cannot be stored; the text says why."""


class Number(str):
    """A decimal as its text, without exponent."""

    __slots__ = ()


def _number(text: str) -> Number:
    if len(text) > DIGITS + 1 or "e" in text or "E" in text:
        value = Decimal(text)
        if (value and not -_FURTHEST <= value.adjusted() <= _FURTHEST) or len(text) > 2 * _FURTHEST:
            raise Poison(f"no quantity is {text[:24]}")
        return Number(f"{value:f}")
    return Number(text)


def _constant(text: str):
    raise Poison(f"{text} is no number in JSON")


_decode = json.JSONDecoder(parse_float=_number, parse_constant=_constant).decode


def decode(payload: bytes) -> tuple[str, dict]:
    """(text, object); decimals are Number."""
    if len(payload) > MOST_BYTES:
        raise Poison(f"{len(payload)} bytes, at most {MOST_BYTES} are taken")
    try:
        text = payload.decode()
        body = _decode(text)
    except UnicodeDecodeError:
        raise Poison("no UTF-8") from None
    except RecursionError:
        raise Poison("nested too deep") from None
    except ValueError as e:
        raise Poison(f"no JSON: {e}") from None
    if type(body) is not dict:
        raise Poison("no JSON object")
    if "\\u" in text:
        _check_texts(body)
    return text, body


def _check_texts(value, depth: int = 0) -> None:
    """What no database takes as text: U+0000, and halves of surrogate pairs."""
    if depth > _DEEPEST:
        raise Poison("nested too deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_texts(key)
            _check_texts(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner, depth + 1)
    elif isinstance(value, str):
        if "\0" in value:
            raise Poison("U+0000 in a text")
        if any("\ud800" <= mark <= "\udfff" for mark in value):
            raise Poison("half of a surrogate pair in a text")


def encode(value: Any) -> str:
    """JSON in ASCII, decimals as they came."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{encode(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(encode, value)) + "]"
    return json.dumps(value)


def decimal(body: dict, key: str) -> str | int | None:
    """A decimal of at most 15 digits, None where it is null or absent."""
    value = body.get(key)
    if value is None:
        return None
    kind = type(value)
    if kind is Number:
        if len(value) > DIGITS and len(value.lstrip("-0.").replace(".", "")) > DIGITS:
            raise Poison(f"{key} has more than {DIGITS} digits")
        return value
    if kind is not int:
        raise Poison(f"{key} is no number")
    if not -_WHOLE < value < _WHOLE:
        raise Poison(f"{key} has more than {DIGITS} digits")
    return value


def whole(body: dict, key: str) -> int | None:
    value = body.get(key)
    if value is None:
        return None
    if type(value) is not int:
        raise Poison(f"{key} is no whole number")
    if not -_WHOLE < value < _WHOLE:
        raise Poison(f"{key} has more than {DIGITS} digits")
    return value


def counted(body: dict, key: str) -> int:
    """A whole number that must be there, 0 or more."""
    value = whole(body, key)
    if value is None:
        raise Poison(f"{key} is missing")
    if value < 0:
        raise Poison(f"{key} is below 0")
    return value


def text(body: dict, key: str, most: int = 64) -> str | None:
    value = body.get(key)
    if value is None:
        return None
    if type(value) is not str:
        raise Poison(f"{key} is no text")
    if len(value) > most:
        raise Poison(f"{key} is longer than {most} characters")
    return value


def rest(body: dict, known: frozenset) -> str | None:
    """What is in it beyond `known`, as JSON; None where nothing is."""
    unknown = body.keys() - known
    return encode({key: value for key, value in body.items() if key in unknown}) if unknown else None
