"""The cross-check under the demo's own conditions, in simulated time and over many seeds.

The demo plays one run at a time; here its meter, load range, speed, polls and
faults meet the real check a few hundred times, against the true energy.
CPython only, by its place.
"""

import pytest

from lumbus.sim.energy import WH, EnergyMeter
from uplink.crosscheck import CrossCheck
from uplink.history import PulseHistory
from uplink.ladder import Ladder
from uplink.units import Units
from uplink.window import Window

SPEED = 40
SEEDS = 12
FAULT_US = 20_000_000
TICK_US = 4000
# A poll of the demo at 2400 baud: request, the meter's pause, 45 characters.
ASK_US, ANSWER_US = 23_000, 226_000


class Run:
    """60 s of the demo."""

    def __init__(self, power_w: int, constant: int, fault: str, seed: int):
        self.meter = EnergyMeter(10, constant, 100_000, 13_250_000, power_w * 1000, SPEED, seed)
        self.units = Units(10, constant)
        self.check = CrossCheck(
            self.units.step,
            self.units.pulse,
            36_000_000_000,
            5000,
            True,
            Ladder(1000, 1000, self.units.step),
            iter(range(1, 100)).__next__,
        )
        self.history = PulseHistory()
        self.fault = fault
        self.events = {}
        self.inside = True
        self._read_us = 0
        self._asked_us = None
        self._register = None

    def play(self) -> "Run":
        due_us = 400_000
        for now in range(TICK_US, 60_000_000, TICK_US):
            if now == FAULT_US:
                self.inject(now)
            blinks = self.meter.advance(now)
            self.history.add(now // 1000, self.history.count + blinks)
            if now >= due_us:
                due_us += 2_000_000
                self._asked_us = now
                self._register = None
            if self._asked_us is not None:
                self.exchange(now)
        return self

    def inject(self, now: int) -> None:
        if self.fault == "missed":
            self.meter.withhold += 60
        elif self.fault == "extra":
            self.meter.add_false_pulses(60, 4_000_000, now)
        elif self.fault == "stuck":
            self.meter.stuck = True

    def exchange(self, now: int) -> None:
        assert self._asked_us is not None
        if self._register is None and now >= self._asked_us + ASK_US:
            self._register = self.meter.register_steps * self.units.step
        if self._register is None or now < self._asked_us + ANSWER_US:
            return
        flowed = self.meter.power_shown_mw * (now - self._read_us) // 1000
        sure = self.history.at(self._asked_us // 1000 - 1000)
        window = Window(now // 1000, self._register, (), [sure], self.history.count, (flowed, flowed))
        for event in self.check.take(window):
            self.events[event.number] = event
        self._asked_us = None
        self._read_us = now
        self.compare(now)

    def compare(self, now: int) -> None:
        total = self.check.total(self.history.at(now // 1000), self.history.count)
        assert total is not None
        # In units of 1/step of 10 Wh, without rounding.
        true = self.meter.energy * self.units.step
        self.inside = total[0] * 10 * WH < true < total[1] * 10 * WH


def runs(power_w: int, constant: int, fault: str):
    return [Run(power_w, constant, fault, seed).play() for seed in range(SEEDS)]


METERS = [(power, 5000) for power in (60, 150, 300, 500)] + [(150, 2000), (500, 2000)]


@pytest.mark.parametrize(("power", "constant"), METERS)
def test_no_false_alarm(power, constant):
    for run in runs(power, constant, "none"):
        assert not run.events
        assert run.check.verdict == "agree"
        assert run.inside


@pytest.mark.parametrize(("power", "constant"), METERS)
@pytest.mark.parametrize("fault", ["missed", "extra"])
def test_60_pulses_are_one_event_that_holds_them_and_the_total_holds_the_truth_again(power, constant, fault):
    for run in runs(power, constant, fault):
        assert [event.kind for event in run.events.values()] == [
            {"missed": "pulses_missing", "extra": "pulses_extra"}[fault]
        ]
        event = run.events[1]
        assert event.pulses_low <= 60 <= event.pulses_high
        assert run.check.verdict in ("learning", "agree")
        assert run.inside


@pytest.mark.parametrize(("power", "constant"), METERS)
def test_a_standing_register_is_stuck_and_nothing_else(power, constant):
    for run in runs(power, constant, "stuck"):
        assert [event.kind for event in run.events.values()] == ["register_stuck"]
        assert run.check.verdict == "register_stuck"
