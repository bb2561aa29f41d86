"""Integers (EN 13757-3, annex A, types B and A), and how many bytes of data a record has.

Nothing is allocated as long as the number is a small integer.  Apart from `record`: a board that reads a known meter by
its layout needs no more of it.
"""

from ._const import const

LVAR = const(0x0D)
# Bytes of data by the DIF's low four bits; 255: not a fixed number.
SIZES = b"\x00\x01\x02\x03\x04\x04\x06\x08\x00\x01\x02\x03\x04\xff\x06\xff"


def binary(data, first: int, last: int):
    """The two's complement number of data[first...last]; None for the most negative one: no valid value."""
    value = data[last]
    if value & 0x80:
        value -= 0x100
    at = last
    while at > first:
        at -= 1
        value = value << 8 | data[at]
    if data[last] == 0x80 and value == -128 << 8 * (last - first):
        return None
    return value


def bcd(data, first: int, last: int):
    """The BCD number of data[first...last]; F in its top digit is a minus.

    None where any other digit is above 9: no valid value.
    """
    byte = data[last]
    minus = byte >= 0xF0
    if minus:
        byte &= 15
    value = 0
    while byte <= 0x99 and byte & 15 < 10:
        value = value * 100 + byte - 6 * (byte >> 4)
        if last == first:
            return -value if minus else value
        last -= 1
        byte = data[last]
    return None
