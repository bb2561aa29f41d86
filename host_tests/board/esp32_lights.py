"""Pulse inputs of the ESP32 on a bench: a pin to pulse, a counter to set, time to let pass."""

from esp32_fakes import Counter, FakeTime, Machine, OldMachine, Pin, load

from uplink.history import PulseHistory

esp32_clock = load("esp32_clock")
esp32_counter = load("esp32_counter")
esp32_edges = load("esp32_edges")

TOP = (1 << 30) - 1
# The M1PRO 40: 5000 imp/kWh and at most 13.25 kW.
GAP_MS = 27


class Kept:
    """A history that keeps all it is told."""

    def __init__(self):
        self.told = []

    def add(self, at_ms, count):
        self.told.append((at_ms, count))


class Bench:
    """An EdgeInput on a pin that a test can pulse; `away` leaves its edges in the queue."""

    def __init__(self, ticks=0, gap=GAP_MS, history=None):
        self.time = FakeTime(ticks)
        esp32_clock.time = esp32_edges.time = self.time
        esp32_edges.machine = OldMachine()
        self.pin = Pin(18, Pin.IN, Pin.PULL_UP)
        self.clock = esp32_clock.Clock()
        self.input = esp32_edges.EdgeInput(self.pin, True, gap, self.clock)
        self.history = history or PulseHistory()
        self.look()

    def look(self):
        self.input.update(self.history)
        return self.history.count if isinstance(self.history, PulseHistory) else None

    def edge(self):
        self.pin.handler(self.pin)

    def run(self, times, until):
        """Edges at the given times from now on, and a look every 50 ms."""
        for at in range(until):
            for _ in range(times.count(at)):
                self.edge()
            if at % 50 == 0:
                self.look()
            self.time.pass_ms(1)
        return self.look()

    def away(self, ms, edges):
        """The interpreter comes back after `ms`, to so many edges in its queue."""
        self.time.pass_ms(ms)
        for _ in range(edges):
            self.edge()
        return self.look()


def counter_input(pull=None, falling=True, value=0):
    esp32_clock.time = time = FakeTime(1000)
    esp32_counter.machine = Machine()
    pin = Pin(18, Pin.IN, pull)
    made = Counter.value
    Counter.value = lambda self: value
    light = esp32_counter.CounterInput(2, pin, pull, falling, esp32_clock.Clock())
    Counter.value = made
    counter = Counter.made[-1]
    counter.count = value
    return light, counter, pin, time
