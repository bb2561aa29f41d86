"""Where deliveries come from: what a broker's client must be able to do for the collector."""

from dataclasses import dataclass
from typing import Protocol


class SourceDown(Exception):
    """The broker is away; the text says why.  The source connects again by itself: ask it again later."""


@dataclass(slots=True)
class Delivery:
    """A message as it came.

    mark: the source's own, by which it knows the message when it is acknowledged.
    """

    topic: str
    payload: bytes
    retained: bool = False
    mark: object = None


class Source(Protocol):
    def take(self, most: int, wait_s: float) -> list[Delivery]:
        """What is there, 1...most; blocks at most wait_s for the first, and [] where none came.

        SourceDown while the broker is away.
        """
        ...

    def acknowledge(self, deliveries: list[Delivery]) -> None:
        """To the broker: these need not be sent again.  Only called when the database has committed.

        What cannot be acknowledged, since the connection was lost meanwhile, comes
        again: that is no error.  SourceDown is allowed all the same.
        """
        ...

    def close(self) -> None:
        """What was not acknowledged stays with the broker."""
        ...
