"""The ESP32's light counted in hardware."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import Counter, Pin
from esp32_lights import TOP, Bench, Kept, counter_input

from uplink.history import PulseHistory
from uplink.light import Light


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
        light, counter, _, _ = counter_input(value=TOP - 1)
        history = PulseHistory()
        light.update(history)
        counter.count = 3 if wraps else TOP + 4
        light.update(history)
        assert history.count == 5


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
