"""The cross-check over a simulated meter whose truth is known: sound, and it finds what is lost."""

from random import getrandbits, seed

from uplink.crosscheck import AGREE, EXTRA, LEARNING, MISSING, STUCK, CrossCheck
from uplink.window import Window

STEP = 50
SETTLE_MS = 60000
STEP_ENERGY = 50 * 720000000  # 50 pulses of 0.2 Wh in mW ms


class World:
    """Energy in thousandths of a pulse; the check sees registers, counts and a power record."""

    def __init__(self, one_way=True, refresh_ms=1000, believed_ms=1000):
        self.check = CrossCheck(STEP, 1, STEP_ENERGY, SETTLE_MS, one_way)
        self.one_way = one_way
        self.now = 0
        self.energy = [777000 + below(50000), below(50000)]
        self.light = below(1000)
        self.lost = 0
        self.refresh_ms = refresh_ms
        self.believed_ms = believed_ms
        self.frozen = None
        self.events = []
        self.readings = 0

    @property
    def count(self):
        return self.light // 1000 - self.lost

    def run(self, ms, rate, direction=0):
        """Let `ms` pass at `rate` thousandths of a pulse a second."""
        flow = rate * ms // 1000
        self.energy[direction] += flow
        self.light += flow
        self.now += ms

    def registers(self, old=0):
        if self.frozen is not None:
            return self.frozen
        return [(e - o) // 1000 // STEP * STEP for e, o in zip(self.energy, (old, 0))]

    def read(self, rate, age_ms=None):
        """One reading whose register is up to the refresh old; its bounds must hold the truth."""
        age = below(self.refresh_ms) if age_ms is None else age_ms
        pa = (self.light - rate * self.believed_ms // 1000) // 1000 - self.lost
        parts = self.registers(rate * age // 1000)
        register = parts[0] if self.one_way else sum(parts)
        energy = rate * 60 * 720000  # as a power record read once a minute says, in mW ms
        window = Window(self.now, register, () if self.one_way else tuple(parts), pa, self.count, energy)
        event = self.check.take(window)
        self.readings += 1
        if event is not None:
            self.events.append(event)
        return event

    def truth_is_inside(self):
        low, high = self.check.total(self.count, self.count)
        true = self.energy[0] if self.one_way else sum(self.energy)
        return low * 1000 < true < high * 1000


def below(limit):
    return getrandbits(24) % limit


def minute(world, rate=None, direction=0):
    """A minute of some household load and a reading at its end."""
    rate = 50 + below(6000) if rate is None else rate
    world.run(60000, rate, direction)
    return world.read(rate)


def test_agrees_and_bounds_hold_over_days_of_any_load():
    for start in range(5):
        seed(start)
        world = World()
        for _ in range(1500):
            assert minute(world) is None
            assert world.truth_is_inside()
        assert world.check.verdict == AGREE
        assert world.check.withdrawn == 0


def test_learns_until_the_register_has_stepped():
    seed(1)
    world = World()
    world.run(1000, 100)
    world.read(100)
    assert world.check.verdict == LEARNING
    while world.registers()[0] == 777000 // 1000 // STEP * STEP:
        minute(world, 1000)
    minute(world, 1000)
    assert world.check.verdict == AGREE


def test_the_interval_shrinks_far_below_the_register_step():
    seed(3)
    world = World()
    for _ in range(2000):
        minute(world)
    low, high = world.check.total(world.count, world.count)
    assert high - low <= STEP // 5


def test_lost_pulses_are_named_once_with_a_bound_that_holds_them():
    for start in range(6):
        for lost in (10, 60, 400):
            seed(100 + start)
            world = World()
            for _ in range(700):
                minute(world)
            assert not world.events
            world.lost += lost
            for _ in range(400):
                minute(world)
            kinds = {(e.number, e.kind) for e in world.events}
            assert kinds == {(1, MISSING)}, (start, lost, kinds)
            event = world.events[-1]
            assert not event.open
            assert event.pulses_low <= lost <= event.pulses_high, (lost, event.pulses_low, event.pulses_high)
            assert world.check.verdict == AGREE
            assert world.truth_is_inside()


def test_extra_pulses_are_named_once_with_a_bound_that_holds_them():
    for start in range(6):
        seed(200 + start)
        world = World()
        for _ in range(700):
            minute(world)
        world.lost -= 60
        for _ in range(300):
            minute(world)
        assert {(e.number, e.kind) for e in world.events} == {(1, EXTRA)}
        event = world.events[-1]
        assert event.pulses_low <= 60 <= event.pulses_high
        assert world.check.verdict == AGREE


def test_a_standing_register_is_named_stuck_once_and_forgiven_when_it_moves():
    seed(5)
    world = World()
    for _ in range(300):
        minute(world, 1000)
    world.frozen = world.registers()
    for _ in range(60):
        minute(world, 1000)
    assert [e.kind for e in world.events] == [STUCK]
    assert world.check.verdict == STUCK
    assert world.events[0].open
    world.frozen = None
    for _ in range(60):
        minute(world, 1000)
    assert [e.kind for e in world.events] == [STUCK, STUCK]
    assert not world.events[1].open
    assert world.check.verdict == AGREE
    assert world.truth_is_inside()


def test_a_light_that_stops_for_good_is_one_event_that_stays_open():
    seed(6)
    world = World()
    for _ in range(300):
        minute(world, 1000)
    for _ in range(300):
        before = world.light // 1000
        world.run(60000, 1000)
        world.lost += world.light // 1000 - before
        world.read(1000)
        if world.events:
            # Named, or learning whether it goes on; never "agree".
            assert world.check.verdict in (MISSING, LEARNING)
    assert {(e.number, e.kind) for e in world.events} == {(1, MISSING)}
    assert world.events[-1].open
    assert world.events[-1].pulses_high >= world.lost - 200


def test_a_register_that_is_late_once_is_a_suspicion_and_no_event():
    seed(7)
    world = World()
    for _ in range(500):
        minute(world, 900)
    # Two steps old: no refresh that is believed explains it.
    world.run(60000, 900)
    world.read(900, age_ms=110000)
    assert world.check.suspicion is not None
    assert world.check.verdict == LEARNING
    for _ in range(200):
        minute(world, 900)
    assert world.check.suspicion is None
    assert world.check.withdrawn == 1
    assert not world.events
    assert world.check.verdict == AGREE


def test_both_directions_are_checked_by_the_sum_without_a_false_alarm():
    for start in range(3):
        seed(300 + start)
        world = World(one_way=False)
        for _ in range(1500):
            minute(world, None, below(2))
            assert world.truth_is_inside()
        assert not world.events
        assert world.check.verdict == AGREE


def test_loss_is_proven_in_both_directions():
    seed(11)
    world = World(one_way=False)
    for _ in range(700):
        minute(world, None, below(2))
    world.lost += 150
    for _ in range(500):
        minute(world, None, below(2))
    assert {(e.number, e.kind) for e in world.events} == {(1, MISSING)}
    event = world.events[-1]
    assert event.pulses_low <= 150 <= event.pulses_high


def test_an_event_carries_its_windows():
    seed(12)
    world = World()
    for _ in range(700):
        minute(world)
    world.lost += 300
    for _ in range(100):
        minute(world)
    event = world.events[0]
    assert event.first_window.at_ms <= event.last_window.at_ms
    assert event.first_window.pa <= event.first_window.pb
