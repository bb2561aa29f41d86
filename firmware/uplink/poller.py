"""The line's one task: polls the meters in turn, each when it is due.

One exchange at a time is the bus's own rule.  A single task keeps it without a
lock, and makes progress also while every meter on a bad line takes its longest.
"""

from mbus._const import const

from .forget import forget

_LONGEST_NAP_MS = const(200)


class Poller:
    """`meters` share one line.  A meter that fails does not keep the others from their turn.

    `probe`: a Probe that is wanted: one step of it is done between two polls.  `master`: the line's, for it.
    """

    def __init__(self, meters: list, clock, master=None):
        self.master = master
        self.probe = None
        self._meters = meters
        self._clock = clock
        self._turn = 0

    async def run(self, beat) -> None:
        while True:
            beat()
            if self.probe is not None:
                await self._step(self.probe)
            meter = self._next()
            if meter is None:
                rest = min(m.wait_ms() for m in self._meters)
                await self._clock.sleep_ms(max(1, min(rest, _LONGEST_NAP_MS)))
            else:
                await meter.poll()

    async def _step(self, probe) -> None:
        # Whatever goes wrong in it may end it, but not the metering.
        self.probe = None
        if await probe.step():
            self.probe = probe
        else:
            forget(("probe",))

    def _next(self):
        """The next meter in turn that is due, or None; while a probe asks for the silent ones these are left alone."""
        for _ in self._meters:
            meter = self._meters[self._turn]
            self._turn = (self._turn + 1) % len(self._meters)
            if not meter.wait_ms() and (self.probe is None or meter.failure is None):
                return meter
        return None
