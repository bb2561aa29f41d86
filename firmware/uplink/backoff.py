"""Waiting longer after each failure, with jitter so that a street of gateways does not return at once."""


class Backoff:
    """Doubles from `first_ms` to `most_ms`; `random_below(n)` gives an int 0...n-1."""

    def __init__(self, first_ms: int, most_ms: int, random_below):
        self._first_ms = first_ms
        self._most_ms = most_ms
        self._random_below = random_below
        self._step_ms = first_ms

    def next_ms(self) -> int:
        """The next wait: three quarters of the step to all of it."""
        step = self._step_ms
        self._step_ms = min(2 * step, self._most_ms)
        return step - self._random_below(step // 4 + 1)

    def reset(self) -> None:
        self._step_ms = self._first_ms
