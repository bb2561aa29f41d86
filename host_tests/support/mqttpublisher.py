"""A publisher over MQTT 3.1.1 with QoS 1, as a gateway does it: what has no PUBACK it publishes again elsewhere."""

import contextlib
import socket
import struct
import threading
import time

# As the firmware: an answer that takes longer ends the connection.
_ANSWER_S = 5


class Publisher(threading.Thread):
    """Publishes payload(number) on topic(number), number 0...count-1, at the ports in turn; one is used at a time.

    acknowledged: the numbers that got their PUBACK.  pauses: seconds between an acknowledgement and the next.
    """

    def __init__(self, ports, topic, payload, count, window=20, name="publisher", user=None, password=None):
        super().__init__(daemon=True)
        self.ports, self.topic, self.payload, self.count = list(ports), topic, payload, count
        self.window, self.client_id = window, name
        self.login = (user, password)
        self.acknowledged: set[int] = set()
        self.connections = 0
        self.longest_pause_s = 0.0
        self._last = None

    def finish(self, within_s: float) -> None:
        """Returns when everything is acknowledged."""
        self.join(within_s)
        assert len(self.acknowledged) == self.count, f"{len(self.acknowledged)} of {self.count} acknowledged"

    def run(self) -> None:
        while len(self.acknowledged) < self.count:
            port = self.ports[self.connections % len(self.ports)]
            self.connections += 1
            with contextlib.suppress(OSError, EOFError):
                self._publish_at(port)
                return
            time.sleep(0.05)

    def _publish_at(self, port: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_S) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            s.sendall(connect(self.client_id, *self.login))
            if read_exactly(s, 4)[3]:
                raise OSError("refused")
            flying: dict[int, int] = {}
            again = sorted(set(range(self.count)) - self.acknowledged)
            at = pid = 0
            while at < len(again) or flying:
                while at < len(again) and len(flying) < self.window:
                    pid = pid % 65535 + 1
                    flying[pid] = again[at]
                    s.sendall(publish(self.topic(again[at]), self.payload(again[at]), pid))
                    at += 1
                answer = read_exactly(s, 4)
                self._take(flying.pop(struct.unpack(">H", answer[2:])[0]))
            s.sendall(b"\xe0\x00")

    def _take(self, number: int) -> None:
        now = time.monotonic()
        if self._last is not None:
            self.longest_pause_s = max(self.longest_pause_s, now - self._last)
        self._last = now
        self.acknowledged.add(number)


def connect(client_id: str, user=None, password=None) -> bytes:
    flags = 0x02 | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
    body = b"\x00\x04MQTT\x04" + bytes((flags,)) + b"\x00\x1e" + _text(client_id)
    for part in (user, password):
        if part is not None:
            body += _text(part)
    return b"\x10" + _length(len(body)) + body


def publish(topic: str, payload: bytes, pid: int, retained: bool = False) -> bytes:
    body = _text(topic) + struct.pack(">H", pid) + payload
    return bytes((0x32 | retained,)) + _length(len(body)) + body


def read_exactly(s: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = s.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


def _length(size: int) -> bytes:
    out = b""
    while True:
        size, rest = divmod(size, 128)
        out += bytes((rest | (0x80 if size else 0),))
        if not size:
            return out
