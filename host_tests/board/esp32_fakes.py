"""Stand-ins for what only an ESP32 has, and load(): a module of board/esp32/ over them.

The board's modules keep the fakes that they were loaded with; a test that wants
its own puts it into the module (`esp32_clock.time = FakeTime()`).
"""

import errno
import sys

_FOLDER = (__file__.rsplit("/", 1)[0] if "/" in __file__ else ".") + "/../../board/esp32"
_PERIOD = 1 << 30


def os_error(code):
    """An OSError that has its errno under CPython too, where one argument is not enough."""
    return OSError(code, "as the test wants it")


class FakeTime:
    """`ticks` wrap at 2^30, as on the board; `utc_s` counts from `epoch`."""

    def __init__(self, ticks=0, epoch=2000):
        self.ticks = ticks
        self.epoch = epoch
        self.utc_s = 0

    def ticks_ms(self):
        return self.ticks

    def ticks_diff(self, a, b):
        return ((a - b + _PERIOD // 2) & (_PERIOD - 1)) - _PERIOD // 2

    def ticks_add(self, ticks, delta):
        return (ticks + delta) & (_PERIOD - 1)

    def gmtime(self, _seconds):
        return (self.epoch, 1, 1, 0, 0, 0, 0, 1)

    def time_ns(self):
        return self.utc_s * 1000000000

    def pass_ms(self, ms):
        self.ticks = (self.ticks + ms) & (_PERIOD - 1)


class FakeClock:
    """Time passes by sleeping only."""

    def __init__(self):
        self.now = 0
        self.sleeps = 0
        self.is_set = False

    def ms(self):
        return self.now

    async def sleep_ms(self, ms):
        self.sleeps += 1
        self.now += ms

    def mark_set(self):
        self.is_set = True


class Pin:
    IN = 1
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, number, mode=None, pull=None):
        self.number = number
        self.mode = mode
        self.pull = pull
        self.handler = None
        self.trigger = None

    def init(self, mode=-1, pull=-1):
        if mode != -1:
            self.mode = mode
        if pull != -1:
            self.pull = pull

    def irq(self, handler=None, trigger=0):
        self.handler = handler
        self.trigger = trigger


class Counter:
    RISING = 1
    FALLING = 2
    made = []

    def __init__(self, unit, pin, edge=1, filter_ns=0):
        self.unit = unit
        self.pin = pin
        self.edge = edge
        self.filter_ns = filter_ns
        self.count = 0
        # The driver of PCNT does so.
        pin.init(pull=Pin.PULL_UP)
        Counter.made.append(self)

    def value(self):
        return self.count


class Uart:
    INV_RX = 4
    INV_TX = 32
    made = []

    def __init__(self, number, **options):
        self.number = number
        self.options = options
        self.inbox = b""
        self.sent = b""
        Uart.made.append(self)

    def write(self, data):
        self.sent += bytes(data)
        return len(data)

    def readinto(self, view):
        got = self.inbox[: len(view)]
        self.inbox = self.inbox[len(got) :]
        view[: len(got)] = got
        return len(got) or None


class Wdt:
    made = []

    def __init__(self, timeout=5000):
        self.timeout = timeout
        self.fed = 0
        Wdt.made.append(self)

    def feed(self):
        self.fed += 1


class OldMachine:
    """The module machine of MicroPython 1.25 and older, or of a chip without PCNT."""

    Pin = Pin
    UART = Uart
    WDT = Wdt

    def __init__(self):
        self.resets = 0

    def unique_id(self):
        return b"\x24\x0a\xc4\xec\xab\x1c"

    def reset(self):
        self.resets += 1


class Machine(OldMachine):
    Counter = Counter


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


class Network:
    """The module network; `done` is what was called, in order."""

    STA_IF = 0

    def __init__(self, errors=()):
        self.done = []
        self.station = Station(self.done, errors)

    def hostname(self, name):
        self.done.append("hostname " + name)

    def WLAN(self, interface):
        assert interface == self.STA_IF
        return self.station


class Ntp:
    """The module ntptime; `errors` are raised in turn."""

    def __init__(self, errors=()):
        self.errors = list(errors)
        self.asked = 0

    def settime(self):
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)


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


class Enough(Exception):
    """Ends a coroutine that would go on for ever."""


def run_until(coroutine, error=Enough):
    """Drive a coroutine that never suspends, until it raises `error`."""
    try:
        coroutine.send(None)
    except error:
        return
    raise AssertionError("it suspended")


def load(name):
    """The module of board/esp32/, over the fakes of machine, network and ntptime."""
    # board/host/ has a `port` too: nobody else is to get this one.
    fakes = {"machine": Machine(), "network": Network(), "ntptime": Ntp(), "port": None}
    before = {}
    for fake in fakes:
        before[fake] = sys.modules.pop(fake, None)
        if fakes[fake] is not None:
            sys.modules[fake] = fakes[fake]
    sys.path.insert(0, _FOLDER)
    try:
        return __import__(name)
    finally:
        sys.path.remove(_FOLDER)
        for fake, module in before.items():
            sys.modules.pop(fake, None)
            if module is not None:
                sys.modules[fake] = module
