"""From the outbox to the broker: at least once, in order, one message in flight.

The task connects, says that it is there, sends what waits, and comes back with
a growing pause after every failure.  A message leaves the outbox only when the
broker has acknowledged it; one that was sent before goes out again marked DUP.

With TLS nothing is tried before the clock is known: certificates have dates.
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
    """`settings` is config["mqtt"]; `state(name)` gives the text of the status; `tls` as network.open() takes it.

    on_session() is called when the broker has accepted, on_message(topic,
    payload, retained) with what it sends.
    Counters: `sessions` (accepted by the broker), `failures`.  `connected` now; else `failure` says why, None where
    nothing has been tried.
    """

    def __init__(self, network, clock, log, settings: dict, topics, outbox, state, random_below, tls=None):
        self._tls = tls
        self._network = network
        self._clock = clock
        self._log = log
        self._settings = settings
        self._topics = topics
        self._outbox = outbox
        self._state = state
        self._backoff = Backoff(_FIRST_BACKOFF_MS, _MOST_BACKOFF_MS, random_below)
        self._stop = False
        self.failure = None
        self._status_due_ms = 0
        self.subscriptions = []
        self.on_message = self.on_session = None
        self.info = "{}"
        # What it rests while there is nothing to send.
        self.idle_ms = _IDLE_MS
        # Answers to commands: [(topic, text, or a list of texts that are one)].
        self.replies = []
        self._extra = None
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

    def announce(self, messages) -> None:
        """An iterator of (topic, parts) that are to be retained: sent in this session when nothing else waits.

        parts() gives an iterator of texts, each time it is called.
        """
        self._extra = messages

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
        if self._tls is not None and self._clock.utc_ms() is None:
            raise LinkError("the clock is not set yet, and certificates have dates: waiting for NTP")
        link = Link(self._network, self._clock, self._codec, settings["keepalive_s"], self.on_message)
        try:
            await link.open(settings["host"], settings["port"], self._tls)
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
        self._outbox.restart()
        if self.on_session is not None:
            self.on_session()
        self.sessions += 1
        self.connected = True
        self._backoff.reset()
        self.failure = None
        self._log("mqtt %s: connected, %d messages wait" % (self._where(), len(self._outbox)))

    async def _work(self, link) -> bool:
        """One step: a status, a message, or a short rest.  False when all is said."""
        now = self._clock.ms()
        if now >= self._status_due_ms:
            self._status_due_ms = now + self._settings["status_s"] * 1000
            await link.publish(self._topics.status, self._state("online").encode(), True)
        await link.idle()
        if self.replies:
            topic, text = self.replies[0]
            if isinstance(text, list):
                await link.publish_parts(topic, lambda: text, False)
            else:
                await link.publish(topic, text.encode(), False)
            self.replies.pop(0)
            return True
        message = self._outbox.head()
        if message is None:
            return await self._rest(link)
        again = message.sent
        message.sent = True
        await link.publish(message.topic, message.payload(), message.retained, again)
        self._outbox.done(message)
        return True

    async def _rest(self, link) -> bool:
        """What can wait until nothing else does."""
        if self._stop and not len(self._outbox):
            return False
        if self._extra is not None:
            try:
                for topic, parts in self._extra:
                    await link.publish_parts(topic, parts)
                    return True
            except MemoryError as e:
                # It is a courtesy; the readings are not.
                self._log("mqtt: no memory for an announcement (%s)" % e)
            self._extra = None
        live, self.live = self.live, []
        if live:
            await link.publish(live[0], live[1].encode(), False)
        else:
            await self._clock.sleep_ms(self.idle_ms)
        return True

    async def _pause(self, failure: str, beat) -> None:
        wait = self._backoff.next_ms()
        if failure != self.failure:
            # The same trouble again is counted, not told again.
            self.failure = failure
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

    def _where(self) -> str:
        return "%s:%d" % (self._settings["host"], self._settings["port"])
