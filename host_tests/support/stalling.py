"""A broker that stalls: at a certain step it says nothing more, half of it, or goes away."""

import socket
import threading

CONNACK = b"\x20\x02\0\0"
SUBACK = b"\x90\x03%s\x01"


class Stalling:
    """A server on loopback whose `way` is a function of a connected socket."""

    def __init__(self, way):
        self._way = way
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(8)
        self.port = self._socket.getsockname()[1]
        self.connections = 0
        self._held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._held.append(client)
            threading.Thread(target=self._meet, args=(client,), daemon=True).start()

    def _meet(self, client):
        try:
            self._way(client)
        except OSError:
            pass

    def stop(self):
        for one in (self._socket, *self._held):
            one.close()


def packet(client) -> bytes:
    """The next whole packet; b"" at the end."""
    head = client.recv(1)
    if not head:
        raise OSError("closed")
    size = shift = 0
    while True:
        byte = client.recv(1)[0]
        size |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    body = b""
    while len(body) < size:
        body += client.recv(size - len(body))
    return head + body


def accepted(client) -> None:
    packet(client)
    client.sendall(CONNACK)


def says_nothing(client):
    packet(client)


def half_a_connack(client):
    packet(client)
    client.sendall(CONNACK[:3])


def drops_in_a_connack(client):
    half_a_connack(client)
    client.close()


def no_suback(client):
    accepted(client)
    packet(client)


def drops_in_a_puback(client):
    accepted(client)
    while True:
        got = packet(client)
        if got[0] == 0x82:
            client.sendall(SUBACK % got[1:3])
        elif got[0] & 0xF0 == 0x30:
            client.sendall(b"\x40\x02\0")
            client.close()
            return


def a_byte_at_a_time(client):
    packet(client)
    for byte in CONNACK + SUBACK % b"\0\x01":
        client.sendall(bytes((byte,)))
        threading.Event().wait(0.3)


def stops_reading(client):
    client.sendall(CONNACK)
