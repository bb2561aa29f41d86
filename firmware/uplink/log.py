"""One line a happening, with the uptime in front, and the last ones kept."""

from mbus._const import const

from .reading import seconds

_KEPT = const(20)


class Log:
    """Call it with a text.  `lines` holds the last 20; `count` counts all.

    `write` takes a line (the port's console).  No secret may be handed to it.
    """

    def __init__(self, clock, write):
        self._clock = clock
        self._write = write
        self.lines = []
        self.count = 0

    def __call__(self, text: str) -> None:
        line = "%s %s" % (seconds(self._clock.ms()), text)
        self.count += 1
        self.lines.append(line)
        if len(self.lines) > _KEPT:
            self.lines.pop(0)
        self._write(line)
