"""One line a happening, with the uptime in front."""

from .reading import seconds


class Log:
    """Call it with a text.  `count` counts the lines.

    `write` takes a line (the port's console).  No secret may be handed to it.
    """

    def __init__(self, clock, write):
        self._clock = clock
        self._write = write
        self.count = 0

    def __call__(self, text: str) -> None:
        self.count += 1
        self._write("%s %s" % (seconds(self._clock.ms()), text))
