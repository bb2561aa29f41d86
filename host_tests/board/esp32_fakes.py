"""Stand-ins for what only an ESP32 has, and load(): a module of board/esp32/ over them.

The board's modules keep the fakes that they were loaded with; a test that wants
its own puts it into the module (`esp32_clock.time = FakeTime()`).
"""

from overfakes import load_over

_BOARD = (__file__.rsplit("/", 1)[0] if "/" in __file__ else ".") + "/../../board/"
_FOLDERS = (_BOARD + "esp32", _BOARD + "common")
_PERIOD = 1 << 30


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

    def gmtime(self, seconds):
        """Right for the first of January, 2026, and for 0."""
        if not seconds:
            return (self.epoch, 1, 1, 0, 0, 0, 0, 1)
        seconds -= 820540800 if self.epoch == 2000 else 1767225600
        return (2026, 1, 1, seconds // 3600, seconds // 60 % 60, seconds % 60, 3, 1)

    def time_ns(self):
        return self.utc_s * 1000000000

    def pass_ms(self, ms):
        self.ticks = (self.ticks + ms) & (_PERIOD - 1)


class Pin:
    OUT = 3
    IN = 1
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, number, mode=None, pull=None, value=1):
        self.number = number
        self.mode = mode
        self.pull = pull
        self.handler = None
        self.trigger = None
        self.level = int(value)

    def value(self):
        return self.level

    def __call__(self, level=None):
        if level is None:
            return self.level
        self.level = int(level)

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

    def init(self, **options):
        self.options = options
        self.inbox = b""

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


class Nvs:
    """esp32.NVS: what is set is there after commit() only."""

    flash: dict = {}
    writes = 0

    def __init__(self, namespace):
        self._held = Nvs.flash.setdefault(_nvs_name(namespace), {})
        self._new = {}

    def get_blob(self, key, buffer):
        if key not in self._held:
            raise OSError(-0x1102, "ESP_ERR_NVS_NOT_FOUND")
        data = self._held[key]
        if len(data) > len(buffer):
            raise OSError(-0x110C, "ESP_ERR_NVS_INVALID_LENGTH")
        buffer[: len(data)] = data
        return len(data)

    def set_blob(self, key, value):
        self._new[_nvs_name(key)] = bytes(value)

    def commit(self):
        Nvs.writes += 1
        self._held.update(self._new)
        self._new = {}


def _nvs_name(name):
    if len(name) > 15:
        raise OSError(-0x1109, "ESP_ERR_NVS_KEY_TOO_LONG")
    return name


class Esp32:
    NVS = Nvs


class OldMachine:
    """The module machine of MicroPython 1.25 and older, or of a chip without PCNT."""

    Pin = Pin
    UART = Uart
    WDT = Wdt

    def __init__(self):
        self.resets = 0
        self.retained = b""

    def RTC(self):
        return self

    def datetime(self, parts):
        self.set_to = parts

    def memory(self, data=None):
        if data is None:
            return self.retained
        self.retained = bytes(data)

    def reset_cause(self):
        return 3

    def unique_id(self):
        return b"\x24\x0a\xc4\xec\xab\x1c"

    def reset(self):
        self.resets += 1


class Machine(OldMachine):
    Counter = Counter


class Absent:
    """A module that a test puts its own in the place of."""

    WLAN = None  # CPython looks at annotations


def load_pins():
    """What a Port wants of the pins when it is made, and forgets again."""
    for name in ("chips", "pins", "pincheck"):
        load(name)


def load(name):
    """The module of board/esp32/ or board/common/, over the fakes of the platform's own."""
    # board/host/ has a `port` too: nobody else is to get this one.
    fakes = {"machine": Machine(), "esp32": Esp32(), "network": Absent(), "ntptime": Absent(), "port": None}
    return load_over(fakes, _FOLDERS, name)
