"""REAL (IEEE 754, 4 bytes) as an exact decimal: the shortest that reads back the same.

Integers only: a board's floats have 24 bits of mantissa and no way to say
which decimal they stand for.
"""

_MANTISSA = 23
_BIAS = 150
# Nine digits tell all of them apart; `top` may be one too high.
_MOST = 11


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
    top = len(str(value)) - len(str(4 * unit))
    few = 0
    many = _MOST
    digits = ten = 0
    while few < many:
        # Where d digits do, d + 1 do too; but not below a power of two, where the nearest may be the wrong side's.
        count = few if lower_is_near else (few + many) >> 1
        power = top - count
        step, divisor = (4 * unit * 10**power, 1) if power >= 0 else (4 * unit, 10**-power)
        nearest = (2 * value * divisor + step) // (2 * step)
        near = nearest * step
        if low * divisor < near < high * divisor or (even and near in (low * divisor, high * divisor)):
            digits = nearest
            ten = power
            many = count
        else:
            few = count + 1
    return digits, ten
