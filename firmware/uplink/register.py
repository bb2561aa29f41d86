"""One register over time: the wrap undone, a fall found.

A billing register cannot fall (backstop).  So a lower value is the wrap when
the way round is short, and else a fault, a reset or another meter.
"""

from mbus._const import const

WENT_ON = const(0)
WRAPPED = const(1)
FELL = const(2)


class Register:
    """`wrap` is where the register starts again at 0, in units; at least 1.

    `value`: the last reading in units, None before; `turns`: how often it has wrapped.
    """

    def __init__(self, wrap: int, turns: int = 0, value=None):
        self._wrap = wrap
        self.turns = turns
        self.value = value

    def take(self, value: int):
        """(value with the wraps added, WENT_ON, WRAPPED or FELL) of a new reading in units.

        After a fall the register is followed from its new value on.
        """
        last = self.value
        self.value = value
        way = WENT_ON
        if last is not None and value < last:
            # A hundredth of the range is weeks of the largest load: no reading gap is longer.
            way = FELL
            if (value + self._wrap - last) * 100 <= self._wrap:
                self.turns += 1
                way = WRAPPED
        return value + self.turns * self._wrap, way
