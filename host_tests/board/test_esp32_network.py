"""The ESP32's network: DNS and connections."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

import errno

from checks import raises
from esp32_fakes import load
from esp32_netfakes import Sockets, os_error

addresses = load("addresses")
esp32_socket = load("esp32_socket")
esp32_network = load("esp32_network")


class Radio:
    is_there = False

    def state(self):
        return "up" if self.is_there else "joining"


class World:
    """A Network on fakes."""

    def __init__(self):
        addresses.socket = esp32_socket.socket = esp32_socket.select = self.sockets = Sockets()
        self.radio = Radio()
        self.port = esp32_network.Network(self.radio)

    def up(self):
        self.radio.is_there = True
        assert self.port.is_up()
        return self

    def open(self):
        return self.port.open("broker.example", 1883)

    def connected(self):
        connection = self.open()
        self.sockets.made[-1].event = Sockets.POLLOUT
        assert connection.ready()
        return connection, self.sockets.made[-1]


def test_without_wifi_no_connection_is_begun_and_dns_not_asked():
    world = World()
    error = raises(OSError, world.open)
    assert error.errno == errno.ENOTCONN
    assert world.sockets.questions == 0


def test_dns_is_asked_once():
    world = World().up()
    for _ in range(5):
        connection, socket = world.connected()
        assert socket.address == ("192.0.2.1", 1883)
        connection.close()
    assert world.sockets.questions == 1
    world.port.open("other.example", 1883)
    world.port.open("broker.example", 8883)
    assert world.sockets.questions == 3


def test_dns_is_asked_again_after_a_failed_connect_only():
    world = World().up()
    world.connected()
    world.sockets.numeric = "192.0.2.99"
    # One that was given up before it was up.
    world.open().close()
    assert world.sockets.questions == 1
    connection, socket = world.connected()
    assert world.sockets.questions == 2
    assert socket.address == ("192.0.2.99", 1883)
    # One that broke later says nothing against the address.
    socket.inbox.append(os_error(errno.ECONNRESET))
    raises(OSError, connection.read, 512)
    connection.close()
    world.open()
    assert world.sockets.questions == 2


def test_a_refused_connection_is_a_failed_one():
    world = World().up()
    connection = world.open()
    world.sockets.made[-1].event = Sockets.POLLOUT | Sockets.POLLHUP
    assert raises(OSError, connection.ready).errno == errno.ECONNREFUSED
    connection.close()
    connection.close()
    world.open()
    assert world.sockets.questions == 2


def test_a_connect_that_fails_at_once_is_a_failed_one():
    world = World().up()
    world.sockets.connect_error = os_error(errno.EHOSTUNREACH)
    assert raises(OSError, world.open).errno == errno.EHOSTUNREACH
    assert world.sockets.made[-1].closed == 1
    raises(OSError, world.open)
    assert world.sockets.questions == 2


def test_the_last_good_address_serves_while_dns_is_away():
    world = World().up()
    world.connected()
    world.open().close()
    world.sockets.dns_error = OSError(-202)
    _, socket = world.connected()
    assert socket.address == ("192.0.2.1", 1883)
    assert world.sockets.questions == 2


def test_an_unknown_host_is_named():
    world = World().up()
    world.sockets.dns_error = OSError(-202)
    error = raises(OSError, world.open)
    assert "broker.example" in str(error)
    assert "-202" in str(error)
    raises(OSError, world.open)
    assert world.sockets.questions == 2


def test_a_connection_is_ready_when_the_poll_says_so():
    world = World().up()
    connection = world.open()
    assert not connection.ready()
    assert not connection.ready()
    world.sockets.made[-1].event = Sockets.POLLOUT
    assert connection.ready()
    world.sockets.made[-1].event = 0
    assert connection.ready()


def test_writing_says_how_much_was_taken():
    connection, socket = World().up().connected()
    socket.takes = 3
    assert connection.write(memoryview(b"abcdef")) == 3
    socket.takes = 0
    assert connection.write(b"def") == 0
    assert socket.sent == b"abc"


def test_reading_gives_what_is_there():
    connection, socket = World().up().connected()
    assert connection.read(512) == b""
    socket.inbox += [b"abc", bytes(512), b"xy"]
    assert connection.read(512) == b"abc"
    assert len(connection.read(2000)) == 512
    assert connection.read(4) == b"xy"
    assert connection.read(512) == b""


def test_the_other_side_s_end_is_an_error():
    connection, socket = World().up().connected()
    socket.inbox += [b"", os_error(errno.ECONNRESET)]
    assert "closed" in str(raises(OSError, connection.read, 512))
    raises(OSError, connection.read, 512)
