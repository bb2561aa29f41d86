"""One register over time: the wrap undone, a fall found.

A billing register cannot fall (backstop).  So a lower value is the wrap when
the way round is short, and else a fault, a reset or another meter.
"""


class Register:
    """`wrap` is where the register starts again at 0, in units; at least 1."""

    def __init__(self, wrap: int):
        self._wrap = wrap
        self._turns = 0
        self._last = None

    def take(self, value: int):
        """(value with the wraps added, whether it fell) of a new reading in units.

        After a fall the register is followed from its new value on.
        """
        last = self._last
        self._last = value
        fell = False
        if last is not None and value < last:
            # A hundredth of the range is weeks of the largest load: no reading gap is longer.
            if (value + self._wrap - last) * 100 <= self._wrap:
                self._turns += 1
            else:
                fell = True
        return value + self._turns * self._wrap, fell
