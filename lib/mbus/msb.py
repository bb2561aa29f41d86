"""Telegrams that are sent most significant byte first (CI 76h and 77h; EN 13757-3, 5.2).

Turned around here, so that everything else reads the usual order: the fields
of the header and the data of each record.  A record's `data` is therefore
least significant byte first too.  DIB and VIB have no such order, and
manufacturer data stays as it was on the wire.
"""

from .record import LVAR, records

# The fields of a long header by their sizes.
_FIELDS = b"\x04\x02\x01\x01\x01\x01\x02"


def turned(data: bytes) -> bytes:
    return bytes(reversed(data))


def header_turned(header: bytes) -> bytes:
    out = b""
    at = 0
    for size in _FIELDS:
        out += turned(header[at : at + size])
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
