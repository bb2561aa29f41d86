"""The ESP32's light counted by the interrupt: the filter, the times, the handler."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import FakeTime, Pin
from esp32_lights import GAP_MS, TOP, Bench, Kept, esp32_clock, esp32_edges

from uplink.history import PulseHistory


def test_edges_are_counted_with_their_own_times():
    bench = Bench(ticks=5000, history=Kept())
    bench.history.told.clear()
    bench.run((3, 103, 203), 210)
    assert bench.history.told == [(5003, 1), (5103, 2), (5203, 3)]
    assert bench.pin.trigger == Pin.IRQ_FALLING
    assert bench.input.refused == 0


def test_a_rising_pulse_is_configured_so():
    bench = Bench()
    light = esp32_edges.EdgeInput(bench.pin, False, GAP_MS, bench.clock)
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
    assert bench.run(tuple(range(0, 1000, 10)), 1000) <= 1000 // GAP_MS + 1


def test_the_fastest_true_pulses_are_all_taken():
    bench = Bench()
    assert bench.run(tuple(range(0, 5400, 54)), 5400) == 100
    assert bench.input.refused == 0


def test_nothing_is_counted_before_the_first_look():
    # Starting up takes longer than the queue lasts, and no pulse of that time is promised.
    time = FakeTime()
    esp32_clock.time = esp32_edges.time = time
    pin = Pin(18)
    light = esp32_edges.EdgeInput(pin, True, GAP_MS, esp32_clock.Clock())
    assert pin.handler is None
    time.pass_ms(60000)
    light.update(PulseHistory())
    assert pin.handler is not None
    assert not light.may_have_lost()


def test_a_pulse_at_once_after_the_first_look_counts():
    bench = Bench(ticks=TOP)
    bench.edge()
    assert bench.look() == 1


def test_edges_go_on_over_the_wrap_of_the_ticks():
    bench = Bench(ticks=TOP - 100)
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
    bench.input._taken = bench.input._taken_seen = TOP - 1
    bench.input._near = bench.input._near_seen = TOP
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


def test_the_handler_allocates_nothing():
    bench = Bench()
    light, pin, time = bench.input, bench.pin, bench.time
    handler = pin.handler
    light._taken = TOP - 2
    light._near = TOP - 2
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
