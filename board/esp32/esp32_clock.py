"""The board's clocks: milliseconds that never wrap, and UTC once NTP has set it.

* `time.ticks_ms()` wraps at 2^30 ms (12.4 days) and a difference of two ticks is
  good for half of that, so ms() must be called at least every 6 days.  The
  application does so many times a second.
* `time.time_ns()` counts from 2000 on this port and from 1970 on others: which
  of them it is, `gmtime(0)` says.
"""

import asyncio
import time

# 1970-01-01 to 2000-01-01.
_EPOCH_2000_MS = 946684800000


class Clock:
    """No method is for interrupt handlers: take `time.ticks_ms()` there, and hand it to at() later."""

    def __init__(self) -> None:
        self._ticks = time.ticks_ms()
        self._ms: int = self._ticks  # pyright: ignore[reportAttributeAccessIssue]  # ticks are an int
        self._is_set = False
        self._epoch_ms = _EPOCH_2000_MS if time.gmtime(0)[0] == 2000 else 0

    def ms(self) -> int:
        """Milliseconds since about the start of the board; never falls, never wraps."""
        now = time.ticks_ms()
        self._ms += time.ticks_diff(now, self._ticks)
        self._ticks = now
        return self._ms

    def at(self, ticks: int) -> int:
        """What ms() was when `time.ticks_ms()` was `ticks`, at most 6 days ago."""
        self.ms()
        return self._ms + time.ticks_diff(ticks, self._ticks)

    async def sleep_ms(self, ms: int) -> None:
        await asyncio.sleep_ms(ms)

    def utc_ms(self) -> int | None:
        """Milliseconds since 1970 in UTC; None until mark_set()."""
        if not self._is_set:
            return None
        return time.time_ns() // 1000000 + self._epoch_ms

    def mark_set(self) -> None:
        """The hardware's clock is right from now on: NTP has set it."""
        self._is_set = True
