"""One message on its way to the broker."""


class Message:
    """`thing` is a Reading, or a text.  at_ms: since when it waits.

    `n`: its number in the journal, None while it is in RAM alone; `sent` before.
    """

    def __init__(self, topic: bytes, thing, at_ms: int, retained: bool = False, n=None):
        self.topic = topic
        self.thing = thing
        self.at_ms = at_ms
        self.retained = retained
        self.n = n
        self.sent = False
        self.is_reading = not isinstance(thing, str)

    def payload(self) -> bytes:
        thing = self.thing
        return (thing.to_json() if self.is_reading else thing).encode()
