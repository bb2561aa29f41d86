"""The journal's side of the outbox: messages to records and back, at a pace, and dated.

* What comes back out of the journal is marked `replayed`, and comes no faster
  than the configuration allows: a gateway that returns after a week must not
  drown the broker, nor all gateways of a street together.
* A reading taken before the clock was known is dated when it is sent, if the
  clock is known by then.  If a restart lies between, the difference between
  clock and uptime of that start is needed: it is kept for the last few.
"""

import json

from mbus._const import const

from .message import Message

_FILE = "clocks.json"
_BOOTS = const(8)
_FEW = const(16)


class Backlog:
    """`records` packs and unpacks (see reading_record); per_s: at most so many messages a second come back out.

    `boot`: this start's number; `storage` keeps the clocks of starts.
    """

    def __init__(self, journal, records, clock, log, topics, storage, boot: int, per_s: int):
        self.journal = journal
        self._records = records
        self._clock = clock
        self._log = log
        self._topics = topics
        self._storage = storage
        self._boot = boot
        self._pace_ms = 1000 // per_s
        self._next_ms = 0
        self._held = None
        self._known = None
        # Whether readings of this start wait that have no date yet.
        self._is_undated = False

    @property
    def waiting(self) -> int:
        return self.journal.waiting

    def store(self, message) -> None:
        """Onto the flash; OSError when that does not take it."""
        thing = message.thing
        journal = self.journal
        try:
            journal.ready()
            message.n = journal.append(self._records.pack(thing, journal.n, journal.group))
        except OSError:
            self._records.forget()
            raise
        if message.is_reading and thing.ts_ms is None:
            self._is_undated = True

    def look(self) -> None:
        """Once the clock is known: keep what dates the readings that wait, also over a restart."""
        if self._is_undated and self._clock.utc_ms() is not None:
            self._is_undated = False
            clocks = self._clocks()
            clocks[str(self._boot)] = self._clock.utc_ms() - self._clock.ms()
            for boot in sorted(clocks, key=int)[:-_BOOTS]:
                del clocks[boot]
            try:
                self._storage.write(_FILE, json.dumps(clocks))
            except OSError as e:
                self._log("clocks.json: cannot be written (%s)" % e)

    def restart(self) -> None:
        """Begin again at the oldest that was not acknowledged."""
        self._held = None
        self.journal.rewind()

    def head(self):
        """The next Message from the flash; None while it is not yet time for it."""
        journal = self.journal
        if self._held is None and self._clock.ms() >= self._next_ms:
            # A few at a time: what was acknowledged before is read again for the keys in it.
            for _ in range(_FEW):
                found = journal.next()
                if found is None:
                    break
                self._held = self._message(*found)
                if self._held is not None:
                    break
        return self._held

    def done(self, n: int) -> None:
        """All up to number `n` are at the broker."""
        self.journal.ack(n)
        self._held = None
        self._next_ms = self._clock.ms() + self._pace_ms

    def _message(self, n: int, payload):
        """None where it is acknowledged already, or cannot be read."""
        try:
            thing = self._records.unpack(payload, n)
        except ValueError as e:
            self._log("journal: %s" % e)
            if n > self.journal.acked:
                self.journal.damaged += 1
                self.journal.ack(n)
            return None
        if n <= self.journal.acked:
            return None
        if isinstance(thing, str):
            return Message(self._topics.event, thing, 0, False, n)
        thing.replayed = True
        if thing.ts_ms is None:
            self._date(thing)
        return Message(self._topics.meter(thing.meter, "reading"), thing, 0, False, n)

    def _date(self, reading) -> None:
        utc_ms = self._clock.utc_ms()
        if reading.boot != self._boot:
            offset = self._clocks().get(str(reading.boot))
        else:
            offset = None if utc_ms is None else utc_ms - self._clock.ms()
        if offset is not None:
            reading.ts_ms = reading.at_ms + offset
            reading.quality = "dated"

    def _clocks(self) -> dict:
        """{start: UTC less uptime in ms}, read once."""
        if self._known is None:
            try:
                self._known = json.loads(self._storage.read(_FILE) or "{}")
            except (OSError, ValueError):
                self._known = {}
        return self._known
