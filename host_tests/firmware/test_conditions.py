"""Conditions that stand: the meter's values against each other, the tally, and what a restart leaves."""

from uplink.capture import Capture
from uplink.event import Event
from uplink.memory import Memory
from uplink.plausible import OUT_OF_RANGE, POWER, VALUES, Plausible
from uplink.sincestep import EXTRA, STUCK, SinceStep
from uplink.standing import Standing
from uplink.units import Units
from uplink.window import Window


class Values:
    def __init__(self, flags=(), **numbers):
        self.flags = list(flags)
        self.numbers = numbers


GOOD = {"voltage": (2300, -1), "current": (1000, -2), "power_factor": (90, -2)}


def feed(check, times, light=None, **numbers):
    changed = []
    for _ in range(times):
        changed += [(kind, is_so) for kind, is_so, _ in check.look(Values(**numbers), light)]
    return changed


def test_values_that_agree_are_not_told():
    assert feed(Plausible(5000), 50, (2000000, 2200000), power=(2070, 0), **GOOD) == []
    assert feed(Plausible(5000), 50, (2000000, 2200000), power=(-2070, 0), **GOOD) == []


def test_a_power_that_is_not_the_product_is_told_once_and_over_once():
    check = Plausible(5000)
    assert feed(check, 20, power=(1000, 0), **GOOD) == [(VALUES, True)]
    assert feed(check, 20, power=(2070, 0), **GOOD) == [(VALUES, False)]


def test_a_meter_without_these_values_is_not_judged():
    assert feed(Plausible(5000), 50, power=(2070, 0)) == []


def test_a_power_that_the_light_does_not_give_is_told_while_the_load_stands():
    check = Plausible(5000)
    assert feed(check, 30, (1000000, 1100000), power=(2070, 0)) == [(POWER, True)]
    check = Plausible(5000)
    for n in range(60):
        assert feed(check, 1, (1000000, 1100000), power=(2070 * (1 + n % 2), 0)) == []


def test_a_range_that_was_left_is_told_with_its_names():
    check = Plausible(5000)
    flags = ["voltage_out_of_range", "light_may_have_lost"]
    assert check.look(Values(flags), None) == []
    assert check.look(Values(flags), None) == [(OUT_OF_RANGE, True, "voltage")]


def test_the_lights_power_has_two_ends():
    check = Plausible(5000)
    # 20 pulses of 0.2 Wh in 10 s are 1440 W.
    low, high = check.light_mw(None, 0, [2, 20], [1000, 10000], 0)
    assert low < 1440000 < high
    low, high = check.light_mw((7200, 1), 100, [0], [1000], 0)
    assert low < 100000 < high < 102000
    assert check.light_mw((7200, 1), 9000, [0], [1000], 0) is None
    assert check.light_mw(None, 0, [0], [1000], 0) is None


def test_a_standing_condition_is_one_event_with_a_beginning_and_an_end():
    standing = Standing(iter([1, 2]).__next__)
    (event,) = standing.tell("x", True, "why", None, 5)
    assert (event.number, event.kind, event.open, event.text) == (1, "x", True, "why")
    assert standing.tell("x", True, "why", None, 6) == []
    assert standing.tell("x", False, "over", None, 7) == [event]
    assert not event.open
    standing.tell("y", True, None, None, 8)
    assert [(e.number, e.open) for e in standing.end()] == [(2, False)]
    assert standing.end() == []


def since(energy, pulses):
    check = SinceStep(50, 1, 36000000000)
    check.restart(0)
    window = Window(0, 0, (), [pulses], pulses, energy)
    check.stood(window)
    return check.why(window)


def test_the_power_record_tells_a_stuck_register_from_false_pulses():
    steps = 36000000000
    assert since((2 * steps, 3 * steps), 100) == STUCK
    assert since((0, 10), 100) is None
    assert since((0, 10), 400) == EXTRA
    assert since((0, 5 * steps), 400) is None
    assert since(None, 399) is None
    assert since(None, 400) == STUCK


def test_a_day_of_pulses_is_set_against_its_energy():
    capture = Capture(50, 1)
    day = 86400000
    assert not capture.take(0, 1000, 10, 10)
    assert not capture.take(day - 1, 10000, 8000, 8000)
    assert capture.take(day, 11000, 10010, 10010)
    assert capture.pulses == 10000
    assert capture.low < 1000000 < capture.high < 1010000
    # A day without energy says nothing.
    assert not capture.take(2 * day, 11000, 10010, 10010)
    assert capture.low is None


def test_the_tally_follows_an_event_while_it_grows():
    memory = Memory()
    event = Event(1, "pulses_missing", None, 0, 1)
    event.pulses_low, event.pulses_high = 5, 20
    memory.tally([event, ("away", "")])
    event.pulses_low, event.pulses_high, event.open = 8, 12, False
    memory.tally([event])
    assert memory.lost == [8, 12] and memory.gained == [0, 0]
    other = Memory(memory.to_text("import"))
    assert other.lost == [8, 12]


def test_what_flowed_while_the_board_was_away_is_bounded_by_the_register():
    units = Units(10, 5000)
    memory = Memory()
    memory.keep({}, (1000, 1010), units)
    later = Memory(memory.to_text("import"))
    assert later.away({"import": 2000}, units, "import") == "0.198000...0.210000 kWh, 990...1050 pulses"
    assert later.away({"import": 2000}, units, "import") is None
    assert Memory(memory.to_text("import")).away({"import": 2000}, units, "export") is None


def test_a_memory_that_makes_no_sense_is_no_memory():
    for text in (
        "",
        "{",
        "[]",
        "7",
        '{"registers": 5}',
        '{"lost": ["a", 1]}',
        '{"registers": {"import": [1]}}',
        "null",
    ):
        memory = Memory(text)
        assert memory.identity is None
        assert memory.lost == [0, 0]
