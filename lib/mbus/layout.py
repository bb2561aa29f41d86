"""A telegram's layout, compiled once: the next telegram of the same layout is read without allocating.

A meter sends the same records in the same places every time; only the data, the
access number, the status, bits ACD and DFC of the C field and the checksum
change.  So the second telegram need not be taken apart again: when its length,
its checksum and every byte of its headers, DIBs and VIBs are those of the first
one, the numbers stand where they stood.  A fixed byte that differs is another
meter, another layout or damage: decode that telegram anew.
"""

from array import array

from ._const import const
from .errors import TelegramError
from .frame import FIRST_DATA
from .integer import bcd, binary
from .record import LVAR, SIZES, records
from .telegram import CI_MSB, header_size

_CONTROL = const(4)
_CONTROL_SAYS = const(0xCF)
_CHECKSUM = const(-2)
# Behind the frame's first seven bytes: where a long header has access number and status, and a short one.
_ACCESS = {12: 8, 4: 0}


class Layout:
    """Compiled from `raw` (bytes: a valid frame with CI 72h, 7Ah or 78h) for the records `wanted`.

    wanted: (dib, vib) pairs, as bytes on the wire; the first record that has
    both is meant.  Raises TelegramError when one is not there or holds no
    integer or BCD number, and what decoding the telegram raises.
    """

    def __init__(self, raw: bytes, wanted):
        self._raw = raw
        ci = raw[FIRST_DATA - 1]
        if ci == CI_MSB:
            raise TelegramError("no layout is compiled for numbers sent most significant byte first")
        start = FIRST_DATA + header_size(ci)
        # Bytes whose sum is no part of the checksum: both starts and lengths, and the stop byte.
        self._outside = 2 * (raw[0] + raw[1]) + raw[-1]
        fixed = [i for i in range(start) if i != _CONTROL and i - FIRST_DATA not in _changing(start - FIRST_DATA)]
        places = {}
        at = start
        for record in records(raw[start:-2]):
            body = start + record.offset + len(record.dib) + len(record.vib)
            # A length that may change is part of the layout; so are the fillers before a record.
            fixed.extend(range(at, body + (record.dib[0] & 15 == LVAR)))
            places.setdefault((record.dib, record.vib), body)
            at = body + len(record.data)
        fixed.extend(range(at, len(raw) - 2))
        fixed.append(len(raw) - 1)
        self._fixed = array("H", fixed)
        self._plan = array("H", [])
        for dib, vib in wanted:
            self._add(dib, vib, places.get((dib, vib)))
        # The integers of the last telegram read; None for "no valid value".
        self.values = [None] * (len(self._plan) // 3)

    def _add(self, dib: bytes, vib: bytes, at) -> None:
        kind = dib[0] & 15
        if at is None or kind in (0, 5, 8, LVAR, 15):
            raise TelegramError("the telegram has no integer under DIB %s, VIB %s" % (dib.hex(), vib.hex()))
        self._plan.extend(array("H", (at, at + SIZES[kind], kind > 8)))

    def read(self, raw) -> bool:
        """Whether `raw` (bytes or memoryview of one frame) is of this layout and undamaged; then `values` is new.

        Allocates nothing as long as the integers are small ones (below 2**30
        on a 32-bit board).  `values` is untouched when it gives False.
        """
        want = self._raw
        if len(raw) != len(want) or (raw[_CONTROL] ^ want[_CONTROL]) & _CONTROL_SAYS:
            return False
        for at in self._fixed:
            if raw[at] != want[at]:
                return False
        check = raw[_CHECKSUM]
        if (sum(raw) - self._outside - check) & 0xFF != check:
            return False
        plan = self._plan
        values = self.values
        for i in range(0, len(plan), 3):
            read = bcd if plan[i + 2] else binary
            values[i // 3] = read(raw, plan[i], plan[i + 1] - 1)
        return True


def _changing(size: int):
    """Where access number and status stand in a header of `size` bytes."""
    access = _ACCESS.get(size)
    return () if access is None else (access, access + 1)
