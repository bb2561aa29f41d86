"""A light counted in hardware (PCNT, by machine.Counter of MicroPython 1.26 and newer).

Nothing that Python does can lose a pulse here.  What it cannot give is when a
pulse came: the time is that of the look that found it, which is never too early.

The counter is only read: setting it is a second access to the hardware, and
differences do without.  The hardware's filter ends at 12.8 us, so it takes
spikes and no bounce: the signal must come squared.
"""

import machine

from mbus._const import const

# 1023 periods of 80 MHz, the filter's most.
_FILTER_NS = const(12788)
# Small integers end there; differences are taken modulo this.
_MASK = const(0x3FFFFFFF)


class CounterInput:
    """`unit` is the number of a PCNT unit, `pin` a machine.Pin with pull `pull`."""

    def __init__(self, unit: int, pin: machine.Pin, pull: int | None, falling: bool, clock) -> None:
        self._clock = clock
        edge = machine.Counter.FALLING if falling else machine.Counter.RISING
        self._counter = machine.Counter(unit, pin, edge=edge, filter_ns=_FILTER_NS)
        # The counter's driver has switched the pull-up on, whatever the pin was set to.
        pin.init(pull=pull)  # pyright: ignore[reportArgumentType]  # None is "no pull"; the stub knows only int
        self._seen = self._counter.value()
        self._total = 0

    def update(self, history) -> None:
        """Tell `history` how many there are by now."""
        value = self._counter.value()
        # After the reading, so that no pulse in it is later than its time.
        now_ms = self._clock.ms()
        self._total += (value - self._seen) & _MASK
        self._seen = value
        history.add(now_ms, self._total)

    def may_have_lost(self) -> bool:
        return False
