"""A Linux computer's clocks; nothing is set here, the system does that.

A Raspberry Pi has no clock of its own that goes on without power: until the system's NTP has set it, the kernel says
that it is not synchronized.
"""

import asyncio
import ctypes
import time

# 2026-01-01.
_PLAUSIBLE_MS = 1767225600000
# adjtimex(2): TIME_ERROR, and room for its structure.
_NOT_SYNCHRONIZED = 5
_ROOM = 512


class Clock:
    """`quality`: how the time is known: kept (no NTP has confirmed it yet), or synced; None for before 2026."""

    def __init__(self) -> None:
        self._adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)

    @property
    def quality(self) -> str | None:
        if time.time_ns() // 1000000 < _PLAUSIBLE_MS:
            return None
        # All zero asks and changes nothing.
        asked = ctypes.create_string_buffer(_ROOM)
        if self._adjtimex is None or self._adjtimex(asked) == _NOT_SYNCHRONIZED:
            return "kept"
        return "synced"

    def ms(self) -> int:
        return time.monotonic_ns() // 1000000

    async def sleep_ms(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)

    def utc_ms(self) -> int | None:
        """Milliseconds since 1970 in UTC; None where it is not known."""
        utc_ms = time.time_ns() // 1000000
        return utc_ms if utc_ms >= _PLAUSIBLE_MS else None
