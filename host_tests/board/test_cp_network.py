"""CircuitPython's radio, sockets and TLS."""

import errno
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from cp_fakes import Named, Radio, load
from esp32_netfakes import os_error

cp_radio = load("cp_radio")
cp_socket = load("cp_socket")
cp_network = load("cp_network")
cp_tls = load("cp_tls")

ADDRESS = ("192.0.2.9", 1883)


class Socket:
    """socketpool.Socket: recv_into only, and calls that wait unless the time-out is 0."""

    def __init__(self):
        self.timeout = None
        self.address = None
        self.inbox = []
        self.sent = b""
        self.refuses = None
        self.closed = False

    def settimeout(self, seconds):
        self.timeout = seconds

    def setsockopt(self, level, option, value):
        assert (level, option, value) == (6, 1, 1)

    def connect(self, address):
        # A time-out of 0 would give up at once.
        assert self.timeout
        if self.refuses:
            raise self.refuses
        self.address = address

    def send(self, data):
        assert self.timeout == 0
        if self.refuses:
            raise self.refuses
        self.sent += bytes(data)
        return len(data)

    def recv_into(self, view):
        assert self.timeout == 0
        if not self.inbox:
            raise os_error(errno.EAGAIN)
        data = self.inbox.pop(0)
        if isinstance(data, Exception):
            raise data
        view[: len(data)] = data
        return len(data)

    def sendto(self, data, address):
        self.sent, self.address = data, address

    def recvfrom_into(self, buffer):
        got = self.recv_into(buffer)
        return got, (self.sender, 123)

    def close(self):
        self.closed = True


def pool(made):
    def socket(family, kind):
        made.append(Socket())
        return made[-1]

    return Named(AF_INET=0, SOCK_STREAM=0, SOCK_DGRAM=1, IPPROTO_TCP=6, TCP_NODELAY=1, socket=socket)


def connection(tls=None):
    """(Connection, its Socket, the failures told)."""
    made, failures = [], []
    cp_socket.socket = pool(made)
    return cp_socket.Connection(ADDRESS, lambda: failures.append(1), tls), made[0], failures


def test_a_connection_comes_up_and_then_no_call_waits():
    ours, socket, failures = connection()
    assert ours.ready() and ours.ready()
    assert socket.address == ADDRESS and socket.timeout == 0
    assert ours.write(memoryview(b"hello")) == 5 and socket.sent == b"hello"
    assert ours.read(512) == b""
    socket.inbox = [b"ab", b"cd"]
    assert ours.read(512) == b"ab" and ours.read(2) == b"cd"
    socket.refuses = os_error(errno.EAGAIN)
    assert ours.write(b"more") == 0
    ours.close()
    assert socket.closed and not failures


def test_a_connection_that_fails_says_so_once():
    ours, socket, failures = connection()
    socket.refuses = os_error(errno.ECONNREFUSED)
    assert raises(OSError, ours.ready).errno == errno.ECONNREFUSED
    ours.close()
    ours.close()
    assert failures == [1]


def test_the_other_side_s_end_is_told():
    for gone in (b"", os_error(errno.ENOTCONN)):
        ours, socket, _ = connection()
        ours.ready()
        socket.inbox = [gone]
        assert "closed by the other side" in str(raises(OSError, ours.read, 512))


def test_out_of_sockets_is_an_os_error():
    def none(family, kind):
        raise RuntimeError("Out of sockets")

    cp_socket.socket = pool([])
    cp_socket.socket.socket = none
    assert "Out of sockets" in str(raises(OSError, cp_socket.Connection, ADDRESS, None))


class Context:
    ca = None

    def load_verify_locations(self, cadata=None):
        self.ca = cadata

    def wrap_socket(self, socket, *, server_hostname=None):
        # Before it is connected: its connect() does the handshake.
        assert socket.address is None
        self.name = server_hostname
        return socket


def test_tls_verifies_by_the_ca_as_pem_and_by_the_name():
    context = Context()
    cp_tls.ssl = Named(create_default_context=lambda: context)
    der = bytes(range(100))
    ours, socket, _ = connection(cp_tls.Tls(der, "broker.example"))
    assert ours.ready() and context.name == "broker.example" and socket.timeout == 0
    import binascii

    lines = context.ca.splitlines()
    assert lines[0] == "-----BEGIN CERTIFICATE-----" and lines[-1] == "-----END CERTIFICATE-----"
    assert all(len(line) <= 64 for line in lines[1:-1])
    assert binascii.a2b_base64("".join(lines[1:-1])) == der


def test_tls_errors_are_told_in_words():
    cp_tls.ssl = Named(create_default_context=Context)
    for error, words in (
        ((-9984, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED"), "is it signed by the CA in mqtt.ca, for broker.example"),
        ((-9984, "VERIFY_FAILED; The certificate validity has expired"), "has expired"),
        ((-9984, "VERIFY_FAILED; The certificate is not correctly signed by the trusted CA"), "not signed by the CA"),
    ):
        ours, socket, _ = connection(cp_tls.Tls(b"0", "broker.example"))
        socket.refuses = OSError(*error)
        assert words in str(raises(OSError, ours.ready)), words
    assert "client certificates" in str(raises(ValueError, cp_tls.Tls, b"0", "x", b"1", b"2"))


def test_datagrams_are_taken_from_whom_was_asked_alone():
    made = []
    cp_network.socket = pool(made)
    ours = cp_network.Datagrams(("192.0.2.3", 123))
    socket = made[0]
    assert socket.timeout == 0
    ours.send(b"?")
    assert (socket.sent, socket.address) == (b"?", ("192.0.2.3", 123))
    assert ours.receive() is None
    for sender, wanted in (("192.0.2.3", b"!"), ("192.0.2.4", None)):
        socket.inbox, socket.sender = [b"!"], sender
        assert ours.receive() == wanted
    socket.inbox = [os_error(errno.ECONNRESET)]
    raises(OSError, ours.receive)
    ours.close()
    assert socket.closed


def test_without_wifi_nobody_is_asked():
    ours = cp_network.Network(Named(state=lambda: "joining"))
    assert not ours.is_up()
    for ask in (ours.open, ours.udp):
        assert "no Wi-Fi" in str(raises(OSError, ask, "broker.example", 1883))


def test_an_address_is_asked_for_once():
    cp_socket.socket = pool([])
    ours = cp_network.Network(Named(state=lambda: "up"))
    doubts = []
    ours._addresses = Named(find=lambda host, port: ADDRESS, doubt=lambda host, port: doubts.append(host))
    ours.open("broker.example", 1883).close()
    assert doubts == ["broker.example"]


def radio(*joins):
    cp_radio.wifi.radio = Radio()
    cp_radio.wifi.radio.joins = list(joins)
    return cp_radio.Radio("lumbus-123456")


def test_the_radio_joins_and_leaves():
    ours = radio()
    assert ours.state() == "joining" and ours.address() == "none"
    ours.join("home", "secret12")
    assert ours.state() == "up" and ours.address() == "192.0.2.7"
    assert cp_radio.wifi.radio.hostname == "lumbus-123456"
    ours.leave()
    assert ours.state() == "joining"
    ours.join("open", None)
    assert cp_radio.wifi.radio.asked == [("home", "secret12"), ("open", b"")]
    ours.restart()
    assert cp_radio.wifi.radio.enabled


def test_why_it_cannot_join_is_told():
    for text, state in (
        ("No network with that ssid", "absent"),
        ("Authentication failure", "refused"),
        ("Unknown failure 205", "silent"),
    ):
        ours = radio(OSError(text))
        ours.join("home", "secret12")
        assert ours.state() == state
        ours.join("home", "secret12")
        assert ours.state() == "up"
    ours = radio(ValueError("password length must be 8-63"))
    assert "8-63" in str(raises(OSError, ours.join, "home", "short"))


def test_the_radio_hears_who_is_there():
    assert radio().scan() == [["home", -50, True], ["guest", -70, False]]
