"""REAL (IEEE 754, 4 bytes) as an exact decimal: the shortest that reads back the same.

Integers only: a board's floats have 24 bits of mantissa and no way to say
which decimal they stand for.
"""

_MANTISSA = 23
_BIAS = 150


def decimal(data):
    """(mantissa, exponent) of 4 bytes, least significant first; None for NaN and infinity."""
    bits = data[0] | data[1] << 8 | data[2] << 16 | data[3] << 24
    exponent = bits >> _MANTISSA & 0xFF
    fraction = bits & 0x7FFFFF
    if exponent == 0xFF:
        return None
    if not exponent and not fraction:
        return 0, 0
    if exponent:
        fraction |= 1 << _MANTISSA
    else:
        exponent = 1
    digits, power = _shortest(fraction, exponent - _BIAS, bits & 0x7FFFFF == 0 and exponent > 1)
    return (-digits if bits >> 31 else digits), power


def _shortest(fraction: int, power: int, lower_is_near: bool):
    """The fewest digits whose value rounds to fraction * 2**power.

    The neighbours' midpoints bound it; below a power of two the lower
    neighbour is half as far.
    """
    # Everything times 4 / 2**power or times 4 * 2**-power: whole numbers.
    scale = 1 << power if power > 0 else 1
    unit = 1 if power > 0 else 1 << -power
    value = 4 * fraction * scale
    low = value - (1 if lower_is_near else 2) * scale
    high = value + 2 * scale
    even = fraction % 2 == 0
    ten = _magnitude(value, 4 * unit)
    while True:
        step, divisor = (4 * unit * 10**ten, 1) if ten >= 0 else (4 * unit, 10**-ten)
        digits = (2 * value * divisor + step) // (2 * step)
        near = digits * step
        if low * divisor < near < high * divisor or (even and near in (low * divisor, high * divisor)):
            while digits % 10 == 0:
                digits //= 10
                ten += 1
            return digits, ten
        ten -= 1


def _magnitude(value: int, unit: int) -> int:
    """The power of ten of value / unit, or one more."""
    return len(str(value)) - len(str(unit))
