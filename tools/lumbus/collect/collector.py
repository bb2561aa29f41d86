"""The collector: takes deliveries, saves them, and only then acknowledges them.

What is not committed is never acknowledged: the broker keeps it, over our end and the
database's.  What was committed and could not be acknowledged comes again, and is dropped
by its key.  So a message is stored once, whatever is killed and when.
"""

import threading
import time
from collections.abc import Callable

from .batch import Batch, Seen
from .counters import Counters
from .database import DatabaseDown
from .source import Delivery, Source, SourceDown
from .store import Refused, Saved, Store
from .topic import Topics

_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 5.0
# How long a look at the source lasts at the most: so soon an end is noticed.
_LOOK_S = 0.5
# Between two looks while a batch fills.
_PAUSE_S = 0.02


class Collector:
    """open_store() makes a new connection, or raises DatabaseDown.

    most, linger_s: a batch ends with so many deliveries, or so long after its first.
    told: where the reason of each wait goes, and of each message that is poisoned.
    """

    def __init__(
        self,
        source: Source,
        open_store: Callable[[], Store],
        base: str,
        most: int = 2000,
        linger_s: float = 0.2,
        told: Callable[[str], None] = lambda text: None,
        clock: Callable[[], float] = time.time,
    ):
        self.counters = Counters()
        self._source = source
        self._open_store = open_store
        self._store: Store | None = None
        self._topics = Topics(base)
        self._seen = Seen()
        self._most = most
        self._linger_s = linger_s
        self._told = told
        self._clock = clock
        self._ending = threading.Event()

    def end(self) -> None:
        """Finish the batch that is being saved, and come back from run(); from any thread or signal."""
        self._ending.set()

    def run(self, progress: Callable[[Counters], None] = lambda counters: None) -> None:
        """Until end().  progress() is called at least twice a second, but while something is waited for."""
        try:
            while not self._ending.is_set():
                self.step()
                progress(self.counters)
        finally:
            self.close()

    def step(self) -> int:
        """One batch, or a short wait where there is none; how many deliveries it had."""
        deliveries = self._gather()
        if deliveries and self._save_all(deliveries):
            self._acknowledge(deliveries)
        return len(deliveries)

    def close(self) -> None:
        self._source.close()
        if self._store is not None:
            self._store.close()

    def _gather(self) -> list[Delivery]:
        deliveries = self._take(self._most, _LOOK_S)
        if not deliveries:
            return deliveries
        until = time.monotonic() + self._linger_s
        while len(deliveries) < self._most and (left := until - time.monotonic()) > 0:
            # Not woken for each that comes: that would cost more than to store it.
            if self._ending.wait(min(left, _PAUSE_S)):
                break
            try:
                deliveries += self._source.take(self._most - len(deliveries), 0)
            except SourceDown:
                break
        self.counters.taken += len(deliveries)
        return deliveries

    def _take(self, most: int, wait_s: float) -> list[Delivery]:
        try:
            return self._source.take(most, wait_s)
        except SourceDown as e:
            self.counters.waits_broker += 1
            self._told(f"the broker: {e}")
            self._ending.wait(min(wait_s, _FIRST_WAIT_S))
            return []

    def _acknowledge(self, deliveries: list[Delivery]) -> None:
        try:
            self._source.acknowledge(deliveries)
        except SourceDown as e:
            # They come again, and are known.
            self._told(f"the broker: {e}")

    def _save_all(self, deliveries: list[Delivery]) -> bool:
        """Whether they are committed; False only at the end, while the database is away."""
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                self._split(deliveries)
                return True
            except DatabaseDown as e:
                self.counters.waits_database += 1
                self._told(f"the database: {e}")
                self._drop_store()
            if self._ending.wait(wait_s):
                return False
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _split(self, deliveries: list[Delivery]) -> None:
        """Saves them; halves what the database refuses until it is one message, which is poisoned."""
        batch = Batch(self._topics, self._seen, self._clock())
        for delivery in deliveries:
            batch.add(delivery)
        try:
            self._save(batch)
        except Refused as e:
            if len(deliveries) > 1:
                self.counters.splits += 1
                middle = len(deliveries) // 2
                self._split(deliveries[:middle])
                self._split(deliveries[middle:])
                return
            alone = Batch(self._topics, self._seen, self._clock())
            alone.poison(deliveries[0], f"the database refuses it: {e}")
            self._save(alone)

    def _save(self, batch: Batch) -> None:
        if self._store is None:
            self._store = self._open_store()
        began = time.monotonic()
        try:
            saved = self._store.save(batch)
        finally:
            self.counters.seconds_database += time.monotonic() - began
        batch.saved()
        self._count(batch, saved)

    def _count(self, batch: Batch, saved: Saved) -> None:
        for poisoned in batch.poisoned.values():
            self._told(f"poisoned: {poisoned.reason}, on {poisoned.topic}")
        counters = self.counters
        counters.batches += 1
        counters.stored += saved.stored
        counters.repeated += saved.repeated
        counters.poisoned += saved.poisoned
        counters.ignored += batch.ignored
        counters.others += batch.others

    def _drop_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
