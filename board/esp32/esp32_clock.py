"""The board's clocks: milliseconds that never wrap, and UTC once somebody has set it.

* `time.ticks_ms()` wraps at 2^30 ms (12.4 days) and a difference of two ticks is
  good for half of that, so ms() must be called at least every 6 days.  The
  application does so many times a second.
* UTC is told by ms() and what it was ahead of it when it was set: whoever else sets the hardware's clock does not
  move it. TLS judges certificates by the hardware's clock, so that is set too.
* The hardware's clock goes on over a restart, not without power: then it begins in 2000. One that is later than
  this firmware is taken as kept.
* `time.time_ns()` counts from 2000 on this port and from 1970 on others: which
  of them it is, `gmtime(0)` says.
"""

import asyncio
import time

import machine

# 1970-01-01 to 2000-01-01.
_EPOCH_2000_MS = 946684800000
# 2026-01-01.
_PLAUSIBLE_MS = 1767225600000


class Clock:
    """No method is for interrupt handlers: take `time.ticks_ms()` there, and hand it to at() later."""

    def __init__(self) -> None:
        self._ticks = time.ticks_ms()
        self._ms: int = self._ticks  # pyright: ignore[reportAttributeAccessIssue]  # ticks are an int
        self._epoch_ms = _EPOCH_2000_MS if time.gmtime(0)[0] == 2000 else 0
        kept_ms = time.time_ns() // 1000000 + self._epoch_ms
        # How the time is known: kept over a restart, or synced; None where it is not.
        self.quality = "kept" if kept_ms >= _PLAUSIBLE_MS else None
        self._ahead_ms = kept_ms - self._ms

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
        """Milliseconds since 1970 in UTC; None where it is not known."""
        return None if self.quality is None else self._ahead_ms + self.ms()

    def set_utc_ms(self, utc_ms: int) -> None:
        """It is so late now."""
        self._ahead_ms = utc_ms - self.ms()
        self.quality = "synced"
        seconds, ms = divmod(utc_ms - self._epoch_ms, 1000)
        year, month, day, hour, minute, second, weekday = time.gmtime(seconds)[:7]
        machine.RTC().datetime((year, month, day, weekday, hour, minute, second, ms * 1000))
