"""The cross-check over a simulated meter whose truth is known: sound, and it finds what is lost."""

from random import seed

from checkworld import STEP, World, below, minute

from uplink.crosscheck import AGREE, EXTRA, LEARNING, MISSING, STUCK


def test_agrees_and_bounds_hold_over_days_of_any_load():
    for start in range(5):
        seed(start)
        world = World()
        for _ in range(1500):
            assert minute(world) == []
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
    world.frozen = []
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


def test_false_pulses_in_a_dark_house_are_extra_and_no_stuck_register():
    seed(21)
    world = World()
    for _ in range(300):
        minute(world, 1000)
    for _ in range(120):
        world.run(60000, 0)
        world.lost -= 20
        world.read(0)
    assert {e.kind for e in world.events} == {EXTRA}
    assert world.check.verdict != STUCK


def test_another_kind_closes_the_open_event_first():
    seed(22)
    world = World()
    for _ in range(300):
        minute(world, 1000)
    world.lost += 100
    while not world.events:
        minute(world, 1000)
    world.frozen = world.registers()
    for _ in range(60):
        minute(world, 1000)
    assert [(e.number, e.kind, e.open) for e in world.events] == [
        (1, MISSING, True),
        (1, MISSING, False),
        (2, STUCK, True),
    ]


def test_the_end_of_a_check_closes_its_event():
    seed(23)
    world = World()
    for _ in range(300):
        minute(world, 1000)
    world.lost += 100
    while not world.events:
        minute(world, 1000)
    assert [(e.number, e.open) for e in world.check.end()] == [(1, False)]
    assert world.check.end() == []


def test_the_bound_holds_while_a_suspicion_is_open_and_the_loss_goes_on():
    for start in range(40):
        seed(400 + start)
        world = World()
        for _ in range(200):
            minute(world, 1000)
        for _ in range(6):
            # The loss comes between two readings, and the reading's own window is clean.
            world.lost += 15
            minute(world, 1000)
            if world.check.suspicion is not None:
                assert world.truth_is_inside()


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
