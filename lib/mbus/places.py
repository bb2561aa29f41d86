"""Where the bytes of a telegram stand that are always the same, and where its numbers: what makes a `layout`."""

from array import array

from ._const import const
from .errors import TelegramError, UnsupportedCI
from .frame import FIRST_DATA
from .integers import LVAR, SIZES
from .record import records
from .telegram import CI_MSB, header_size

_CONTROL = const(4)


def places(raw: bytes, wanted):
    """(places of fixed bytes, [first, last, whether BCD] of each number wanted), as arrays; see Layout for the rest."""
    ci = raw[FIRST_DATA - 1]
    if ci == CI_MSB:
        raise UnsupportedCI(ci)
    at = FIRST_DATA + header_size(ci)
    # Access number and status are the first two of a header's last four bytes.
    free = (_CONTROL, at - 4, at - 3) if at > FIRST_DATA else (_CONTROL,)
    fixed = [i for i in range(at) if i not in free]
    found = {}
    start = at
    for record in records(raw[start:-2]):
        body = start + record.offset + len(record.dib) + len(record.vib)
        # A length that may change is part of the layout; so are the fillers before a record.
        fixed.extend(range(at, body + (record.dib[0] & 15 == LVAR)))
        found.setdefault((record.dib, record.vib), body)
        at = body + len(record.data)
    fixed.extend(range(at, len(raw) - 2))
    fixed.append(len(raw) - 1)
    plan = array("H", [])
    for pair in wanted:
        kind = pair[0][0] & 15
        if pair not in found or kind in (0, 5, 8, LVAR, 15):
            raise TelegramError("no integer under DIB %s, VIB %s" % (pair[0].hex(), pair[1].hex()))
        plan.extend(array("H", (found[pair], found[pair] + SIZES[kind] - 1, kind > 8)))
    return array("H", fixed), plan
