"""What waits for the broker: a bounded queue that gives up its oldest and counts that.

It lives in RAM and is lost with it; a restart of the board loses what waits.
"""


class Message:
    """`topic` and `payload` (bytes), whether it is `retained`, and whether it was sent before."""

    def __init__(self, topic: bytes, payload: bytes, retained: bool, is_reading: bool):
        self.topic = topic
        self.payload = payload
        self.retained = retained
        self.is_reading = is_reading
        self.sent = False

    def __len__(self) -> int:
        return len(self.topic) + len(self.payload)


class Outbox:
    """At most `limit` bytes of topics and payloads.

    Counters: `accepted`, `acknowledged` and `dropped` readings, `dropped_other`.
    """

    def __init__(self, limit: int):
        self._limit = limit
        self._queue = []
        self.bytes = 0
        self.accepted = 0
        self.acknowledged = 0
        self.dropped = 0
        self.dropped_other = 0

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, topic: bytes, text: str, retained: bool = False, is_reading: bool = False) -> None:
        """Accept a message; the oldest that wait go when there is no room."""
        message = Message(topic, text.encode(), retained, is_reading)
        if is_reading:
            self.accepted += 1
        self._queue.append(message)
        self.bytes += len(message)
        while self.bytes > self._limit and len(self._queue) > 1:
            self._drop()

    def head(self):
        """The oldest Message, or None."""
        return self._queue[0] if self._queue else None

    def done(self, message: Message) -> None:
        """The broker has acknowledged `message`; nothing happens if it was given up meanwhile."""
        if self._queue and self._queue[0] is message:
            self._queue.pop(0)
            self.bytes -= len(message)
            self.acknowledged += message.is_reading

    def _drop(self) -> None:
        # The one that was sent may be at the broker already: the next oldest goes.
        message = self._queue.pop(1 if self._queue[0].sent else 0)
        self.bytes -= len(message)
        if message.is_reading:
            self.dropped += 1
        else:
            self.dropped_other += 1
