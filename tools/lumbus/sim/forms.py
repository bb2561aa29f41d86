"""The telegrams that a meter can send: what stands behind the C and A fields of its answers.

* CI 72h: variable data, least significant byte first.
* CI 76h: the same with every number most significant byte first: the fields of
  the header and each record's data, but not what a DIB, a VIB or manufacturer
  data say.
* CI 73h: fixed data: identification, access number and status; then the `body`
  has the medium and units (2 bytes) and two counters of 4 bytes.
* A telegram that more follow has 1Fh as its last DIF.
"""

from mbus.frame import RSP_UD, encode_long
from mbus.record import records
from mbus_service.encode import encode_header

from .selection import fields_turned

VARIABLE = 0x72
FIXED = 0x73
VARIABLE_MSB_FIRST = 0x76
_ERROR = 0x70
# C field: class 1 data are waiting.
_ACD = 0x20
_MORE_FOLLOW = b"\x1f"
_LVAR = 13


class ReadOut:
    """How far a read-out has got: all of its telegrams are made when the first one is asked for."""

    def __init__(self):
        self._rest = []

    def restart(self):
        self._rest = []

    def next(self, body):
        """The records of the next telegram; `body()` gives those of one, or a list of them."""
        if not self._rest:
            made = body()
            self._rest = list(made) if isinstance(made, (list, tuple)) else [made]
        records_now = self._rest.pop(0)
        return records_now + _MORE_FOLLOW if self._rest else records_now


def response(address, ci, secondary, access, status, body, alarm):
    """RSP_UD with these records; `alarm`: class 1 data are waiting."""
    if ci == FIXED:
        data = secondary[:4] + bytes((access & 0xFF, status)) + body
    else:
        data = encode_header(secondary, access, status) + body
        if ci == VARIABLE_MSB_FIRST:
            data = fields_turned(data[:12]) + turned(body)
    return encode_long(RSP_UD | _ACD if alarm else RSP_UD, address, ci, data)


def error(address, code):
    """RSP_UD with a report of an application error."""
    return encode_long(RSP_UD, address, _ERROR, bytes((code,)))


def turned(body):
    """The records with the data of each the other way round."""
    out = b""
    for record in records(body):
        data = record.data
        if record.function is not None:
            head = record.dib[0] & 15 == _LVAR
            data = data[:head] + bytes(reversed(data[head:]))
        out += record.dib + record.vib + data
    return out
