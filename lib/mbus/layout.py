"""A telegram's layout, compiled once: the next telegram of the same layout is read without allocating.

A meter sends the same records in the same places every time; only the data, the
access number, the status, bits ACD and DFC of the C field and the checksum
change.  So the second telegram need not be taken apart again: when its length,
its checksum and every byte of its headers, DIBs and VIBs are those of the first
one, the numbers stand where they stood.  A fixed byte that differs is another
meter, another layout or damage: decode that telegram anew.
"""

from ._const import const
from .integers import bcd, binary

_CONTROL = const(4)
_CONTROL_SAYS = const(0xCF)


class Layout:
    """Compiled from `raw` (bytes: a valid frame with CI 72h, 7Ah or 78h) for the records `wanted`.

    wanted: (dib, vib) pairs, as bytes on the wire; the first record that has
    both is meant.  Raises TelegramError when one is not there or holds no
    integer or BCD number, and what decoding the telegram raises.
    """

    def __init__(self, raw: bytes, wanted):
        # Once for a layout; reading by it needs none of that.
        from .places import places

        self._raw = raw
        # Bytes whose sum is no part of the checksum: both starts and lengths, and the stop byte.
        self._outside = 2 * (raw[0] + raw[1]) + raw[-1]
        self._fixed, self._plan = places(raw, wanted)
        # The integers of the last telegram read; None for "no valid value".
        self.values = [None] * len(wanted)

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
        check = raw[-2]
        if (sum(raw) - self._outside - check) & 0xFF != check:
            return False
        plan = self._plan
        for i in range(0, len(plan), 3):
            self.values[i // 3] = (bcd if plan[i + 2] else binary)(raw, plan[i], plan[i + 1])
        return True
