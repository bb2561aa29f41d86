"""The ESP32's interrupt when the interpreter was away: what waited, and what may be lost."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_lights import Bench


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
