"""Readings and texts as compact records for the journal.

    key    00, length of the shape, shape, numbers     a reading, whole
    delta  01, distance, differences                   a reading by its key's shape
    text   02, the text in UTF-8

A shape is all of a reading that is not a number to be counted: who, which start,
which values are there and with which exponent, verdict, flags.  While it stays
the same a reading is told by how its numbers differ from those of the meter's
last key, `distance` records before.  Deltas refer to a key and not to each
other: a damaged record costs itself, or at worst those up to the next key.
"""

from mbus._const import const

from .reading import Reading
from .varint import fold, get, put, unfold

_KEY = const(0)
_DELTA = const(1)
_TEXT = const(2)
_METERS = const(8)

_ROLES = ("import", "export", "power", "voltage", "current", "frequency", "power_factor")
_PARTS = ("import", "export")
_VALUES = ("pulses", "fused_mwh", "bound_mwh", "light_power_mw")
_QUALITIES = (None, "synced", "kept", "dated")


class Records:
    """Packs for one journal, and unpacks in its order."""

    def __init__(self):
        # (meter, group, n, shape, numbers) of each meter's last key.
        self._packed = []
        self._unpacked = []

    def pack(self, thing, n: int, group: int) -> bytes:
        """`thing` (a Reading, or a text) is to be record number `n`; a new `group` begins with keys."""
        if isinstance(thing, str):
            return b"\x02" + thing.encode()
        shape, numbers = _taken_apart(thing)
        out = bytearray()
        for key in self._packed:
            if key[0] == thing.meter and key[1] == group and key[3] == shape:
                out.append(_DELTA)
                put(out, n - key[2])
                _put_all(out, [value - base for value, base in zip(numbers, key[4])])
                return bytes(out)
        _remember(self._packed, (thing.meter, group, n, shape, numbers))
        out.append(_KEY)
        put(out, len(shape))
        out += shape
        _put_all(out, numbers)
        return bytes(out)

    def forget(self) -> None:
        """What was packed last may not have been kept."""
        self._packed = []

    def unpack(self, payload, n: int):
        """The Reading or text of record `n`; ValueError when its key is not there, or it is none of ours."""
        kind = payload[0]
        if kind == _TEXT:
            return str(payload[1:], "utf-8")
        try:
            size, at = get(payload, 1)
            if kind == _KEY:
                shape = bytes(payload[at : at + size])
                numbers = _get_all(payload, at + size)
                reading = _put_together(shape, numbers)
                _remember(self._unpacked, (reading.meter, 0, n, shape, numbers))
                return reading
            for key in self._unpacked:
                if kind == _DELTA and key[2] == n - size:
                    return _put_together(key[3], [a + b for a, b in zip(_get_all(payload, at), key[4])])
        except IndexError:
            pass
        raise ValueError("record %d cannot be read" % n)


def _remember(keys: list, key: tuple) -> None:
    """The last key of each meter, of few meters."""
    keys[:] = [k for k in keys if k[0] != key[0]][1 - _METERS :] + [key]


def _put_all(out: bytearray, numbers: list) -> None:
    for number in numbers:
        put(out, fold(number))


def _get_all(data, at: int) -> list:
    numbers = []
    while at < len(data):
        value, at = get(data, at)
        numbers.append(unfold(value))
    return numbers


def _taken_apart(reading):
    """(shape, numbers) of a Reading."""
    numbers = [reading.seq, reading.at_ms]
    there = _QUALITIES.index(reading.quality)
    for name in _VALUES:
        value = getattr(reading, name)
        there = there << 1 | (value is not None)
        if value is not None:
            numbers.append(value)
    for role in _PARTS:
        there = there << 1 | (role in reading.parts_mwh)
        numbers += reading.parts_mwh.get(role, ())
    shape = bytearray()
    put(shape, there << 1 | reading.light_power_max)
    put(shape, reading.boot)
    if reading.ts_ms is not None:
        # UTC and uptime go together: their difference stays.
        numbers.append(reading.ts_ms - reading.at_ms)
    for role in _ROLES:
        number = reading.numbers.get(role)
        # 0: not there at all; 1: there without a value.
        put(shape, (role in reading.numbers) if number is None else 2 + fold(number[1]))
        if number is not None:
            numbers.append(number[0])
    texts = [reading.meter, reading.verdict or ""] + reading.flags
    return bytes(shape) + ",".join(texts).encode(), numbers


def _put_together(shape: bytes, numbers: list) -> Reading:
    """What _taken_apart() took apart; IndexError where something is missing."""
    there, at = get(shape, 0)
    boot, at = get(shape, at)
    codes = []
    for _ in _ROLES:
        code, at = get(shape, at)
        codes.append(code)
    texts = str(shape[at:], "utf-8").split(",")
    reading = Reading(texts[0], numbers[1], None, {})
    reading.verdict = texts[1] or None
    reading.flags = texts[2:]
    reading.boot = boot
    reading.seq = numbers[0]
    reading.light_power_max = bool(there & 1)
    k = 2
    for bit, name in enumerate(_VALUES):
        if there & 64 >> bit:
            setattr(reading, name, numbers[k])
            k += 1
    for bit, role in enumerate(_PARTS):
        if there & 4 >> bit:
            reading.parts_mwh[role] = (numbers[k], numbers[k + 1])
            k += 2
    reading.quality = _QUALITIES[there >> 7]
    if reading.quality:
        reading.ts_ms = reading.at_ms + numbers[k]
        k += 1
    for role, code in zip(_ROLES, codes):
        if code > 1:
            reading.numbers[role] = (numbers[k], unfold(code - 2))
            k += 1
        elif code:
            reading.numbers[role] = None
    return reading
