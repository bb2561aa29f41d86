"""Whole numbers of any size in as few bytes as they need: 7 bits a byte, the lowest first."""


def put(out: bytearray, value: int) -> None:
    """Append a value of 0 or more."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def get(data, at: int):
    """(value, where the next begins); IndexError where `data` ends within it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fold(value: int) -> int:
    """0, -1, 1, -2 … as 0, 1, 2, 3 …, so that small ones of either sign are short."""
    return -2 * value - 1 if value < 0 else 2 * value


def unfold(value: int) -> int:
    return -(value >> 1) - 1 if value & 1 else value >> 1
