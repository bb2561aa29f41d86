"""Deliveries between the thread that has the connection and the one that stores them."""

import threading
import time
from collections import deque

from .source import Delivery, SourceDown


class Inbox:
    """`fault`: in words what keeps the broker away; None while all is well."""

    def __init__(self):
        self._deliveries: deque[Delivery] = deque()
        self._changed = threading.Condition()
        self.fault: str | None = None

    def put(self, deliveries: list[Delivery]) -> None:
        """Several at once: each call wakes the other thread."""
        with self._changed:
            self._deliveries.extend(deliveries)
            self._changed.notify()

    def take(self, most: int, wait_s: float) -> list[Delivery]:
        """As Source.take(): SourceDown when none came while a fault lasts."""
        deadline = time.monotonic() + wait_s
        with self._changed:
            while not self._deliveries:
                left = deadline - time.monotonic()
                if left <= 0:
                    if self.fault is not None:
                        raise SourceDown(self.fault)
                    return []
                self._changed.wait(left)
            return [self._deliveries.popleft() for _ in range(min(most, len(self._deliveries)))]
