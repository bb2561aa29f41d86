"""From the outbox to the broker: at least once, in order, one message in flight.

The task connects, says that it is there, sends what waits, and comes back with
a growing pause after every failure.  A message leaves the outbox only when the
broker has acknowledged it; one that was sent before goes out again marked DUP.
"""

from mbus._const import const

from .backoff import Backoff
from .mqtt_codec import Codec
from .mqtt_link import Link, LinkError

_OFFLINE = b'{"state":"offline"}'
_IDLE_MS = const(50)
_FIRST_BACKOFF_MS = const(500)
_MOST_BACKOFF_MS = const(15000)


class Publisher:
    """`settings` is config["mqtt"]; `state(name)` gives the text of the status.

    Counters: `sessions` (accepted by the broker), `failures`.  `connected` now.
    """

    def __init__(self, network, clock, log, settings: dict, topics, outbox, state, random_below):
        self._network = network
        self._clock = clock
        self._log = log
        self._settings = settings
        self._topics = topics
        self._outbox = outbox
        self._state = state
        self._backoff = Backoff(_FIRST_BACKOFF_MS, _MOST_BACKOFF_MS, random_below)
        self._stop = False
        self._last_failure = None
        self._status_due_ms = 0
        self.subscriptions = []
        self.on_message = _ignore
        self.info = "{}"
        # [topic, text] of what is worth nothing later: the newest only, sent when nothing else waits, and not kept.
        self.live = []
        self.sessions = 0
        self.failures = 0
        self.connected = False
        user = settings["user"]
        self._codec = Codec(
            topics.client_id,
            None if user is None else user.encode(),
            None if user is None else settings["password"].encode(),
            settings["keepalive_s"],
            topics.status,
            _OFFLINE,
        )

    def stop(self) -> None:
        """Send what waits, say goodbye, and end `run`."""
        self._stop = True

    async def run(self, beat) -> None:
        while True:
            beat()
            try:
                await self._session(beat)
                return
            except LinkError as e:
                self.failures += 1
                await self._pause(str(e), beat)

    async def _session(self, beat) -> None:
        settings = self._settings
        link = Link(self._network, self._clock, self._codec, settings["keepalive_s"], self._hear)
        try:
            await link.open(settings["host"], settings["port"])
            await self._greet(link)
            while await self._work(link):
                beat()
            await link.publish(self._topics.status, self._state("offline").encode(), True)
            await link.close()
        finally:
            self.connected = False
            link.drop()

    async def _greet(self, link) -> None:
        for topic in self.subscriptions:
            await link.subscribe(topic)
        await link.publish(self._topics.info, self.info.encode(), True)
        self._status_due_ms = 0
        self.live = []
        self.sessions += 1
        self.connected = True
        self._backoff.reset()
        self._last_failure = None
        self._log("mqtt %s: connected, %d messages wait" % (self._where(), len(self._outbox)))

    async def _work(self, link) -> bool:
        """One step: a status, a message, or a short rest.  False when all is said."""
        now = self._clock.ms()
        if now >= self._status_due_ms:
            self._status_due_ms = now + self._settings["status_s"] * 1000
            await link.publish(self._topics.status, self._state("online").encode(), True)
        await link.idle()
        message = self._outbox.head()
        if message is None:
            if self._stop:
                return False
            live, self.live = self.live, []
            if live:
                await link.publish(live[0], live[1].encode(), False)
            else:
                await self._clock.sleep_ms(_IDLE_MS)
            return True
        again = message.sent
        message.sent = True
        await link.publish(message.topic, message.payload, message.retained, again)
        self._outbox.done(message)
        return True

    async def _pause(self, failure: str, beat) -> None:
        wait = self._backoff.next_ms()
        if failure != self._last_failure:
            # The same trouble again is counted, not told again.
            self._last_failure = failure
            self._log(
                "mqtt %s: %s; trying again, %d messages wait (check broker, address and network)"
                % (self._where(), failure, len(self._outbox))
            )
        until = self._clock.ms() + wait
        # Who is asked to stop does not rest long: there is little time to send what waits.
        while self._clock.ms() < until and not (self._stop and wait > _FIRST_BACKOFF_MS):
            beat()
            await self._clock.sleep_ms(min(wait, 200))
        if self._stop:
            self._backoff.reset()

    def _hear(self, topic: bytes, payload: bytes) -> None:
        self.on_message(topic, payload)

    def _where(self) -> str:
        return "%s:%d" % (self._settings["host"], self._settings["port"])


def _ignore(topic: bytes, payload: bytes) -> None:
    pass
