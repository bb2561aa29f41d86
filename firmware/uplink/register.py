"""One register over time: the wrap undone, a fall found.

A billing register cannot fall (backstop).  So a lower value is the wrap when
the way round is short.  Else it is an old answer, when the next one is where
it was before, or a fault, a reset or another meter, when that is low as well.
"""

from mbus._const import const

WENT_ON = const(0)
WRAPPED = const(1)
FELL = const(2)
OLD = const(3)


class Register:
    """`wrap` is where the register starts again at 0, in units; at least 1.

    `value`: the last reading in units, None before; `turns`: how often it has wrapped.
    """

    def __init__(self, wrap: int, turns: int = 0, value=None):
        self._wrap = wrap
        self.turns = turns
        self.value = value
        self._is_low = False

    def take(self, value: int):
        """(value with the wraps added, WENT_ON, WRAPPED, FELL or OLD) of a new reading in units.

        After a fall the register is followed from its new value on; a value
        that is OLD says nothing.
        """
        last = self.value
        way = WENT_ON
        if last is not None and value < last:
            # A hundredth of the range is weeks of the largest load: no reading gap is longer.
            if (value + self._wrap - last) * 100 <= self._wrap:
                self.turns += 1
                way = WRAPPED
            elif self._is_low:
                way = FELL
            else:
                self._is_low = True
                return value + self.turns * self._wrap, OLD
        self._is_low = False
        self.value = value
        return value + self.turns * self._wrap, way
