"""The last hours' power of each meter: a mean for every five minutes, in two bytes each.

Power is in steps of 1 W up to 16 kW either way, as the profiles' largest meter for one phase gives it; what lies
beyond is kept as the most that there is room for.
"""

from array import array

from mbus._const import const

from .decimals import rescale

_STEP_MS = const(300000)
_STEPS = const(96)
NOTHING = const(-32768)
_MOST = const(32767)


class Plot:
    """look() is to be called every second or more often; what is drawn of it: see web_api."""

    def __init__(self, meters: list, clock):
        self._meters = meters
        self._clock = clock
        self._end_ms = clock.ms() + _STEP_MS
        # Of each meter: the ring, the reading that was added last, sum and count since the step began.
        self.rows = [[array("h", [NOTHING] * _STEPS), None, 0, 0] for _ in meters]
        self.at = 0

    def look(self) -> None:
        for meter, row in zip(self._meters, self.rows):
            read = meter.read
            if read is not row[1]:
                row[1] = read
                if read[1] is not None:
                    row[2] += rescale(read[1][0], read[1][1], 0)
                    row[3] += 1
        while self._clock.ms() >= self._end_ms:
            self._end_ms += _STEP_MS
            for row in self.rows:
                row[0][self.at] = max(-_MOST, min(_MOST, row[2] // row[3])) if row[3] else NOTHING
                row[2] = row[3] = 0
            self.at = (self.at + 1) % _STEPS
