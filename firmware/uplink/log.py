"""One line a happening, with the uptime in front; the last ones are kept."""

from mbus._const import const

from .reading import seconds

_LINES = const(50)
_BYTES = const(1500)


class Log:
    """Call it with a text.  `count` counts the lines.

    `write` takes a line (the port's console).  No secret may be handed to it.
    """

    def __init__(self, clock, write):
        self._clock = clock
        self._write = write
        self.count = 0
        self._kept = []
        self._size = 0

    def __call__(self, text: str) -> None:
        self.count += 1
        line = "%s %s" % (seconds(self._clock.ms()), text)
        self._write(line)
        kept = self._kept
        kept.append(line)
        self._size += len(line)
        while self._size > _BYTES or len(kept) > _LINES:
            self._size -= len(kept.pop(0))

    def last(self, count: int) -> list:
        """The last lines, at most so many and 1500 characters in all, the newest last."""
        return self._kept[-count:]
