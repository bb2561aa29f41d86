"""Records and telegrams from values: the other direction of `record` and `telegram`."""

from .errors import MBusError
from .frame import RSP_UD, encode_long
from .record import SIZES
from .telegram import CI_VARIABLE


def encode_record(dib: bytes, vib: bytes, value: int) -> bytes:
    """A record with an integer: binary or BCD, as the DIF says.

    `value` counts the VIB's own unit.  MBusError when it does not fit.
    """
    kind = dib[0] & 0x0F
    size = SIZES[kind]
    if kind in (0, 5, 8, 13, 15):
        raise MBusError("data field %x holds no integer" % kind)
    encode = _bcd if kind > 8 else _binary
    return bytes(dib) + bytes(vib) + encode(value, size)


def _binary(value: int, size: int) -> bytes:
    limit = 1 << (8 * size - 1)
    if not -limit < value < limit:
        raise MBusError("%d does not fit %d bytes" % (value, size))
    return (value & ((1 << (8 * size)) - 1)).to_bytes(size, "little")


def _bcd(value: int, size: int) -> bytes:
    digits = 2 * size - (value < 0)
    if abs(value) >= 10**digits:
        raise MBusError("%d does not fit %d BCD digits" % (value, digits))
    out = bytearray(size)
    rest = abs(value)
    for i in range(size):
        out[i] = rest % 10 | rest // 10 % 10 << 4
        rest //= 100
    if value < 0:
        out[-1] |= 0xF0
    return bytes(out)


def manufacturer_code(letters: str) -> int:
    """The two-byte code of a three-letter flag."""
    code = 0
    for letter in letters:
        code = code << 5 | (ord(letter) - 64)
    return code


def encode_header(secondary: bytes, access: int, status: int = 0) -> bytes:
    """The 12 bytes before the records; `secondary` is id4 man2 ver1 med1 as on the wire."""
    return bytes(secondary) + bytes((access & 0xFF, status, 0, 0))


def encode_telegram(address: int, header: bytes, body: bytes) -> bytes:
    """RSP_UD with variable data; FrameError when it is too long for one frame."""
    return encode_long(RSP_UD, address, CI_VARIABLE, header + body)
