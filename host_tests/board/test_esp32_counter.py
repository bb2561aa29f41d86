"""The ESP32's light counted in hardware and by the interrupt, side by side."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import Counter, Pin
from esp32_lights import TOP, Bench, CounterBench, Kept
from flashes import trouble_of

from uplink.light import Light


def test_the_counter_counts_the_configured_edge_of_its_pin():
    bench = CounterBench()
    for falling, edge in ((True, Counter.FALLING), (False, Counter.RISING)):
        light = bench.make(falling=falling)
        assert (bench.counter.unit, bench.counter.edge) == (2, edge)
        assert bench.counter.pin is bench.pin
        assert bench.counter.filter_ns * 80 // 1000 == 1023
        assert not light.may_have_lost()


def test_the_pull_that_the_counter_forces_is_undone():
    bench = CounterBench()
    for pull in (None, Pin.PULL_DOWN, Pin.PULL_UP):
        bench.make(pull=pull)
        assert bench.pin.pull == pull
        assert bench.pin.mode == Pin.IN


def test_what_was_counted_before_the_first_look_does_not_count():
    bench = CounterBench()
    bench.input = bench.make(value=7)
    bench.counter.count += 3
    bench.look()
    assert bench.rest() == 0
    assert bench.input.difference == 0


def test_bounces_that_the_interrupt_saw_do_not_count():
    bench = CounterBench()
    for _ in range(10):
        bench.time.pass_ms(200)
        for _ in range(3):
            bench.flash()
            bench.time.pass_ms(1)
        bench.look()
    assert bench.rest() == 10
    assert bench.input.refused == 20
    assert bench.input.difference == 0


def test_bounces_that_only_the_counter_saw_do_not_count_and_are_told():
    bench = CounterBench()
    for _ in range(10):
        bench.time.pass_ms(200)
        bench.look()
        bench.flash()
        bench.counter.count += 2
        bench.rest()
        bench.rest()
    assert bench.rest() == 10
    assert bench.input.difference == 20


def test_pulses_that_the_interrupt_lost_count():
    bench = CounterBench(history=Kept())
    bench.run((10,), 100)
    # A stall of 7 s at full load: the queue keeps four pulses of 130.
    bench.away(7000, 8, 130)
    bench.rest()
    assert bench.history.told[-1][1] == 131
    assert bench.history.told == sorted(bench.history.told)
    assert bench.input.difference == 126
    assert not bench.input.may_have_lost()
    # What has been settled once is not counted again.
    bench.run((10,), 200)
    assert bench.history.told[-1][1] == 132


def test_of_what_the_interrupt_lost_no_more_counts_than_can_be_true():
    bench = CounterBench()
    bench.away(1000, 8, 400)
    assert bench.rest() <= (1000 + 100) // 54 + 1
    assert bench.input.difference == 396
    assert bench.run((10, 110), 200) <= 23


def test_flicker_that_the_interrupt_lost_does_not_count():
    bench = CounterBench()
    bench.run(tuple(range(0, 500, 10)), 500)
    bench.away(1000, 8, 100)
    bench.rest()
    assert bench.run(tuple(range(0, 500, 10)), 500) <= 1


def test_spikes_that_the_counter_does_not_know_do_not_count():
    bench = CounterBench()
    for _ in range(10):
        # Two edges, and the light as it was before; then two true pulses.
        bench.time.pass_ms(100)
        bench.edge(1)
        bench.edge(1)
        bench.rest()
        bench.rest()
        bench.run((0, 100), 200)
    bench.rest()
    assert bench.rest() == 20
    assert bench.input.difference == -10


def test_pulses_seen_late_are_no_spikes():
    bench = CounterBench()
    for _ in range(20):
        bench.time.pass_ms(60)
        bench.counter.count += 1
        bench.edge(1)
        bench.edge(1)
        bench.look()
    assert bench.rest() == 20


def test_the_counter_goes_on_over_2_to_the_30():
    for wraps in (True, False):
        bench = CounterBench()
        bench.input = bench.make(value=TOP - 1)
        bench.look()
        bench.counter.count = 3 if wraps else TOP + 4
        bench.away(1000, 2, 0)
        assert bench.rest() == 5


def test_a_look_between_the_counter_and_the_handler_does_no_harm():
    bench = CounterBench()
    for _ in range(20):
        bench.time.pass_ms(60)
        bench.counter.count += 1
        # The handlers have not run yet.
        bench.look()
        bench.edge(0)
        bench.edge(1)
        bench.look()
    assert bench.rest() == 20
    assert bench.input.difference == 0


def test_the_light_shows_its_power():
    for kind in (Bench, CounterBench):
        bench = kind(ticks=1000)
        light = Light(bench.input, 5000, 13250, bench.clock, bench.filter)
        for _ in range(4):
            # 0.2 Wh in 600 ms is 1200 W.
            bench.time.pass_ms(550)
            bench.flash()
            before = light.history.count
            # What is being judged may be a pulse already.
            assert light.look() == before + 1
            assert light.history.count == before
            bench.time.pass_ms(50)
            light.look()
            light.power(bench.time.ticks)
        assert light.history.count == 4
        bench.time.pass_ms(550)
        assert light.power(bench.time.ticks) == (1200000, True)
        assert light.may_have_lost == (kind is Bench)
        assert light.difference == (None if kind is Bench else 0)
        assert trouble_of(light) is None
        assert light.refused == sum(light.refused_why().values()) == 0
