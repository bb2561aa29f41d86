"""umqtt.simple as a codec: it writes into memory and reads what is already there.

umqtt's own sockets block without a deadline, so it never gets one.  Its module
global `socket` is replaced by an object whose socket collects what is written;
and before every call that waits for an answer the answer that lets it return
is laid out.  The real answers are awaited, with deadlines, by `mqtt_link`.

What is closed around it here: the packet id never wraps (after 65 535 it would
be sent as 0, which a broker must refuse); topics and texts are counted in
characters (so they are bytes); SUBSCRIBE's one-byte length (1.3.4) bounds a
topic to 122 bytes; short reads raise IndexError or TypeError (so only whole
packets are fed).

Works with umqtt.simple 1.3.4 and 1.8.0, of which only what both have is used.
"""

import umqtt.simple

from mbus._const import const

_LAST_PID = const(65535)
_MAX_TOPIC = const(122)


class _MemorySocket:
    """What umqtt calls on a socket, over two buffers."""

    def __init__(self):
        self.out = b""
        self._in = b""

    def lay(self, data: bytes) -> None:
        self._in = data

    def write(self, data, size=None) -> None:
        self.out += bytes(data if size is None else memoryview(data)[:size])

    def read(self, size: int) -> bytes:
        if not 0 <= size <= len(self._in):
            raise ValueError("short packet")
        data = self._in[:size]
        self._in = self._in[size:]
        return data

    def connect(self, address) -> None:
        pass

    def settimeout(self, seconds) -> None:
        pass

    def setblocking(self, flag) -> None:
        pass

    def close(self) -> None:
        pass


class _MemoryNetwork:
    """Stands in for the module `socket` in umqtt.simple."""

    def __init__(self, socket: _MemorySocket):
        self._socket = socket

    def socket(self):
        return self._socket

    def getaddrinfo(self, host, port):
        return (("memory", host, port),)


class Codec:
    """Bytes of MQTT packets for one client.  user and password are bytes or None.

    keepalive_s: 1...65535.  will_topic and will (bytes): the retained last will.
    """

    def __init__(self, client_id: bytes, user, password, keepalive_s: int, will_topic: bytes, will: bytes):
        self._socket = _MemorySocket()
        self._client = umqtt.simple.MQTTClient(client_id, "memory", 1, user, password, keepalive_s)
        self._client.sock = self._socket
        self._client.set_last_will(will_topic, will, True, 1)
        self._client.set_callback(self._on_message)
        self._inbox = []

    def connect(self) -> bytes:
        # Both versions look their sockets up in this global of theirs.
        umqtt.simple.socket = _MemoryNetwork(self._socket)  # pyright: ignore[reportAttributeAccessIssue]
        self._socket.lay(b"\x20\x02\0\0")
        self._client.connect(True)
        return self._written()

    def publish(self, topic: bytes, payload: bytes, retained: bool, again: bool):
        """(packet, packet id) of a QoS 1 PUBLISH; `again` sets DUP."""
        pid = self._next_pid()
        self._socket.lay(b"\x40\x02" + pid.to_bytes(2, "big"))
        self._client.publish(topic, payload, retained, 1)
        packet = self._written()
        if again:
            packet = bytes((packet[0] | 0x08,)) + packet[1:]
        return packet, pid

    def publish_head(self, topic: bytes, size: int, retained: bool):
        """(what comes before a payload of `size` bytes, packet id) of a QoS 1 PUBLISH."""
        packet, pid = self.publish(topic, b"", retained, False)
        at = 1
        while packet[at] & 0x80:
            at += 1
        body = packet[at + 1 :]
        head = bytearray(packet[:1])
        size += len(body)
        while size > 127:
            head.append(size & 127 | 0x80)
            size >>= 7
        head.append(size)
        return head + body, pid

    def subscribe(self, topic: bytes):
        """(packet, packet id) of a SUBSCRIBE at QoS 0; ValueError above 122 bytes.

        A clean session would get nothing more with QoS 1, and a broker must keep a queue for it: NATS a consumer
        for each gateway, of which a cluster carries thousands and no more.
        """
        if len(topic) > _MAX_TOPIC:
            raise ValueError("topic of %d bytes, at most %d can be subscribed" % (len(topic), _MAX_TOPIC))
        pid = self._next_pid()
        self._socket.lay(b"\x90\x03" + pid.to_bytes(2, "big") + b"\x00")
        self._client.subscribe(topic, 0)
        return self._written(), pid

    def ping(self) -> bytes:
        self._client.ping()
        return self._written()

    def disconnect(self) -> bytes:
        self._client.disconnect()
        return self._written()

    def receive(self, packet: bytes):
        """(topic, payload, answer) of a whole PUBLISH packet; answer is the PUBACK or b"".

        ValueError when its own lengths do not fit it.
        """
        self._inbox.clear()
        self._socket.lay(packet)
        self._client.wait_msg()
        topic, payload = self._inbox.pop()
        return topic, payload, self._written()

    def _on_message(self, topic, payload) -> None:
        self._inbox.append((bytes(topic), bytes(payload)))

    def _next_pid(self) -> int:
        if self._client.pid >= _LAST_PID:
            self._client.pid = 0
        return self._client.pid + 1

    def _written(self) -> bytes:
        data = self._socket.out
        self._socket.out = b""
        return data
