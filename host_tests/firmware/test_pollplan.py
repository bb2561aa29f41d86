"""When polls are planned: regularly with a spread, or by the pulses."""

from checkworld import World, minute

from uplink.history import PulseHistory
from uplink.pollplan import PollPlan


def test_regular_polls_keep_their_mean_and_spread():
    plan = PollPlan(60000, 60000, 60000)
    times = []
    now = 0
    for _ in range(1000):
        now += plan.wait_ms(now, None)
        times.append(now)
        plan.after(now + 300, 300, None, None)
    assert abs(times[-1] - 999 * 60000) <= 15000
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert min(gaps) >= 45000 and max(gaps) <= 75000
    # Whatever period the meter's refresh has, they do not keep step with it.
    assert len({t % 60000 for t in times}) > 100


def test_after_a_long_conversation_polls_are_not_made_up_for():
    plan = PollPlan(10000, 10000, 10000)
    plan.after(500000, 400000, None, None)
    assert plan.wait_ms(500000, None) <= 12500


def test_without_a_reading_planned_polls_are_regular():
    plan = PollPlan(60000, 10000, 240000)
    plan.after(1000, 300, None, PulseHistory())
    assert plan.wait_ms(1000, None) == 60000


class Planned:
    """A world at one load, its history as the light's looks make it, and its plan."""

    def __init__(self, rate):
        self.world = World()
        self.rate = rate
        self.plan = PollPlan(60000, 10000, 240000)
        self.history = PulseHistory()
        for _ in range(3):
            minute(self.world, rate)

    def run(self, readings):
        """Rests in ms between polls, and what each reading told of D: its bounds' distance to it, in pulses."""
        rests, told = [], []
        world = self.world
        for _ in range(readings):
            self.plan.after(world.now, 300, world.check, self.history)
            began = world.now
            while self.plan.wait_ms(world.now, self.history):
                world.run(50, self.rate)
                self.history.add(world.now, world.count)
            rests.append(world.now - began)
            world.run(300, self.rate)
            self.history.add(world.now, world.count)
            world.read(self.rate)
            told.append(
                min(world.check.last_his[0] - world.check.epoch.hi2[0], world.check.epoch.lo - world.check.last_lo)
            )
        return rests, told


def test_planned_polls_fall_where_the_register_is_due_to_step():
    planned = Planned(500)
    planned.run(20)
    rests, told = planned.run(40)
    assert min(rests) >= 10000 and max(rests) <= 240100
    # A reading at any odd moment is some 12 pulses away from telling anything.
    assert sum(told) / len(told) < 6
    assert planned.world.check.epoch.hi2[0] - planned.world.check.epoch.lo <= 3


def test_planned_polls_are_no_more_than_the_mean():
    rests, _ = Planned(4000).run(100)
    # Some were saved up before.
    assert sum(rests) >= (len(rests) - 9) * 60000
