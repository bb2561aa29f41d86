"""Pulse inputs of the ESP32 on a bench: a pin to pulse, a counter to set, time to let pass."""

from esp32_fakes import Counter, FakeTime, Machine, OldMachine, Pin, load

from uplink.history import PulseHistory
from uplink.lightlimits import make_filter as limited

esp32_clock = load("esp32_clock")
esp32_counter = load("esp32_counter")
esp32_edges = load("esp32_edges")

TOP = (1 << 30) - 1
# The M1PRO 40: 5000 imp/kWh and at most 13.25 kW.
GAP_MS = 27
# By then what came last has been judged.
REST_MS = 50


def make_filter(gap=None, constant=5000, max_power_w=13250):
    return limited(constant, max_power_w, gap)[0]


class Kept:
    """A history that keeps all it is told."""

    def __init__(self):
        self.told = []

    def add(self, at_ms, count):
        self.told.append((at_ms, count))


class Bench:
    """An EdgeInput on a pin that a test can pulse; `away` leaves its edges in the queue."""

    def __init__(self, ticks=0, history=None, **meter):
        self.time = FakeTime(ticks)
        esp32_clock.time = esp32_edges.time = self.time
        esp32_edges.machine = OldMachine()
        esp32_edges.EdgeInput.sharing = 0
        self.pin = Pin(18, Pin.IN, Pin.PULL_UP)
        self.clock = esp32_clock.Clock()
        self.filter = make_filter(**meter)
        self.input = self.make()
        self.history = history or PulseHistory()
        self.look()

    def make(self):
        return esp32_edges.EdgeInput(self.pin, True, self.filter, self.clock)

    def look(self):
        self.input.update(self.history)
        return self.history.count if isinstance(self.history, PulseHistory) else None

    def edge(self, level):
        """The handler runs, and finds the pin at `level`: 0 is lit."""
        self.pin.level = level
        self.pin.handler(self.pin)

    def flash(self):
        self.rise()
        self.edge(1)

    def rise(self):
        self.edge(0)

    def run(self, times, until):
        """Flashes at the given times from now on, and a look every 50 ms."""
        for at in range(until):
            for _ in range(times.count(at)):
                self.flash()
            if at % 50 == 0:
                self.look()
            self.time.pass_ms(1)
        return self.look()

    def rest(self):
        self.time.pass_ms(REST_MS)
        return self.look()

    def away(self, ms, edges):
        """The interpreter comes back after `ms`, to so many edges in its queue and darkness."""
        self.time.pass_ms(ms)
        for _ in range(edges):
            self.edge(1)
        self.look()
        return self.rest()


class CounterBench(Bench):
    """The same with a counter on the pin, which misses nothing."""

    def make(self, value=0, pull=None, falling=True):
        esp32_counter.machine = Machine()
        made = Counter.value
        Counter.value = lambda self: value
        light = esp32_counter.CounterInput(2, self.pin, pull, falling, self.filter, self.clock)
        Counter.value = made
        self.counter = Counter.made[-1]
        self.counter.count = value
        return light

    def rise(self):
        self.counter.count += 1
        super().rise()

    def away(self, ms, edges, counted=None):
        """`counted`: rises in that time, where the queue has not held them all."""
        self.counter.count += edges // 2 if counted is None else counted
        return super().away(ms, edges)
