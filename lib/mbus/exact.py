"""Exact decimals as a pair of integers: `mantissa` x 10 ** `exponent`.

No float ever stands for a quantity: an ESP32's floats have 24 bits of
mantissa, and 99 990 kWh plus one pulse is 99 990 kWh to them.
"""


def to_text(mantissa: int, exponent: int) -> str:
    """The decimal without exponent: (12345, -2) is "123.45", (12, 3) "12000"."""
    if exponent >= 0:
        return str(mantissa * 10**exponent if exponent else mantissa)
    if mantissa < 0:
        return "-" + to_text(-mantissa, exponent)
    digits = str(mantissa)
    if len(digits) <= -exponent:
        digits = "0" * (1 - exponent - len(digits)) + digits
    return digits[:exponent] + "." + digits[exponent:]
