"""Stand-ins for what the ESP32's network stands on: Wi-Fi and sockets."""

import errno


def os_error(code):
    """An OSError that has its errno under CPython too, where one argument is not enough."""
    return OSError(code, "as the test wants it")


class Station:
    """Remembers what was done to it; `errors` are raised by connect(), in turn."""

    def __init__(self, done, errors=()):
        self._done = done
        self.errors = list(errors)
        self.is_up = False
        self.now_status = 1001

    def active(self, on):
        self._done.append("active")

    def connect(self, ssid, password=None):
        self._done.append("connect")
        self.asked = (ssid, password)
        if self.errors:
            raise self.errors.pop(0)

    def disconnect(self):
        self._done.append("disconnect")
        raise OSError("Wifi Not Connected")

    def isconnected(self):
        return self.is_up

    def status(self):
        return self.now_status

    def ifconfig(self):
        return ("192.0.2.7", "255.255.255.0", "192.0.2.1", "192.0.2.1")


class Cable:
    """network.LAN, of which there is one: pull() takes the link away, and lwIP keeps the address for a while."""

    def __init__(self, done):
        self._done = done
        self.now_status = Network.ETH_INITIALIZED
        self.numeric = "0.0.0.0"
        self.errors = []

    def __call__(self, **options):
        self._done.append("lan")
        self.options = options
        if self.errors:
            raise self.errors.pop(0)
        return self

    def active(self, on):
        self._done.append("lan active")
        self.now_status = Network.ETH_STARTED

    def plug(self, address):
        self.now_status = Network.ETH_GOT_IP
        self.numeric = address

    def pull(self):
        self.now_status = Network.ETH_DISCONNECTED

    def status(self):
        return self.now_status

    def ifconfig(self):
        return (self.numeric, "255.255.255.0", "192.0.2.1", "192.0.2.1")


class Network:
    """The module network; `done` is what was called, in order."""

    STA_IF = 0
    PHY_LAN8720 = 1
    ETH_INITIALIZED = 0
    ETH_STARTED = 1
    ETH_CONNECTED = 3
    ETH_DISCONNECTED = 4
    ETH_GOT_IP = 5

    def __init__(self, errors=()):
        self.done = []
        self.LAN = self.lan = Cable(self.done)
        self.station = Station(self.done, errors)

    def hostname(self, name):
        self.done.append("hostname " + name)

    def WLAN(self, interface):
        assert interface == self.STA_IF
        return self.station


class Socket:
    """A socket that does not block: `connect_error`, `inbox` (bytes or OSError), `takes` bytes a write."""

    def __init__(self, connect_error=None):
        self.connect_error = connect_error
        self.blocking = True
        self.address = None
        self.inbox = []
        self.takes = 100
        self.sent = b""
        self.closed = 0
        self.event = 0

    def setblocking(self, on):
        self.blocking = on

    def connect(self, address):
        assert not self.blocking
        self.address = address
        if self.connect_error is not None:
            raise self.connect_error

    def write(self, data):
        if not self.takes:
            return None
        part = bytes(data[: self.takes])
        self.sent += part
        return len(part)

    def readinto(self, view):
        if not self.inbox:
            return None
        data = self.inbox.pop(0)
        if isinstance(data, OSError):
            raise data
        view[: len(data)] = data
        return len(data)

    def recv(self, size):
        raise os_error(errno.ECONNREFUSED)

    def close(self):
        self.closed += 1


class Sockets:
    """The modules socket and select in one."""

    AF_INET = 2
    SOCK_STREAM = 1
    POLLOUT = 4
    POLLERR = 8
    POLLHUP = 16

    def __init__(self, address="192.0.2.1"):
        self.numeric = address
        self.questions = 0
        self.dns_error = None
        self.made = []
        self.connect_error = os_error(errno.EINPROGRESS)
        self._polled = None
        self._mask = 0

    def getaddrinfo(self, host, port, family, kind):
        assert (family, kind) == (self.AF_INET, self.SOCK_STREAM)
        self.questions += 1
        if self.dns_error is not None:
            raise self.dns_error
        return [(family, kind, 0, "", (self.numeric, port))]

    def socket(self, family, kind):
        self.made.append(Socket(self.connect_error))
        return self.made[-1]

    def poll(self):
        return Poll()


class Poll:
    def register(self, thing, mask):
        self.thing = thing
        self.mask = mask

    def poll(self, timeout_ms):
        assert timeout_ms == 0
        event = self.thing.event & self.mask
        return [(self.thing, event)] if event else []
