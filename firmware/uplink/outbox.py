"""What waits for the broker, in order, and when it counts as accepted.

* A reading or an event waits in RAM while the broker may yet answer in time.
  One that has not been acknowledged after 2 s goes to the journal on flash, and
  from then on all do, in their order, until the journal is empty again.
* A reading is accepted when it is in the journal or acknowledged: no sooner, for
  what is in RAM alone a power cut takes.
* Of what holds now (availability, verdict) the newest text of each topic waits:
  an older one is worth nothing.
"""

from mbus._const import const

from .message import Message

_PATIENCE_MS = const(2000)
# The flash that refused is asked again after so long.
_RETRY_MS = const(10000)
# What a message in RAM is taken to need there.
_BYTES = const(512)
# Events that are kept to be shown.
_EVENTS = const(4)


class Outbox:
    """`backlog` is the journal's side (see backlog.py); `limit` bytes of RAM are used while the flash refuses.

    `accepted(reading)` is called with each that is.  Counters: `accepted`,
    `acknowledged`; `dropped` readings and `dropped_other`, which were never
    accepted: the flash refused, and there was no room left.  `events`: the texts of the last ones, the newest last.
    """

    def __init__(self, clock, log, backlog, limit: int, on_accepted=None):
        self._clock = clock
        self._log = log
        self._limit = limit // _BYTES
        self._on_accepted = on_accepted
        self._queue = []
        self._states = {}
        self.events = []
        self._retry_ms = 0
        self.backlog = backlog
        self.accepted = 0
        self.acknowledged = 0
        self.dropped = 0
        self.dropped_other = 0

    def __len__(self) -> int:
        return len(self._queue) + len(self._states) + self.backlog.waiting

    def put(self, topic: bytes, thing) -> None:
        """Take a Reading, or the text of an event, that is to arrive."""
        queue = self._queue
        queue.append(Message(topic, thing, self._clock.ms()))
        if not queue[-1].is_reading:
            self.events = self.events[1 - _EVENTS :] + [thing]
        if len(queue) > self._limit:
            # The one that was sent may be at the broker already: the next oldest goes.
            if queue.pop(1 if queue[0].sent else 0).is_reading:
                self.dropped += 1
            else:
                self.dropped_other += 1

    def keep(self, topic: bytes, text: str) -> None:
        """What holds now on a retained topic."""
        self._states[topic] = text

    def waits(self, topic: bytes) -> bool:
        """Whether something for that retained topic was not acknowledged yet."""
        return topic in self._states

    def look(self, at_once: bool = False) -> None:
        """Put what has waited long enough on flash, one message a call; to be called often.

        at_once: the oldest that waits, however young.
        """
        queue = self._queue
        backlog = self.backlog
        now = self._clock.ms()
        if not queue or now < self._retry_ms:
            return
        if at_once or backlog.waiting or now - queue[0].at_ms > _PATIENCE_MS:
            try:
                backlog.store(queue[0])
            except OSError as e:
                self._retry_ms = now + _RETRY_MS
                self._log("journal: the flash takes nothing (%s); %d messages wait in RAM" % (e, len(queue)))
                return
            self._accept(queue.pop(0))

    def save(self) -> None:
        """All that waits goes to flash, as far as that takes it."""
        before = -1
        while self._queue and len(self._queue) != before:
            before = len(self._queue)
            self.look(True)

    def restart(self) -> None:
        """A new session: what was not acknowledged comes again."""
        self.backlog.restart()

    def head(self):
        """The next Message to be sent, or None."""
        for topic in self._states:
            return Message(topic, self._states[topic], 0, True)
        if self.backlog.waiting:
            return self.backlog.head()
        return self._queue[0] if self._queue else None

    def done(self, message) -> None:
        """The broker has acknowledged `message`."""
        if message.retained:
            # A newer one may have come meanwhile.
            if self._states.get(message.topic) is message.thing:
                del self._states[message.topic]
            return
        if message.n is not None:
            self.backlog.done(message.n)
        elif self._queue and self._queue[0] is message:
            self._accept(self._queue.pop(0))
        self.acknowledged += message.is_reading

    def _accept(self, message) -> None:
        if message.is_reading:
            self.accepted += 1
            if self._on_accepted is not None:
                self._on_accepted(message.thing)
