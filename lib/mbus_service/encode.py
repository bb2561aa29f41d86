"""Records and telegrams from values: the other direction of `record` and `telegram`."""

from mbus._const import const
from mbus.errors import MBusError
from mbus.frame import RSP_UD, encode_long
from mbus.integers import LVAR, SIZES
from mbus.record import REAL
from mbus.telegram import CI_VARIABLE

_LONGEST_TEXT = const(0xBF)
# Bits of a REAL's fraction.
_MANTISSA = const(23)


def encode_dib(kind: int, function: int = 0, storage: int = 0, tariff: int = 0, subunit: int = 0) -> bytes:
    """A DIF with data field `kind` (0...15) and as many DIFEs as the numbers need.

    MBusError where storage needs more than 41 bits, tariff 20 or subunit 10.
    """
    dib = bytearray((kind | function << 4 | (storage & 1) << 6,))
    storage >>= 1
    while storage or tariff or subunit:
        dib[-1] |= 0x80
        dib.append(storage & 15 | (tariff & 3) << 4 | (subunit & 1) << 6)
        storage >>= 4
        tariff >>= 2
        subunit >>= 1
    if len(dib) > 11:
        raise MBusError("storage, tariff or subunit needs more than 10 DIFEs")
    return bytes(dib)


def encode_record(dib: bytes, vib: bytes, value) -> bytes:
    """A record: `value` as the DIF's data field says, counting the VIB's own unit.

    An integer for integers and BCD; (mantissa, exponent) for a REAL; for data of
    variable length a text, or an integer (as BCD); `bytes` are the data itself
    everywhere, such as a date's.  MBusError when it does not fit.
    """
    kind = dib[0] & 15
    if isinstance(value, (bytes, bytearray)):
        size = SIZES[kind]
        if size != 255 and size != len(value):
            raise MBusError("%d bytes, data field %x has %d" % (len(value), kind, size))
        data = value
    elif kind == LVAR:
        data = _variable(value)
    elif kind in (0, 8, 15) or isinstance(value, tuple) != (kind == REAL):
        raise MBusError("data field %x holds no such value" % kind)
    elif isinstance(value, tuple):
        data = encode_real(value[0], value[1])
    else:
        data = (_bcd if kind > 8 else _binary)(value, SIZES[kind])
    return bytes(dib) + bytes(vib) + bytes(data)


def _variable(value) -> bytes:
    if isinstance(value, str):
        text = bytes([ord(c) for c in reversed(value)])
        if len(text) > _LONGEST_TEXT:
            raise MBusError("%d characters, a record holds %d" % (len(text), _LONGEST_TEXT))
        return bytes((len(text),)) + text
    size = min((len(str(abs(value))) + 1) // 2, 15)
    # The sign is in the first byte.
    return bytes(((0xD0 if value < 0 else 0xC0) | size,)) + _bcd(abs(value), size)


def _binary(value: int, size: int) -> bytes:
    limit = 1 << (8 * size - 1)
    if not -limit < value < limit:
        raise MBusError("%d does not fit %d bytes" % (value, size))
    return (value & (2 * limit - 1)).to_bytes(size, "little")


def _bcd(value: int, size: int) -> bytes:
    digits = 2 * size - (value < 0)
    if abs(value) >= 10**digits:
        raise MBusError("%d does not fit %d BCD digits" % (value, digits))
    out = bytearray(reversed(bytes.fromhex(("0" * 2 * size + str(abs(value)))[-2 * size :])))
    if value < 0:
        out[-1] |= 0xF0
    return bytes(out)


def date(year: int, month: int, day: int) -> bytes:
    """Type G: 2 bytes, 1981...2080."""
    year %= 100
    return bytes((day | (year & 7) << 5, month | (year & 0x78) << 1))


def date_time(year: int, month: int, day: int, hour: int, minute: int) -> bytes:
    """Type F: 4 bytes, local time, 1981...2299."""
    century = (year - 1900) // 100
    return bytes((minute, hour | century << 5)) + date(year, month, day)


def encode_header(secondary: bytes, access: int, status: int = 0) -> bytes:
    """The 12 bytes before the records; `secondary` is id4 man2 ver1 med1 as on the wire."""
    return bytes(secondary) + bytes((access & 0xFF, status, 0, 0))


def encode_telegram(address: int, header: bytes, body: bytes) -> bytes:
    """RSP_UD with variable data; FrameError when it is too long for one frame."""
    return encode_long(RSP_UD, address, CI_VARIABLE, header + body)


def encode_real(mantissa: int, exponent: int) -> bytes:
    """The 4 bytes of the REAL nearest to mantissa * 10**exponent; MBusError where that is too large."""
    top = abs(mantissa) * (10**exponent if exponent > 0 else 1) << 149
    bottom = 10**-exponent if exponent < 0 else 1
    biased = 1
    while top >= bottom << (_MANTISSA + 1):
        bottom <<= 1
        biased += 1
    fraction, rest = divmod(top, bottom)
    fraction += 2 * rest > bottom or (2 * rest == bottom and fraction & 1)
    # A fraction without its top bit is a subnormal; one that was rounded up to 2**24 carries into the exponent.
    bits = fraction if biased == 1 else fraction + ((biased - 1) << _MANTISSA)
    if bits >= 0xFF << _MANTISSA:
        raise MBusError("%d * 10**%d does not fit a REAL" % (mantissa, exponent))
    if mantissa < 0:
        bits |= 1 << 31
    return bits.to_bytes(4, "little")
