"""The clocks of simulated devices: a thousand of them in one process must not wake up every 10 ms each.

The application's link looks for an answer every 10 ms, its publisher for a message every 50.  On a board that
costs nothing.  Here a device that waits sleeps until there is something: bytes on its connection, a message, the end
of the longest rest.  Where no event will tell (while it connects, while the network takes no more, while it comes
back to the journal at its pace) it sleeps as long as it asked.
"""

import asyncio
import time
from collections.abc import Callable

# How late a deadline of the link may be noticed where nothing comes.
_REST_MS = 500
_LOOK_S = 0.02


class Clock:
    """Milliseconds since the computer started; UTC is the computer's."""

    quality = "synced"

    def ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def utc_ms(self) -> int:
        return time.time_ns() // 1_000_000


class Sleepers:
    """Who sleeps; run() wakes them when their time is over."""

    def __init__(self) -> None:
        self.those: set[LinkClock] = set()

    async def run(self) -> None:
        while True:
            now = time.monotonic_ns() // 1_000_000
            for clock in [c for c in self.those if c.until_ms <= now]:
                clock.wake()
            await asyncio.sleep(_LOOK_S)


class LinkClock(Clock):
    """For one device's publisher, which is one task.  is_pressed(): whether to sleep only as long as asked."""

    def __init__(self, sleepers: Sleepers, is_pressed: Callable[[], bool]):
        self._sleepers = sleepers
        self._is_pressed = is_pressed
        self._future: asyncio.Future | None = None
        self.until_ms = 0

    async def sleep_ms(self, ms: int) -> None:
        future = self._future = asyncio.get_running_loop().create_future()
        self.until_ms = self.ms() + (ms if self._is_pressed() else max(ms, _REST_MS))
        self._sleepers.those.add(self)
        try:
            await future
        finally:
            self._sleepers.those.discard(self)

    def wake(self) -> None:
        """There is something; nothing where nobody sleeps."""
        future = self._future
        if future is not None and not future.done():
            future.set_result(None)
