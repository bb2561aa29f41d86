"""A broker for tests, in memory: a network port whose connections answer as told.

`script` is a list of behaviours, one a connection, the last one for all that
follow.  A behaviour is a set of words:

    refuse        the connection is refused
    mute          accepts and says nothing
    half          sends half a CONNACK
    bad_user      CONNACK with code 4, and closes at once
    no_puback     takes PUBLISH packets and does not acknowledge
    drop_puback   closes when the first PUBLISH comes
    stop_reading  takes no byte after CONNECT
    no_ping       does not answer pings
    garbage       sends what is no MQTT
    late_puback   acknowledges a wrong packet id first
"""

from uplink.mqtt_packets import PacketReader


class Network:
    """The network port over simulated brokers; `published` holds (topic, payload, first byte)."""

    def __init__(self, clock, *script):
        self._clock = clock
        self._script = list(script) or [()]
        self.opened = 0
        self.published = []
        self.subscribed = []
        self.pids = []
        self.pings = 0
        self.connects = []
        self.last = None
        self.goodbyes = 0

    def open(self, host, port, tls=None):
        words = self._script[min(self.opened, len(self._script) - 1)]
        self.opened += 1
        if "refuse" in words:
            raise OSError(111, "ECONNREFUSED")
        self.last = Connection(self, words)
        return self.last

    async def run(self, beat):
        while True:
            beat()
            await self._clock.sleep_ms(1000)


class Connection:
    def __init__(self, network, words):
        self._network = network
        self._words = words
        self._reader = PacketReader(100000)
        self._out = b""
        self._closed = False
        self._connected = False

    def ready(self):
        return True

    def write(self, data):
        self._check()
        if "stop_reading" in self._words and self._connected:
            return 0
        # In pieces: a sender must cope with a socket that takes a part.
        taken = bytes(data[:100])
        self._reader.feed(taken)
        packet = self._reader.take()
        while packet is not None:
            self._answer(packet)
            packet = self._reader.take()
        return len(taken)

    def read(self, size):
        data = self._out[:size]
        self._out = self._out[size:]
        if not data:
            self._check()
        return data

    def close(self):
        self._closed = True

    def push(self, data):
        """Let the broker send something by itself."""
        self._out += data

    def _check(self):
        if self._closed:
            raise OSError(104, "ECONNRESET")

    def _answer(self, packet):
        kind = packet[0] >> 4
        if kind == 1:
            self._connected = True
            self._network.connects.append(packet)
            self._connack()
        elif kind == 3:
            self._publish(packet)
        elif kind == 8:
            self._network.subscribed.append(packet[6:-1])
            self._out += b"\x90\x03" + packet[2:4] + b"\x01"
        elif kind == 12:
            self._network.pings += 1
            if "no_ping" not in self._words:
                self._out += b"\xd0\0"
        elif kind == 14:
            self._network.goodbyes += 1

    def _connack(self):
        words = self._words
        if "mute" in words:
            return
        if "half" in words:
            self._out += b"\x20\x02"
        elif "garbage" in words:
            self._out += b"\x00\xff\xff\xff\xff\xff\xff"
        else:
            self._closed = "bad_user" in words
            self._out += b"\x20\x02\0" + (b"\x04" if self._closed else b"\0")

    def _publish(self, packet):
        start = 2
        while packet[start - 1] & 0x80:
            start += 1
        size = packet[start] << 8 | packet[start + 1]
        topic = packet[start + 2 : start + 2 + size]
        pid = packet[start + 2 + size : start + 4 + size]
        if "drop_puback" in self._words:
            self._closed = True
            return
        self._network.published.append((topic, packet[start + 4 + size :], packet[0]))
        self._network.pids.append(pid[0] << 8 | pid[1])
        if "late_puback" in self._words:
            self._out += b"\x40\x02\x12\x34"
        if "no_puback" not in self._words:
            self._out += b"\x40\x02" + pid
