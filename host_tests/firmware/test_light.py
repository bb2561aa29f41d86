"""What is wrong with a light: flicker, pulses that are too fast; how long it holds; what is true is never either."""

from flashes import Dice, Flashes, trouble_of
from simtime import SimClock

from uplink.light import FLICKER, TOO_FAST, Light
from uplink.lightlimits import make_filter

FULL_US = 54339  # between two pulses of 13.25 kW at 5000 imp/kWh


class Source:
    """Pulses at given times in us, found by looks."""

    def __init__(self, clock):
        self.clock = clock
        self.times = []
        self.count = 0

    def update(self, history):
        while self.times and self.times[0] // 1000 <= self.clock.now:
            self.count += 1
            history.add(self.times.pop(0) // 1000, self.count)

    def may_have_lost(self):
        return False


class Looked:
    """A light that is looked at each 50 ms."""

    def __init__(self, constant=5000, max_power_w=13250):
        self.clock = SimClock(1000000)
        self.source = Source(self.clock)
        self.light = Light(self.source, constant, max_power_w, self.clock)
        self.troubles = set()

    def see(self, count, period_us, jitter_us=0, seed=1, rest_ms=50):
        dice = Dice(seed)
        at = 1000 * self.clock.now
        for number in range(count):
            self.source.times.append(at + number * period_us + (dice.below(jitter_us + 1) if jitter_us else 0))
        self.rest(count * period_us // 1000 + rest_ms)

    def rest(self, ms):
        until = self.clock.now + ms
        while self.clock.now < until:
            self.clock.now += 50
            self.light.look()
            self.troubles.add(trouble_of(self.light))


def test_the_fastest_true_pulses_are_never_too_fast():
    for constant, power in ((5000, 13250), (100, 13250), (10000, 13250), (1000, 18000)):
        looked = Looked(constant, power)
        period = 3600000000000 // (constant * power)
        # Class B: one in a hundred faster; a handler that runs up to 60 ms late.
        for seed in range(3):
            looked.see(1000, period * 99 // 100, 60000, seed + 1)
        assert looked.troubles == {None}, (constant, power)


def test_waiting_pulses_that_come_at_once_are_not_too_fast():
    for many in (4, 90):
        looked = Looked()
        looked.see(1, 0)
        for _ in range(20):
            # The interpreter was away: all at once, when the last has come.
            looked.rest(many * 54 - 50)
            looked.see(many, 10, rest_ms=50)
        assert looked.troubles == {None}, many


def test_pulses_that_are_a_tenth_too_fast_are_told_within_seconds():
    looked = Looked()
    began = looked.clock.now
    while trouble_of(looked.light) is None:
        looked.see(20, FULL_US * 10 // 11, rest_ms=0)
        assert looked.clock.now - began < 10000
    assert trouble_of(looked.light) == TOO_FAST


def test_many_glitches_are_too_fast_at_once():
    looked = Looked()
    looked.see(10, 20000)
    assert looked.troubles == {None, TOO_FAST}


def test_a_trouble_holds_for_a_minute_after_its_last_sign():
    looked = Looked()
    looked.see(10, 20000, rest_ms=0)
    looked.rest(59500)
    assert trouble_of(looked.light) == TOO_FAST
    assert looked.light.had(TOO_FAST, 60000) and not looked.light.had(TOO_FAST, 10000)
    looked.rest(1500)
    assert trouble_of(looked.light) is None
    # Whoever looks less often asks for his own time.
    assert looked.light.had(TOO_FAST, 120000)
    assert not looked.light.had(FLICKER, 120000)


def test_without_the_meters_power_nothing_is_judged():
    clock = SimClock()
    source = Source(clock)
    light = Light(source, 5000)
    source.times = [1000 * clock.now + n for n in range(100)]
    clock.now += 100
    assert light.look() == 100
    assert trouble_of(light) is None
    assert (light.refused, light.refused_why(), light.widths(), light.is_stuck()) == (0, {}, [], False)
    assert light.difference is None


class Filtered:
    """A pulse input with a filter that is told edges."""

    def __init__(self, clock):
        self.clock = clock
        self.filter = make_filter(5000, 13250)[0]
        self.edges = []

    def update(self, history):
        now = self.clock.now
        while self.edges and self.edges[0][0] <= now:
            self.filter.edge(*self.edges.pop(0))
        self.filter.look(now)
        history.add(now, self.filter.total)

    @property
    def pending(self):
        return self.filter.pending


def lit(flashes, seconds):
    clock = SimClock(1000)
    source = Filtered(clock)
    source.edges = [(at // 1000, number % 2 == 0) for number, at in enumerate(sorted(flashes.edges))]
    light = Light(source, 5000, 13250, clock, source.filter)
    troubles = []
    while clock.now < 1000 * (seconds + 1):
        clock.now += 50
        light.look()
        troubles.append(trouble_of(light))
    return troubles


def test_a_lamp_is_told_as_flicker_and_as_nothing_else():
    for period in (10000, 8333):
        flashes = Flashes()
        flashes.lamp(3000000, 6000000, period)
        troubles = lit(flashes, 70)
        # After 0.2 s, and until a minute behind it.
        assert troubles[:39] == [None] * 39
        first = troubles.index(FLICKER)
        last = len(troubles) - troubles[::-1].index(FLICKER)
        assert first <= 45
        assert 60 * 20 - 2 <= last - 5 * 20 <= 60 * 20 + 2
        assert set(troubles) == {None, FLICKER}


def test_flashes_too_near_to_count_are_too_fast_as_well_but_one_now_and_then_is_not():
    # At full load glitches between all pulses: no flash is clean, so hardly any counts.
    dice = Dice(3)
    flashes = Flashes()
    for number in range(100):
        flashes.flash(3000000 + number * FULL_US, 5000)
        flashes.flash(3000000 + number * FULL_US + 14000 + dice.below(30000), 1000)
    assert set(lit(flashes, 12)) == {None, TOO_FAST}
    # One beside a pulse now and then, and darkness for long.
    flashes = Flashes()
    for number in range(60):
        flashes.flash(3000000 + number * 1000000, 5000)
        flashes.flash(3018000 + number * 1000000, 5000)
    assert set(lit(flashes, 70)) == {None}


def test_a_light_that_shows_pulses_is_told_as_nothing():
    flashes = Flashes()
    dice = Dice(1)
    for number in range(300):
        flashes.flash(2000000 + number * FULL_US * 99 // 100 + dice.below(1000), 5000, 1, dice)
    assert set(lit(flashes, 20)) == {None}


def test_what_a_reading_is_told_goes_back_to_the_one_before():
    looked = Looked()
    looked.light.troubles()
    looked.see(10, 20000)
    looked.rest(200000)
    assert looked.light.troubles() == [(FLICKER, False), (TOO_FAST, True)]
    looked.rest(200000)
    assert looked.light.troubles() == [(FLICKER, False), (TOO_FAST, False)]
