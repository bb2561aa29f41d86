"""Telegrams of seldom forms: sent most significant byte first, or encrypted (EN 13757-3, 5.2 and 6.2.7).

CI 76h and 77h are turned around here, so that everything else reads the usual
order: the fields of the header and the data of each record.  A record's `data`
is therefore least significant byte first too.  DIB and VIB have no such order,
and manufacturer data stays as it was on the wire.

Whether records are encrypted is told by what decodes, because the
configuration alone proves nothing.  Random bytes seldom pass for records: a
length runs over the end, a BCD number has digits above 9, a VIF is reserved, a
date is none.  A telegram whose configuration names a mode is taken as encrypted
when a quarter of it is in error (of random data 16...128 bytes long, fewer than
2 in 100 pass).
"""

from ._const import const
from .errors import EncryptedError, RecordError
from .integers import LVAR
from .record import records
from .value import text
from .vib import UNKNOWN

# Fields by their sizes: of a long header, and of fixed data.
LONG_HEADER = b"\x04\x02\x01\x01\x01\x01\x02"
FIXED = b"\x04\x01\x01\x02\x04\x04"

# What decryption of mode 5 must begin with: two fillers.
_PLAIN = b"\x2f\x2f"
_MODE_5 = const(5)
_SHARE = const(4)
_LONGEST_DIB = const(4)


def turned(data: bytes) -> bytes:
    return bytes(reversed(data))


def fields_turned(data: bytes, sizes: bytes) -> bytes:
    """`data` with each of its fields turned around."""
    out = b""
    at = 0
    for size in sizes:
        out += turned(data[at : at + size])
        at += size
    return out


def records_turned(data: bytes):
    """Yield each Record with its data least significant byte first."""
    for record in records(data):
        if not record.is_manufacturer:
            # The byte that gives a variable length stays in front.
            head = record.dib[0] & 15 == LVAR
            record.data = record.data[:head] + turned(record.data[head:])
        yield record


def refuse_encrypted(data: bytes, configuration: int) -> None:
    """EncryptedError when `data` does not read as records."""
    mode = configuration >> 8 & 31
    # In mode 5 the configuration says how many blocks are encrypted: maybe none.
    if not data or data[:2] == _PLAIN or (mode == _MODE_5 and not configuration & 0xF0):
        return
    count = 0
    bad = 0
    try:
        for record in records(data):
            count += 1
            # Manufacturer data proves nothing, unless there was something before it.
            bad += (
                text(record)[1] is not None
                or record.meaning.quantity == UNKNOWN
                or len(record.dib) > _LONGEST_DIB
                or (count == 1 and not record.vib)
            )
    except RecordError:
        bad += 1
    if _SHARE * bad >= count:
        raise EncryptedError(mode)
