"""The ESP32's pulse inputs: what is counted, when, and what is said about losses."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import Counter, FakeTime, Machine, OldMachine, Pin, load

from uplink.history import PulseHistory
from uplink.light import Light

esp32_clock = load("esp32_clock")
esp32_counter = load("esp32_counter")
esp32_edges = load("esp32_edges")

_TOP = (1 << 30) - 1
# The M1PRO 40: 5000 imp/kWh and at most 13.25 kW.
_GAP_MS = 27


class Kept:
    """A history that keeps all it is told."""

    def __init__(self):
        self.told = []

    def add(self, at_ms, count):
        self.told.append((at_ms, count))


class Bench:
    """An EdgeInput on a pin that a test can pulse; `away` leaves its edges in the queue."""

    def __init__(self, ticks=0, gap=_GAP_MS, history=None):
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


def test_the_counter_counts_the_configured_edge_of_its_pin():
    for falling, edge in ((True, Counter.FALLING), (False, Counter.RISING)):
        light, counter, pin, _ = counter_input(falling=falling)
        assert (counter.unit, counter.edge) == (2, edge)
        assert counter.pin is pin
        assert counter.filter_ns * 80 // 1000 == 1023
        assert not light.may_have_lost()


def test_the_pull_that_the_counter_forces_is_undone():
    for pull in (None, Pin.PULL_DOWN, Pin.PULL_UP):
        _, _, pin, _ = counter_input(pull)
        assert pin.pull == pull
        assert pin.mode == Pin.IN


def test_the_counter_gives_differences_at_the_time_of_the_look():
    light, counter, _, time = counter_input(value=7)
    history = Kept()
    for step, pulses in ((50, 0), (50, 1), (3000, 40)):
        time.pass_ms(step)
        counter.count += pulses
        light.update(history)
    assert history.told == [(1050, 0), (1100, 1), (4100, 41)]


def test_the_counter_goes_on_over_2_to_the_30():
    for wraps in (True, False):
        light, counter, _, _ = counter_input(value=_TOP - 1)
        history = PulseHistory()
        light.update(history)
        counter.count = 3 if wraps else _TOP + 4
        light.update(history)
        assert history.count == 5


def test_edges_are_counted_with_their_own_times():
    bench = Bench(ticks=5000, history=Kept())
    bench.history.told.clear()
    bench.run((3, 103, 203), 210)
    assert bench.history.told == [(5003, 1), (5103, 2), (5203, 3)]
    assert bench.pin.trigger == Pin.IRQ_FALLING
    assert bench.input.refused == 0


def test_a_rising_pulse_is_configured_so():
    bench = Bench()
    light = esp32_edges.EdgeInput(bench.pin, False, _GAP_MS, bench.clock)
    light.update(PulseHistory())
    assert bench.pin.trigger == Pin.IRQ_RISING


def test_edges_nearer_than_the_gap_are_refused_and_counted():
    bench = Bench()
    bounces = (11, 12, 36)
    count = bench.run((10, 37, 100, 900, 926, 927) + bounces, 1000)
    assert count == 5
    assert bench.input.refused == len(bounces) + 1
    assert not bench.input.may_have_lost()


def test_flicker_counts_no_faster_than_the_gap_allows():
    bench = Bench()
    assert bench.run(tuple(range(0, 1000, 10)), 1000) <= 1000 // _GAP_MS + 1


def test_the_fastest_true_pulses_are_all_taken():
    bench = Bench()
    assert bench.run(tuple(range(0, 5400, 54)), 5400) == 100
    assert bench.input.refused == 0


def test_nothing_is_counted_before_the_first_look():
    # Starting up takes longer than the queue lasts, and no pulse of that time is promised.
    time = FakeTime()
    esp32_clock.time = esp32_edges.time = time
    pin = Pin(18)
    light = esp32_edges.EdgeInput(pin, True, _GAP_MS, esp32_clock.Clock())
    assert pin.handler is None
    time.pass_ms(60000)
    light.update(PulseHistory())
    assert pin.handler is not None
    assert not light.may_have_lost()


def test_a_pulse_at_once_after_the_first_look_counts():
    bench = Bench(ticks=_TOP)
    bench.edge()
    assert bench.look() == 1


def test_edges_go_on_over_the_wrap_of_the_ticks():
    bench = Bench(ticks=_TOP - 100)
    assert bench.run((90, 110, 190), 250) == 2
    assert bench.input.refused == 1


def test_the_pulse_after_a_week_of_darkness_counts():
    bench = Bench()
    bench.run((10,), 20)
    for _ in range(7):
        bench.time.pass_ms(86400000)
        bench.look()
    assert bench.run((10,), 20) == 2


def test_the_handlers_count_wraps_and_the_total_does_not():
    bench = Bench()
    bench.input._taken = bench.input._taken_seen = _TOP - 1
    bench.input._near = bench.input._near_seen = _TOP
    assert bench.run((0, 100, 101, 200, 300, 301), 400) == 4
    assert bench.input._taken == 2
    assert bench.input.refused == 2


def test_more_pulses_than_the_ring_holds_are_never_told_too_early():
    bench = Bench(history=Kept())
    bench.history.told.clear()
    times = []
    for _ in range(50):
        bench.time.pass_ms(60)
        bench.edge()
        times.append(bench.time.ticks)
    bench.look()
    told = bench.history.told
    assert told[-1] == (times[-1], 50)
    assert len(told) == 32
    assert all(at_ms >= times[count - 1] for at_ms, count in told)
    assert told == sorted(told)


def test_may_have_lost_begins_where_the_queue_can_run_over():
    # The ninth pulse, at 54 ms each, can come after 8 * 54 ms.
    for away, lost in ((431, False), (432, True)):
        bench = Bench()
        bench.away(away, 0)
        assert bench.input.may_have_lost() == lost


def test_may_have_lost_follows_the_gap():
    for gap, away, lost in ((100, 1599, False), (100, 1600, True), (0, 15, False), (0, 16, True)):
        bench = Bench(gap=gap)
        bench.away(away, 0)
        assert bench.input.may_have_lost() == lost


def test_may_have_lost_stays():
    bench = Bench()
    bench.away(5000, 8)
    for _ in range(100):
        bench.away(50, 0)
    assert bench.input.may_have_lost()


def test_pulses_that_waited_in_the_queue_are_no_bounces():
    bench = Bench()
    bench.run((10,), 51)
    # 400 ms at full load: seven pulses, and all their handlers run at the end.
    assert bench.away(400, 7) == 8
    assert bench.input.refused == 0
    assert not bench.input.may_have_lost()


def test_of_a_bunch_no_more_is_taken_than_can_be_true():
    bench = Bench()
    # 120 ms away: at most three pulses, the other edges are bounces.
    assert bench.away(120, 8) == 3
    assert bench.input.refused == 5


def test_a_look_in_time_makes_no_pulse_of_a_bounce():
    bench = Bench()
    for _ in range(20):
        bench.away(60, 1)
        bench.edge()
    assert bench.look() == 20
    assert bench.input.refused == 20


def test_times_never_fall():
    bench = Bench(history=Kept())
    state = 1
    for _ in range(2000):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        bench.time.pass_ms(state >> 8 & 63)
        for _ in range(state >> 4 & 3):
            bench.edge()
        if state & 0x600000 == 0:
            bench.time.pass_ms(200)
            bench.look()
    told = bench.history.told
    assert told == sorted(told)
    assert told[-1][0] <= bench.clock.ms()


def test_a_handler_in_the_middle_of_a_look_does_no_harm():
    bench = Bench(history=Kept())
    bench.time.pass_ms(300)
    bench.edge()
    bench.edge()

    class Late(Kept):
        # An edge between two lines of update().
        def add(self, at_ms, count):
            super().add(at_ms, count)
            bench.time.pass_ms(30)
            bench.edge()

    late = Late()
    bench.input.update(late)
    bench.history = Kept()
    bench.look()
    told = late.told + bench.history.told
    assert told == sorted(told)
    assert told[-1][1] == 4


def test_a_handler_between_the_clock_and_the_count_does_no_harm():
    bench = Bench(history=Kept())
    bench.away(50, 1)

    class Clock:
        at = bench.clock.at

        def ms(self):
            now = bench.clock.ms()
            bench.time.pass_ms(40)
            bench.edge()
            return now

    bench.time.pass_ms(200)
    bench.edge()
    bench.edge()
    bench.input._clock = Clock()
    bench.look()
    told = bench.history.told
    assert told == sorted(told)
    assert told[-1][1] == 4


def test_the_light_shows_its_power():
    for count in (True, False):
        if count:
            source, counter, _, time = counter_input()
        else:
            bench = Bench(ticks=1000)
            source, time = bench.input, bench.time
        light = Light(source, 5000)
        for _ in range(4):
            # 0.2 Wh in 600 ms is 1200 W.
            time.pass_ms(600)
            if count:
                counter.count += 1
            else:
                bench.edge()
            light.look()
            light.power(time.ticks)
        assert light.history.count == 4
        time.pass_ms(600)
        assert light.power(time.ticks) == (1200000, True)
        assert light.may_have_lost == (not count)


def test_the_handler_allocates_nothing():
    bench = Bench()
    light, pin, time = bench.input, bench.pin, bench.time
    handler = pin.handler
    light._taken = _TOP - 2
    light._near = _TOP - 2
    lock = unlock = None
    if sys.implementation.name == "micropython":
        import micropython

        lock, unlock = micropython.heap_lock, micropython.heap_unlock
    if lock is not None:
        lock()
    try:
        # Taken and refused, over the ends of both counts.
        for _ in range(6):
            time.ticks += 40
            handler(pin)
            time.ticks += 1
            handler(pin)
    finally:
        if unlock is not None:
            unlock()
    assert light._taken == 3
    assert light._near == 3
