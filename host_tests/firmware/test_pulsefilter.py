"""Which flashes are pulses: bounces, glitches, lamps, all widths, all rates, all constants."""

import sys

from checks import raises
from flashes import MASK, Dice, Flashes, Watched

from uplink.lightlimits import make_filter
from uplink.pulsefilter import WIDTHS

FULL = 54339  # us between two pulses of 13.25 kW at 5000 imp/kWh


def train(count, period, width, jitter=0, bounces=0, seed=1, at=1000000):
    dice = Dice(seed)
    flashes = Flashes()
    for number in range(count):
        flashes.flash(at + number * period + (dice.below(2 * jitter) - jitter if jitter else 0), width, bounces, dice)
    return flashes


def test_every_width_at_full_rate_with_jitter_and_the_error_of_class_b():
    for width in range(1, 41, 3):
        watched = Watched()
        flashes = train(300, FULL * 99 // 100, 1000 * width, 1000, seed=width)
        assert watched.see(flashes, 1500, Dice(width)) == 300
        assert watched.most == 300
        assert watched.filter.refused() == {"bounced": 0, "too_near": 0, "too_short": 0, "too_long": 0}


def test_bounces_at_both_edges_are_one_pulse():
    for width in range(2, 41, 4):
        for bounces in (1, 2, 3):
            for latency in (0, 300):
                watched = Watched()
                flashes = train(100, FULL, 1000 * width, 1000, bounces, width)
                assert watched.see(flashes, latency, Dice(bounces)) == 100, (width, bounces, latency)


def test_constants_from_100_to_10000():
    for constant in (100, 500, 1000, 3200, 5000, 6400, 10000):
        period = 3600000000000 // (constant * 13250)
        for width in (2000, 10000, min(100000, period // 2)):
            watched = Watched(constant)
            assert watched.see(train(60, period * 99 // 100, width, 1000, 1, constant), 1000, Dice(3)) == 60
            # A hundredth of the load.
            assert watched.see(train(5, 100 * period, width, 0, 1, 7, watched.at + 2 * period)) == 65


def test_lamps_count_nothing_and_are_named():
    for period in (10000, 8333, 5000, 4167, 20000, 16667):
        for duty in (10, 30, 50):
            watched = Watched()
            flashes = Flashes()
            flashes.lamp(1000000, 3000000, period, duty)
            assert watched.see(flashes, 500, Dice(period)) == 0
            assert watched.filter.flickers()
            assert watched.filter.flicks > 50
            assert watched.filter.counts[1] > 50


def test_the_beginning_of_a_lamp_may_be_a_pulse_only_until_it_is_judged():
    watched = Watched()
    flashes = Flashes()
    flashes.lamp(1000000, 2000000, 10000)
    watched.see(flashes)
    assert (watched.total, watched.filter.pending) == (0, 0)


def test_pulses_count_again_when_the_lamp_is_off():
    watched = Watched()
    flashes = Flashes()
    flashes.lamp(1000000, 3000000, 10000)
    watched.see(flashes)
    assert watched.see(train(50, 100000, 5000, at=watched.at)) == 50
    assert not watched.filter.flickers()


def test_pulses_are_no_lamp():
    # At full rate and constants up to 10000: pulses of the M1PRO's power are 27 ms apart.
    for constant in (5000, 10000):
        watched = Watched(constant)
        period = 3600000000000 // (constant * 13250)
        watched.see(train(500, period, 5000, 1000, 2), 500, Dice(1))
        assert not watched.filter.flickers()
        assert watched.filter.flicks == 0


def test_noise_is_no_lamp():
    dice = Dice(5)
    flashes = Flashes()
    at = 1000000
    for _ in range(600):
        at += 1000 * (3 + dice.below(37))
        flashes.flash(at, 1000)
    watched = Watched()
    watched.see(flashes)
    assert not watched.filter.flickers()


def test_a_glitch_beside_a_pulse_costs_nothing():
    # Alone it would be one: nothing tells it from a short pulse.
    for away in range(1, 27):
        for before in (False, True):
            flashes = train(20, 200000, 5000)
            for number in range(20):
                at = 1000000 + 200000 * number
                if before or away > 5:
                    flashes.flash(at + (-1000 if before else 1000) * away, 300)
            watched = Watched()
            assert watched.see(flashes) == 20, (away, before)


def test_a_pulse_keeps_its_own_time():
    watched = Watched(start=5000)
    flashes = train(5, 300000, 4000, bounces=1)
    watched.see(flashes)
    assert [watched.filter.time(k) for k in range(5)] == [6000 + 300 * k for k in range(5)]


def test_pending_until_the_silence_has_passed():
    judge = make_filter(5000, 13250)[0]
    judge.edge(1000, True)
    judge.look(1000)
    assert (judge.total, judge.pending) == (0, 1)
    judge.edge(1004, False)
    for now, total in ((1026, 0), (1027, 1)):
        judge.look(now)
        assert (judge.total, judge.pending) == (total, 1 - total)


def test_a_light_that_stays_lit_is_no_pulse():
    judge = make_filter(5000, 13250)[0]
    judge.edge(1000, True)
    for now, pending in ((1108, 1), (1109, 0), (5000, 0)):
        judge.look(now)
        assert (judge.total, judge.pending) == (0, pending)
    assert judge.is_stuck()
    judge.edge(9000, False)
    judge.look(9100)
    assert judge.total == 0
    judge.edge(9200, True)
    assert judge.refused()["too_long"] == 1
    assert not judge.is_stuck()


def test_widths_that_are_configured():
    for width, reason in ((3, "too_short"), (4, None), (12, None), (13, "too_long")):
        watched = Watched(width_ms=(5, 11))
        total = watched.see(train(10, 200000, 1000 * width))
        assert total == (0 if reason else 10), width
        if reason:
            # The last one has not been closed.
            assert watched.filter.refused()[reason] == 9


def test_widths_are_kept_by_octaves():
    watched = Watched()
    for number, width in enumerate((500, 1000, 3000, 5000, 9000, 20000, 40000)):
        watched.see(train(1, 0, width, at=1000000 * (number + 1)))
    watched.see(train(1, 0, 1000, at=9000000))
    assert sum(watched.filter.widths) == 7
    assert list(watched.filter.widths)[:7] == [1] * 7
    assert len(watched.filter.widths) == WIDTHS


def test_ticks_wrap():
    for start in (MASK - 1500, MASK - 3000, (1 << 29) - 1500):
        watched = Watched(start=start)
        assert watched.see(train(60, FULL, 5000, 1000, 1)) == 60
    # On a computer of 64 bits they wrap much later.
    judge = make_filter(5000, 13250)[0]
    judge.start(False, 0)
    for number in range(10):
        judge.edge(((1 << 30) - 250 + 60 * number), True)
        judge.edge(((1 << 30) - 240 + 60 * number), False)
    judge.look((1 << 30) + 1000)
    assert judge.total == 10


def test_a_gap_that_would_refuse_true_pulses_is_refused_in_words():
    make_filter(5000, 13250, 52)
    text = str(raises(ValueError, make_filter, 5000, 13250, 53))
    assert text.startswith("this filter limits you to 13.20 kW; the meter can give 13.25 kW: ")
    assert "less than 53 ms apart" in text
    text = make_filter(5000, 13250)[1]
    assert text.startswith(
        "this filter limits you to 25.45 kW; the meter can give 13.25 kW: only flashes less than 27 ms"
    )
    text = make_filter(5000, 13250, 20, (2, 9))[1]
    assert text.endswith("less than 20 ms after a pulse are refused, and those not 2...9 ms long")


def test_a_gap_that_is_allowed_refuses_no_true_pulse():
    for gap in (1, 10, 27, 40, 52):
        watched = Watched(gap_ms=gap)
        assert watched.see(train(200, FULL * 99 // 100, 10000)) == 200


def test_widths_that_no_pulse_has_are_refused_in_words():
    for width in ((54, 100), (20, 10)):
        text = str(raises(ValueError, make_filter, 5000, 13250, None, width))
        assert text.startswith("light_width_ms: no pulse is %d...%d ms long" % width)
        assert "at 13.25 kW they are 54 ms apart" in text


def test_every_profile_that_is_allowed_gives_a_filter():
    for constant in (1, 100, 10000, 100000):
        for power in (1, 100, 13250, 10**8):
            judge, text = make_filter(constant, power)
            assert 1 <= judge.gap_ms < 1 << 28
            assert text


def test_random_light_never_breaks_the_rules():
    # Whatever comes: the total does not fall while nothing is pending, and no two pulses are nearer than the gap.
    for seed in range(12):
        dice = Dice(seed + 1)
        judge = make_filter(5000, 13250)[0]
        now = told = 0
        last = None
        for _ in range(1500):
            now += dice.below((3, 12, 80)[dice.below(3)])
            judge.edge(now, dice.below(4) < 2)
            if dice.below(3):
                continue
            judge.look(now)
            assert judge.total + judge.pending >= told
            while told < judge.total:
                at = judge.time(told)
                assert last is None or at - last >= judge.gap_ms - 27 + 4
                last = at
                told += 1


def later(now, ms):
    """Without an integer above MASK, which would be allocated."""
    return now + ms if now <= MASK - ms else now - (MASK - ms) - 1


def test_an_edge_allocates_nothing():
    lock = unlock = None
    if sys.implementation.name == "micropython":
        import micropython

        lock, unlock = micropython.heap_lock, micropython.heap_unlock
    judge = make_filter(5000, 13250)[0]
    judge.start(False, MASK - 2000)
    for which in range(len(judge.counts)):
        judge.counts[which] = MASK - 3
    now = MASK - 1000
    if lock is not None:
        lock()
    try:
        for number in range(400):
            # Clean pulses, bounces, unseen ones, a lamp; over the ends of counts and ticks.
            now = later(now, 100)
            judge.edge(now, True)
            now = later(now, number % 23)
            judge.edge(now, number % 3 == 0)
            now = later(now, number % 7)
            judge.edge(now, number % 5 == 0)
            judge.edge(now, False)
            judge.edge(now, False)
            now = later(now, 10)
            if number % 2:
                judge.edge(now, False)
        for _ in range(100):
            now = later(now, 5)
            judge.edge(now, True)
            now = later(now, 5)
            judge.edge(now, False)
    finally:
        if unlock is not None:
            unlock()
    assert judge.flickers()
    assert all(0 <= count <= MASK for count in judge.counts)
