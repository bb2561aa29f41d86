"""Telegrams that are sent most significant byte first (CI 76h and 77h; EN 13757-3, 5.2).

Turned around here, so that everything else reads the usual order: the fields
of the header and the data of each record.  A record's `data` is therefore
least significant byte first too.  DIB and VIB have no such order, and
manufacturer data stays as it was on the wire.
"""

from .record import LVAR, records

# Fields by their sizes: of a long header, and of fixed data.
HEADER = b"\x04\x02\x01\x01\x01\x01\x02"
FIXED = b"\x04\x01\x01\x02\x04\x04"


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
