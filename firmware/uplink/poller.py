"""The line's one task: polls the meters in turn, each when it is due.

One exchange at a time is the bus's own rule.  A single task keeps it without a
lock, and makes progress also while every meter on a bad line takes its longest.
"""

from mbus._const import const

_LONGEST_NAP_MS = const(200)


class Poller:
    """`meters` share one line.  A meter that fails does not keep the others from their turn."""

    def __init__(self, meters: list, clock):
        self._meters = meters
        self._clock = clock
        self._turn = 0

    async def run(self, beat) -> None:
        while True:
            beat()
            meter = self._next()
            if meter is None:
                rest = min(m.wait_ms() for m in self._meters)
                await self._clock.sleep_ms(max(1, min(rest, _LONGEST_NAP_MS)))
            else:
                await meter.poll()

    def _next(self):
        """The next meter in turn that is due, or None."""
        for _ in self._meters:
            meter = self._meters[self._turn]
            self._turn = (self._turn + 1) % len(self._meters)
            if not meter.wait_ms():
                return meter
        return None
