"""Connections and datagrams that come in, over real sockets of the loopback device."""

import socket
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from esp32_fakes import load

Listener = load("listener").Listener
Questions = load("questions").Questions


def address(port):
    return socket.getaddrinfo("127.0.0.1", port)[0][-1]


def until(thing):
    """What `thing()` gives in the end; the loopback device takes a moment."""
    for _ in range(100000):
        got = thing()
        if got:
            return got
    raise AssertionError("nothing came")


def test_a_connection_to_and_fro():
    listener = Listener("127.0.0.1", 0, lambda: ["127.0.0.1"])
    assert listener.accept() is None
    assert listener.where() == "127.0.0.1:%d" % listener.port
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect(address(listener.port))
    guest = until(listener.accept)
    assert guest.read(100) == b""
    client.send(b"hello")
    assert until(lambda: guest.read(3)) == b"hel" and until(lambda: guest.read(100)) == b"lo"
    assert guest.write(b"there") == 5
    assert client.recv(10) == b"there"
    # Who takes nothing is not waited for.
    taken = 0
    for _ in range(10000):
        got = guest.write(bytes(1000))
        if not got:
            break
        taken += got
    assert not guest.write(b"x") and taken < 10000000
    client.close()
    listener.close()
    guest.close()


def test_a_client_that_goes_is_an_error():
    listener = Listener("127.0.0.1", 0, list)
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect(address(listener.port))
    guest = until(listener.accept)
    client.close()

    def reads():
        for _ in range(100000):
            guest.read(10)

    raises(OSError, reads)
    guest.close()
    listener.close()


def test_a_port_that_is_taken_is_told():
    listener = Listener("127.0.0.1", 0, list)
    error = raises(OSError, lambda: Listener("127.0.0.1", listener.port, list))
    assert "port %d" % listener.port in str(error)
    listener.close()


def test_datagrams_are_answered_where_they_came_from():
    listener = Listener("127.0.0.1", 0, list)
    questions = Questions("127.0.0.1", listener.port)
    assert questions.receive() is None
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.sendto(b"who?", address(listener.port))
    data, sender = until(questions.receive)
    assert data == b"who?"
    questions.send(b"I", sender)
    assert client.recv(10) == b"I"
    client.close()
    questions.close()
    listener.close()
