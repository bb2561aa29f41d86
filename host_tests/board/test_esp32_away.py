"""The ESP32's interrupt when the interpreter was away: what waited, and what may be lost."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_lights import Bench, Kept


def test_may_have_lost_begins_where_the_queue_can_run_over():
    # It holds the edges of four pulses; the fifth, at 54 ms each, can come after 4 * 54 ms.
    for away, lost in ((215, False), (216, True)):
        bench = Bench()
        bench.away(away, 0)
        assert bench.input.may_have_lost() == lost


def test_may_have_lost_follows_the_meter():
    # 200 ms between two pulses, and the demo's meter, which is faster than a millisecond.
    for constant, power, away, lost in ((1000, 18000, 799, False), (1000, 18000, 800, True), (5000, 10**7, 3, False)):
        bench = Bench(constant=constant, max_power_w=power)
        bench.time.pass_ms(away)
        bench.look()
        assert bench.input.may_have_lost() == lost


def test_lights_share_the_queue():
    for away, lost in ((107, False), (108, True)):
        bench = Bench()
        bench.make()
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
    # 210 ms at full load: four pulses, and all their handlers run at the end.
    assert bench.away(210, 8) == 5
    assert bench.input.refused == 0
    assert not bench.input.may_have_lost()


def test_pulses_that_waited_count_whatever_edge_was_the_first_and_the_last():
    bench = Bench()
    # The light is lit when the interpreter goes away; then a fall and two pulses.
    bench.edge(0)
    assert bench.away(210, 5) == 3
    # Lit when it comes back: three falls that nobody saw, and the rise that stands.
    bench.time.pass_ms(210)
    for _ in range(7):
        bench.edge(0)
    bench.look()
    bench.edge(1)
    assert bench.rest() == 7
    # And lit both times.
    bench.time.pass_ms(100)
    bench.edge(0)
    bench.look()
    bench.time.pass_ms(160)
    for _ in range(4):
        bench.edge(0)
    bench.look()
    bench.edge(1)
    assert bench.rest() == 10


def test_of_a_bunch_no_more_is_taken_than_can_be_true():
    bench = Bench()
    # 100 ms away: at most two pulses, the other edges are bounces.
    assert bench.away(100, 8) == 2
    assert bench.input.refused == 2


def test_a_look_in_time_makes_no_pulse_of_a_bounce():
    bench = Bench()
    for _ in range(20):
        bench.time.pass_ms(10)
        bench.flash()
        bench.flash()
        bench.rest()
    assert bench.look() == 20
    assert bench.input.refused == 20


def test_a_pulse_that_waited_is_not_near_to_the_next_one():
    # At full load: the handlers of a pulse of 5 ms wait for 40 ms, those of the next do not.
    for late in range(5, 51):
        bench = Bench(history=Kept())
        for start in range(0, 20 * 54, 54):
            waits = late if start == 540 else 0
            if waits:
                bench.time.pass_ms(waits)
                bench.edge(1)
                bench.edge(1)
                bench.time.pass_ms(54 - waits)
            else:
                bench.edge(0)
                bench.time.pass_ms(5)
                bench.edge(1)
                bench.time.pass_ms(49)
            bench.look()
        bench.rest()
        assert bench.history.told[-1][1] == 20, late
