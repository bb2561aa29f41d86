"""The ESP32's light counted by the interrupt: the filter, the times, the handler."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import FakeTime, Pin
from esp32_lights import TOP, Bench, CounterBench, Kept, esp32_clock, esp32_edges, make_filter

from uplink.history import PulseHistory

BOTH = Pin.IRQ_RISING | Pin.IRQ_FALLING


def test_pulses_are_counted_with_their_own_times():
    for kind in (Bench, CounterBench):
        bench = kind(ticks=5000, history=Kept())
        bench.history.told.clear()
        bench.run((3, 103, 203), 250)
        assert bench.history.told == [(5003, 1), (5103, 2), (5203, 3)]
        assert bench.pin.trigger == BOTH
        assert bench.input.refused == 0


def test_a_rising_pulse_is_configured_so():
    bench = Bench()
    light = esp32_edges.EdgeInput(bench.pin, False, make_filter(), bench.clock)
    bench.pin.level = 0
    light.update(bench.history)
    assert bench.pin.trigger == BOTH
    bench.edge(1)
    bench.edge(0)
    bench.time.pass_ms(50)
    light.update(bench.history)
    assert bench.history.count == 1


def test_a_light_that_is_lit_at_the_start_is_no_pulse():
    bench = Bench()
    bench.pin.level = 0
    light = esp32_edges.EdgeInput(bench.pin, True, make_filter(), bench.clock)
    light.update(bench.history)
    bench.edge(1)
    bench.time.pass_ms(50)
    light.update(bench.history)
    assert bench.history.count == 0


def test_flashes_nearer_than_the_gap_are_refused_and_counted():
    bench = Bench()
    bounces = (11, 12, 36)
    count = bench.run((10, 37, 100, 900, 926, 953) + bounces, 1000)
    assert count == 4
    assert bench.input.refused == 4 + 1
    assert not bench.input.may_have_lost()


def test_flicker_counts_nothing():
    for kind in (Bench, CounterBench):
        bench = kind()
        assert bench.run(tuple(range(0, 1000, 10)), 1000) == 0
        assert bench.rest() == 0


def test_the_fastest_true_pulses_are_all_taken():
    for kind in (Bench, CounterBench):
        bench = kind()
        assert bench.run(tuple(range(0, 5400, 54)), 5400) == 100
        assert bench.input.refused == 0


def test_nothing_is_counted_before_the_first_look():
    # Starting up takes longer than the queue lasts, and no pulse of that time is promised.
    time = FakeTime()
    esp32_clock.time = esp32_edges.time = time
    pin = Pin(18)
    light = esp32_edges.EdgeInput(pin, True, make_filter(), esp32_clock.Clock())
    assert pin.handler is None
    time.pass_ms(60000)
    light.update(PulseHistory())
    assert pin.handler is not None
    assert not light.may_have_lost()


def test_a_pulse_at_once_after_the_first_look_counts():
    bench = Bench(ticks=TOP)
    bench.flash()
    assert bench.look() == 0
    assert bench.input.pending == 1
    assert bench.rest() == 1
    assert bench.input.pending == 0


def test_edges_go_on_over_the_wrap_of_the_ticks():
    bench = Bench(ticks=TOP - 100)
    assert bench.run((90, 110, 190), 250) == 2
    assert bench.input.refused == 1


def test_the_pulse_after_a_week_of_darkness_counts():
    bench = Bench()
    bench.run((10,), 40)
    for _ in range(16):
        bench.time.pass_ms(86400000)
        # After half of the ticks' period the last pulse could be one to come.
        assert bench.look() == 1
    assert bench.run((10,), 60) == 2


def test_the_handlers_counts_wrap_and_the_total_does_not():
    bench = Bench()
    for which in range(len(bench.filter.counts)):
        bench.filter.counts[which] = TOP - 1
    bench.input._seen = TOP - 1
    assert bench.run((0, 100, 101, 200, 300, 301), 400) == 4
    # Another one closes the last.
    bench.flash()
    assert bench.filter.counts[0] == 2


def test_more_pulses_than_the_ring_holds_are_never_told_too_early():
    bench = Bench(history=Kept())
    bench.history.told.clear()
    times = []
    for _ in range(50):
        bench.time.pass_ms(60)
        bench.flash()
        times.append(bench.time.ticks)
    bench.rest()
    told = bench.history.told
    assert told[-1] == (times[-1], 50)
    assert len(told) == 32
    assert all(at_ms >= times[count - 1] for at_ms, count in told)
    assert told == sorted(told)


def test_times_never_fall():
    for kind in (Bench, CounterBench):
        bench = kind(history=Kept())
        state = 1
        for _ in range(2000):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            bench.time.pass_ms(state >> 8 & 63)
            for _ in range(state >> 4 & 3):
                bench.edge(state >> 16 & 1)
            if state & 0x600000 == 0:
                bench.time.pass_ms(200)
                bench.look()
        told = bench.history.told
        assert told == sorted(told)
        assert told[-1][0] <= bench.clock.ms()


def test_a_handler_in_the_middle_of_a_look_does_no_harm():
    bench = Bench(history=Kept())
    bench.time.pass_ms(300)
    bench.flash()
    bench.time.pass_ms(30)

    class Late(Kept):
        # A pulse between two lines of update().
        def add(self, at_ms, count):
            super().add(at_ms, count)
            bench.time.pass_ms(30)
            bench.flash()

    late = Late()
    bench.input.update(late)
    bench.history = Kept()
    bench.rest()
    told = late.told + bench.history.told
    assert told == sorted(told)
    assert told[-1][1] == 2


def test_a_handler_anywhere_in_a_look_does_no_harm():
    # The filter's look asks for the open group: there the handler of the next pulse runs.
    for at in range(1, 12):
        bench = Bench(history=Kept())
        bench.history.told.clear()
        fault = bench.filter._fault
        calls = []

        def interrupted(bench=bench, fault=fault, calls=calls, at=at):
            calls.append(0)
            if len(calls) == at:
                bench.time.pass_ms(1)
                bench.flash()
            return fault()

        bench.filter._fault = interrupted
        for _ in range(4):
            bench.time.pass_ms(40)
            bench.flash()
            bench.time.pass_ms(39)
            bench.look()
        bench.rest()
        # The flash in between is near to no other but the one that comes 40 ms later.
        assert bench.history.told[-1][1] in (4, 5)
        assert bench.history.told == sorted(bench.history.told)
        counts = [count for _, count in bench.history.told]
        assert counts == list(range(1, len(counts) + 1))


def test_the_handler_allocates_nothing():
    bench = Bench()
    pin, time = bench.pin, bench.time
    handler = pin.handler
    counts = bench.filter.counts
    for which in range(len(counts)):
        counts[which] = TOP - 2
    lock = unlock = None
    if sys.implementation.name == "micropython":
        import micropython

        lock, unlock = micropython.heap_lock, micropython.heap_unlock
    time.ticks = TOP - 300
    if lock is not None:
        lock()
    try:
        # Over the ends of all counts and of the ticks.
        for _ in range(12):
            time.ticks = (time.ticks + 40) & TOP
            pin.level = 0
            handler(pin)
            time.ticks = (time.ticks + 1) & TOP
            handler(pin)
            pin.level = 1
            handler(pin)
            handler(pin)
    finally:
        if unlock is not None:
            unlock()
    assert counts[0] == 8
