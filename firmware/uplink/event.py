"""A named disagreement with its evidence, so that a reader can redo the proof."""

from .window import Window


class Event:
    """`kind`, a `number` that stays the same while it goes on, and the count's bounds.

    pulses_low...pulses_high bound the pulses lost (or added) since the epoch
    began, up to `last_window`; None where a count means nothing.  `text` says
    more where there is more.  `at_ms` is when it was named first, `named_ms` when last.

    first, old: of D what was known before any pulse can have been lost, and the
    bound that it has passed.
    """

    def __init__(self, number: int, kind: str, window: Window, at_ms: int, side: int = 0, first: int = 0, old: int = 0):
        self.number = number
        self.kind = kind
        self.side = side
        self.at_ms = self.named_ms = at_ms
        self.open = True
        self.text: str | None = None
        self.first_window = self.last_window = window
        self.pulses_low: int | None = None
        self.pulses_high: int | None = None
        self._first = first
        self._old = old

    def count(self, extreme: int, proven: int, lo: int, hi: int, pulse: int) -> None:
        """Bound the count: `extreme` is the furthest bound of D since, (lo, hi) the last reading's.

        D moved by n pulses: past the old bound by more than the old D allowed,
        and no further than the last reading allows from the epoch's first one.
        Both are open intervals, so the integers lie strictly inside.
        """
        if self.side > 0:
            least, most = extreme - self._old, hi - self._first
        else:
            least, most = self._old - extreme, self._first - lo
        low = max(least, proven) // pulse + 1
        self.pulses_low = max(low, self.pulses_low or 1)
        self.pulses_high = -(-most // pulse) - 1
