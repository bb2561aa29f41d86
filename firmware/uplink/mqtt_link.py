"""One connection to the broker, with a deadline for every wait.

TCP connect, CONNACK, PUBACK, SUBACK, PINGRESP and the sending itself each have
theirs; whatever passes one, or any protocol fault, is a LinkError and ends the
connection.  No call of this waits without letting other tasks run.

The network port: `open(host, port, tls)` gives a connection whose `ready()` tells
whether it is up, `write(data) -> int` and `read(size) -> bytes` never wait
(0 and b"" mean "not now"); all raise OSError when it is over.
"""

from mbus._const import const

from .mqtt_packets import PacketError, PacketReader

_CONNECT_MS = const(10000)
_ANSWER_MS = const(5000)
_SEND_MS = const(10000)
_TICK_MS = const(10)
_READ_SIZE = const(512)
_MAX_PACKET = const(2048)

_CONNACK = const(0x20)
_PUBLISH = const(0x30)
_PUBACK = const(0x40)
_SUBACK = const(0x90)
_PINGRESP = const(0xD0)

_REFUSALS = (
    "",
    "it does not speak MQTT 3.1.1",
    "it refuses this client id",
    "it is not available now",
    "user name or password is wrong",
    "not allowed to connect; user name or password may be wrong",
)


class LinkError(Exception):
    """The connection failed or ended; the text says where and why."""


class Link:
    """One session.  `on_message(topic, payload, retained)` gets what the broker publishes to us."""

    def __init__(self, network, clock, codec, keepalive_s: int, on_message):
        self._network = network
        self._clock = clock
        self._codec = codec
        self._on_message = on_message
        self._connection = None
        self._reader = PacketReader(_MAX_PACKET)
        self._answers = []
        # What a failure is called: until the broker has accepted nothing is lost.
        self._lost = "cannot connect (%s)"
        # Half the keep-alive leaves room for a ping that is late.
        self._ping_ms = keepalive_s * 500
        self._sent_ms = 0
        self._ping_due_ms = None

    async def open(self, host: str, port: int, tls=None) -> None:
        """Connect and be accepted; LinkError else.  tls: as the network port takes it, None for plain."""
        try:
            connection = self._connection = self._network.open(host, port, tls)
            await self._until(connection.ready, _CONNECT_MS, "connecting")
        except OSError as e:
            raise LinkError("cannot connect (%s)" % e)
        # With TLS this includes the handshake.
        await self._send(self._codec.connect(), "cannot connect (%s)")
        answer = await self._answer(_CONNACK, None, "CONNACK")
        if len(answer) < 4:
            raise LinkError("malformed CONNACK")
        code = answer[3]
        if code:
            reason = _REFUSALS[code] if code < len(_REFUSALS) else "code %d" % code
            raise LinkError("the broker refuses: " + reason)
        self._lost = "connection lost (%s)"

    async def subscribe(self, topic: bytes) -> None:
        packet, pid = self._codec.subscribe(topic)
        await self._send(packet)
        answer = await self._answer(_SUBACK, pid, "SUBACK")
        if answer[-1] & 0x80:
            raise LinkError("the broker refuses the subscription to " + topic.decode())

    async def publish(self, topic: bytes, payload: bytes, retained: bool, again: bool = False) -> None:
        """QoS 1: returns when the broker has acknowledged."""
        packet, pid = self._codec.publish(topic, payload, retained, again)
        await self._send(packet)
        await self._answer(_PUBACK, pid, "PUBACK")

    async def publish_parts(self, topic: bytes, parts, retained: bool = True) -> None:
        """As publish(); parts() gives an iterator of texts, twice the same: the whole is never in memory."""
        size = 0
        for part in parts():
            size += len(part.encode())
        head, pid = self._codec.publish_head(topic, size, retained)
        await self._send(head)
        for part in parts():
            await self._send(part.encode())
        await self._answer(_PUBACK, pid, "PUBACK")

    async def idle(self) -> None:
        """Take what has come and keep the connection alive; to be called often."""
        await self._take_in()
        # Nobody waits for an answer now: a late one is of no use.
        self._answers.clear()
        now = self._clock.ms()
        if self._ping_due_ms is not None:
            if now > self._ping_due_ms:
                raise LinkError("no PINGRESP in time")
        elif now - self._sent_ms >= self._ping_ms:
            await self._send(self._codec.ping())
            self._ping_due_ms = now + _ANSWER_MS

    async def close(self) -> None:
        """Say goodbye where that is possible, and let go."""
        if self._connection is None:
            return
        try:
            await self._send(self._codec.disconnect())
        except (LinkError, OSError):
            pass
        self.drop()

    def drop(self) -> None:
        """Let go of the connection at once: the broker will publish the last will."""
        connection = self._connection
        self._connection = None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                pass

    def _live(self):
        if self._connection is None:
            raise LinkError("not connected")
        return self._connection

    async def _until(self, done, limit_ms: int, what: str) -> None:
        deadline = self._clock.ms() + limit_ms
        while not done():
            if self._clock.ms() > deadline:
                raise LinkError("%s took more than %d s" % (what, limit_ms // 1000))
            await self._clock.sleep_ms(_TICK_MS)

    async def _send(self, data: bytes, failed: str = "connection lost while sending (%s)") -> None:
        """Hand all of `data` to the network, in one piece where it takes it."""
        deadline = self._clock.ms() + _SEND_MS
        view = memoryview(data)
        while True:
            try:
                view = view[self._live().write(view) :]
            except OSError as e:
                raise LinkError(failed % e)
            if not len(view):
                self._sent_ms = self._clock.ms()
                return
            if self._clock.ms() > deadline:
                raise LinkError("the broker has stopped reading")
            await self._clock.sleep_ms(_TICK_MS)

    async def _answer(self, kind: int, pid, name: str) -> bytes:
        """The awaited packet; others are handled on the way."""
        deadline = self._clock.ms() + _ANSWER_MS
        while True:
            await self._take_in()
            while self._answers:
                packet = self._answers.pop(0)
                if packet[0] & 0xF0 == kind and (pid is None or _pid(packet) == pid):
                    return packet
            if self._clock.ms() > deadline:
                raise LinkError("no %s within %d s" % (name, _ANSWER_MS // 1000))
            await self._clock.sleep_ms(_TICK_MS)

    async def _take_in(self) -> None:
        """Take what one read gives: a refusal must be told before the close behind it is met."""
        try:
            data = self._live().read(_READ_SIZE)
        except OSError as e:
            raise LinkError(self._lost % e)
        try:
            self._reader.feed(data)
            packet = self._reader.take()
            while packet is not None:
                await self._handle(packet)
                packet = self._reader.take()
        except PacketError as e:
            raise LinkError("protocol error: %s" % e)

    async def _handle(self, packet: bytes) -> None:
        kind = packet[0] & 0xF0
        if kind == _PINGRESP:
            self._ping_due_ms = None
        elif kind == _PUBLISH:
            try:
                topic, payload, answer = self._codec.receive(packet)
            except (ValueError, AssertionError):
                raise PacketError("malformed PUBLISH")
            if answer:
                await self._send(answer)
            self._on_message(topic, payload, packet[0] & 1)
        else:
            self._answers.append(packet)


def _pid(packet: bytes) -> int:
    """The packet id of a PUBACK or SUBACK; -1 where there is none."""
    return packet[2] << 8 | packet[3] if len(packet) >= 4 else -1
