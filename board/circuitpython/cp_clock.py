"""The board's clocks: milliseconds since its start, and UTC once somebody has set it.

* `time.monotonic_ns()` is an int that does not wrap; `time.monotonic()` is a float of 22 bits, and of no use.
* UTC is told by ms() and what it was ahead of it when it was set.  The chip's own clock is set too: it goes on over
  a restart, and one that is later than this firmware is taken as kept.  Its epoch is 1970.
"""

import asyncio
import time

import rtc

# 2026-01-01.
_PLAUSIBLE_MS = 1767225600000


class Clock:
    """`quality`: how the time is known: kept over a restart, or synced; None where it is not."""

    def __init__(self) -> None:
        kept_ms = _kept_ms()
        self.quality = "kept" if kept_ms >= _PLAUSIBLE_MS else None
        self._ahead_ms = kept_ms - self.ms()

    def ms(self) -> int:
        return time.monotonic_ns() // 1000000

    async def sleep_ms(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)

    def utc_ms(self) -> int | None:
        """Milliseconds since 1970 in UTC; None where it is not known."""
        return None if self.quality is None else self._ahead_ms + self.ms()

    def set_utc_ms(self, utc_ms: int) -> None:
        """It is so late now."""
        self._ahead_ms = utc_ms - self.ms()
        self.quality = "synced"
        rtc.RTC().datetime = time.localtime(utc_ms // 1000)


def _kept_ms() -> int:
    try:
        return int(time.time()) * 1000
    except (RuntimeError, NotImplementedError):
        # This chip has no clock that could have kept it.
        return 0
