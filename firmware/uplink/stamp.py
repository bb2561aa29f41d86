"""Numbers that are never given twice: (boot, seq) names a reading, (boot, event) an event."""


class Stamp:
    """`boot` is this start's own number.  Call it with a Reading that is accepted."""

    def __init__(self, boot: int):
        self.boot = boot
        self._seq = 0
        self._event = 0

    def __call__(self, reading) -> None:
        self._seq += 1
        reading.boot = self.boot
        reading.seq = self._seq

    def event(self) -> int:
        """The next event's number."""
        self._event += 1
        return self._event
