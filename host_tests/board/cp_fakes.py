"""Stand-ins for what only CircuitPython has, and load(): a module of board/circuitpython/ over them.

A fake module is an object; a test that wants its own puts it into the board's module (`cp_clock.time = Time()`).
"""

from overfakes import load_over

_BOARD = (__file__.rsplit("/", 1)[0] if "/" in __file__ else ".") + "/../../board/"
_FOLDERS = (_BOARD + "circuitpython", _BOARD + "common")


class Named:
    """An object with the attributes that it is given."""

    def __init__(self, **names):
        for name, value in names.items():
            setattr(self, name, value)


class Clock:
    """Milliseconds as the test sets them."""

    now = 0

    def ms(self):
        return self.now


class Counter:
    """countio.Counter; `count` is set by the test, never by the board."""

    made = []

    def __init__(self, pin, *, edge=None, pull=None):
        self.pin, self.edge, self.pull = pin, edge, pull
        self.real = 0
        Counter.made.append(self)

    @property
    def count(self):
        return self.real


class Uart:
    """busio.UART: remembers its options; `inbox`, `error` (raised by whatever is called)."""

    Parity = Named(EVEN="even", ODD="odd")
    made = []
    refuses = None

    def __init__(self, tx, rx, **options):
        if Uart.refuses:
            raise Uart.refuses
        self.tx, self.rx, self.options = tx, rx, options
        self.baudrate = options["baudrate"]
        self.inbox = self.sent = b""
        self.error = None
        self.is_open = True
        Uart.made.append(self)

    def _work(self):
        if self.error:
            raise self.error

    def write(self, data):
        self._work()
        self.sent += bytes(data)

    def readinto(self, view):
        self._work()
        got = min(len(view), len(self.inbox))
        view[:got] = self.inbox[:got]
        self.inbox = self.inbox[got:]
        return got or None

    def reset_input_buffer(self):
        self._work()
        self.inbox = b""

    def deinit(self):
        self.is_open = False


class Radio:
    """wifi.radio: `joins` has for each connect() None or what it raises."""

    def __init__(self):
        self.hostname = None
        self.connected = False
        self.ipv4_address = None
        self.enabled = True
        self.joins = []
        self.asked = []

    def connect(self, ssid, password=b"", *, timeout=None):
        assert timeout
        self.asked.append((ssid, password))
        error = self.joins.pop(0) if self.joins else None
        if error:
            raise error
        self.connected = True
        self.ipv4_address = "192.0.2.7"

    def stop_station(self):
        self.connected = False
        self.ipv4_address = None

    def start_scanning_networks(self):
        return [Named(ssid="home", rssi=-50, authmode=["WPA2"]), Named(ssid="guest", rssi=-70, authmode=["OPEN"])]

    def stop_scanning_networks(self):
        pass


class Led:
    """digitalio.DigitalInOut."""

    def __init__(self, pin):
        self.pin = pin
        self.value = True

    def switch_to_output(self, value):
        self.value = value

    def switch_to_input(self, pull):
        self.value = not getattr(self.pin, "held", False)

    def deinit(self):
        pass


class Dog:
    """microcontroller.watchdog; `most` is the longest time-out that it takes."""

    def __init__(self, most=100):
        self.most = most
        self.mode = None
        self.fed = 0
        self._timeout = None

    @property
    def timeout(self):
        return self._timeout

    @timeout.setter
    def timeout(self, value):
        if value > self.most:
            raise ValueError("timeout duration exceeded the maximum supported value")
        self._timeout = value

    def feed(self):
        self.fed += 1


def fakes():
    """{name: module} of a board's, new ones."""
    gpio = {"GPIO%d" % n: "GPIO%d" % n for n in (4, 5, 6, 7, 17, 18)}
    reasons = Named(POWER_ON="power on", SOFTWARE="software", WATCHDOG="dog", UNKNOWN="unknown")
    return {
        "board": Named(board_id="espressif_esp32s3_devkitc_1_n8r8", TX="TX", RX="RX", LED="LED"),
        "busio": Named(UART=Uart),
        "countio": Named(Counter=Counter, Edge=Named(FALL="fall", RISE="rise")),
        "digitalio": Named(Pull=Named(UP="up", DOWN="down"), DigitalInOut=Led),
        "microcontroller": Named(
            pin=Named(**gpio),
            watchdog=Dog(),
            nvm=bytearray(8192),
            cpu=Named(uid=b"\x24\x0a\xc4\xec\xab\x1c", reset_reason="dog"),
            ResetReason=reasons,
        ),
        "rtc": Named(RTC=lambda: None),
        "socket": Named(AF_INET=0, SOCK_STREAM=0, SOCK_DGRAM=1, IPPROTO_TCP=6, TCP_NODELAY=1),
        "storage": Named(getmount=lambda path: Named(readonly=False)),
        "supervisor": Named(runtime=Named(autoreload=True, serial_bytes_available=0)),
        "watchdog": Named(WatchDogMode=Named(RESET="reset")),
        "wifi": Named(radio=Radio(), AuthMode=Named(OPEN="OPEN")),
    }


def load(name, **other):
    """The module of board/circuitpython/ or board/common/, over the fakes; other: fakes of the test's own."""
    # Two modules have a name that everybody has.
    own = {fake: other.get(fake, module) for fake, module in fakes().items()}
    own["addresses"] = other.get("addresses")
    return load_over(own, _FOLDERS, name)
