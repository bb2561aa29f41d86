"""Simulated time: a clock that tests own, and a plain scheduler for coroutines that sleep on it.

Nothing waits for real: the scheduler sets the clock to the next moment at which
somebody wakes.  So minutes of protocol take milliseconds, and times are exact.
"""


class _Sleep:
    def __init__(self, until: int):
        self._until = until

    def __await__(self):
        yield self._until

    __iter__ = __await__


class SimClock:
    """The clock port, in simulated milliseconds."""

    quality = "synced"

    def __init__(self, now: int = 1000, utc_ms=None):
        self.now = now
        self._utc_ms = utc_ms

    def ms(self) -> int:
        return self.now

    async def sleep_ms(self, ms: int) -> None:
        await _Sleep(self.now + ms)

    def utc_ms(self):
        return None if self._utc_ms is None else self._utc_ms + self.now


class _Running:
    def __init__(self, coroutine, wake: int):
        self.coroutine = coroutine
        self.wake = wake


def run(clock: SimClock, *coroutines, limit_ms: int = 3600000):
    """Run all to the end of the first; its value.  AssertionError when that takes too long."""
    running = [_Running(c, clock.now) for c in coroutines]
    first = running[0]
    limit = clock.now + limit_ms
    while True:
        task = min(running, key=lambda r: r.wake)
        clock.now = max(clock.now, task.wake)
        if clock.now > limit:
            raise AssertionError("not done after %d ms" % limit_ms)
        try:
            task.wake = task.coroutine.send(None)
        except StopIteration as e:
            if task is first:
                for other in running[1:]:
                    other.coroutine.close()
                return e.value
            running.remove(task)
