"""CircuitPython's counter of a light: differences only, and no more pulses than can be true."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from cp_fakes import Clock, load

from uplink.history import PulseHistory
from uplink.light import TOO_FAST, Light
from uplink.lightlimits import make_filter

cp_counter = load("cp_counter")
POWER_W = 13250


def light():
    """(input, its counter, clock, history) of the M1PRO 40's constant: two true pulses are 54 ms apart."""
    clock = Clock()
    source = cp_counter.CounterInput("D5", "fall", "up", make_filter(5000, POWER_W)[0], clock)
    return source, source._counter, clock, PulseHistory()


def look(source, clock, history, ms=50):
    clock.now += ms
    source.update(history)
    return history.count


def test_the_counter_gets_pin_edge_and_pull():
    counter = light()[1]
    assert (counter.pin, counter.edge, counter.pull) == ("D5", "fall", "up")


def test_pulses_are_counted_from_where_the_counter_stands_and_told_at_the_look():
    clock = Clock()
    source = cp_counter.CounterInput("D5", "fall", "up", make_filter(5000, POWER_W)[0], clock)
    history = PulseHistory()
    assert look(source, clock, history) == 0
    source._counter.real += 1
    assert look(source, clock, history) == 1
    assert history.last_ms == 100
    assert look(source, clock, history, 1000) == 1
    assert not source.may_have_lost()


def test_an_old_release_falls_back_to_0_at_32767():
    source, counter, clock, history = light()
    counter.real = 32765
    source._seen = 32765
    # 32766, then 0 in the place of 32767, then 1.
    for real, total in ((32766, 1), (0, 2), (1, 3)):
        counter.real = real
        assert look(source, clock, history, 100) == total
    counter.real = 32766
    source._seen = 32766
    counter.real = 2
    assert look(source, clock, history, 1000) == 6
    assert source.refused == 0


def test_a_newer_release_goes_on_above_32767():
    source, counter, clock, history = light()
    counter.real = source._seen = 32766
    for real, total in ((32767, 1), (32768, 2), (40000, 2 + 7232)):
        counter.real = real
        assert look(source, clock, history, 10_000_000) == total


def test_what_cannot_be_true_is_refused_and_counted():
    source, counter, clock, history = light()
    counter.real = 3
    assert look(source, clock, history) == 1 and source.refused == 2
    # A long look has room for as many as the meter can give.
    counter.real = 3 + 100
    assert look(source, clock, history, 1000) == 1 + 1001 // 54 + 1
    assert source.refused == 2 + 100 - 19


def test_no_true_pulse_is_refused_at_the_meter_s_full_rate():
    source, counter, clock, history = light()
    for at in range(1, 200_001):
        clock.now = at
        counter.real += at % 54 == 0
        if at % 50 == 0 or at % 777 == 0:
            source.update(history)
    assert history.count == 200_000 // 54 and source.refused == 0


def test_flicker_is_told_as_pulses_too_fast_and_single_bounces_are_not():
    for each_look, wanted in ((5, True), (0, False)):
        clock = Clock()
        source = cp_counter.CounterInput("D5", "fall", None, make_filter(5000, POWER_W)[0], clock)
        lamp = Light(source, 5000, POWER_W, clock)
        for number in range(100):
            clock.now += 50
            # A pulse each second, with one bounce.
            source._counter.real += each_look or 2 * (number % 20 == 0)
            lamp.look()
        assert lamp.had(TOO_FAST, 5000) == wanted
        assert lamp.refused == source.refused > 0
