"""One run: the firmware's own check, light and poll plan in simulated time against a simulated meter."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from uplink.light import Light
from uplink.metercheck import MeterCheck
from uplink.pollplan import PollPlan
from uplink.profile_form import profile_of
from uplink.reading import Reading

from . import load
from .energy import WH, Energy
from .faults import Fault
from .ledger import LAG, OTHER_WAY, REFRESH, WRAPPED, Ledger
from .meter import Meter
from .pulses import PulseInput
from .talk import Talk

SECOND = 1_000_000
_MILLIWATT_HOUR = WH // 1000
# UTC at the start of the run.
_EPOCH_MS = 1_800_000_000_000


@dataclass(frozen=True)
class Plan:
    """What is to be run.  profile: as in its file.  least_s, most_s: None where polls are regular.

    stop_when_named: end as soon as all faults are named.
    """

    profile: dict
    days: float = 2
    poll_s: float = 60
    least_s: float | None = None
    most_s: float | None = None
    seed: int = 1
    load: str = "household"
    faults: tuple[Fault, ...] = ()
    refresh_s: float = 1
    lag: int = 0
    energy: str = "import"
    baud: int = 2400
    stop_when_named: bool = False


@dataclass
class Outcome:
    """What one run gave; see report for what each means."""

    readings: int = 0
    seconds: float = 0.0
    final_error_mwh: float = 0.0
    bounds_mwh: list[int] = field(default_factory=list)
    mean_poll_s: float = 0.0
    ledger: Ledger | None = None


Recorder = Callable[["Experiment", Reading, list], None]


def make_load(kind: str, seed: int, energy: str) -> load.Load:
    name, _, watts = kind.partition(":")
    if name == "constant":
        made = load.constant(int(watts))
    elif name == "random":
        made = load.at_random(seed, energy == "both")
    elif name == "solar":
        return load.solar(seed)
    else:
        made = load.household(seed)
    return load.exported(made) if energy == "export" else made


class Experiment:
    """The simulated world and the board in it.  `recorder` is called after each reading."""

    def __init__(self, plan: Plan, recorder: Recorder | None = None):
        self.plan = plan
        self.profile = profile_of(plan.profile)
        self._recorder = recorder
        chance = random.Random(f"world {plan.seed}")
        loads = make_load(plan.load, plan.seed, plan.energy)
        lit = [f for f in plan.faults if f.kind == "constant"]
        constant = int(lit[-1].value) if lit else self.profile.pulse_constant
        self.energy = Energy(loads, constant, chance.random())
        refresh_us = round(plan.refresh_s * SECOND)
        checked = int(plan.energy == "export")
        self.meter = Meter(self.energy, self.profile, refresh_us, plan.seed, plan.faults, checked)
        for fault in plan.faults:
            if fault.kind == "wrap":
                self.meter.wrap_after(Energy(loads, constant).both_far(fault.at_us))
        limits = self.profile.pulse_constant, self.profile.max_power_w
        self.source = PulseInput(self.energy, plan.lag, plan.seed, plan.faults, limits)
        self.talk = Talk(plan.baud, plan.seed)
        self.ledger = Ledger(plan.faults, self.source.distortion.changed, self._true_anyway())
        self.number = 0
        self._boot(0, None)
        self._reboots = sorted((f for f in plan.faults if f.kind == "reboot"), key=lambda f: f.at_us)
        self._clocks = [f for f in plan.faults if f.kind == "clock"]
        self._unit = _MILLIWATT_HOUR * self.energy.scale
        self._refresh_us = max(round(plan.refresh_s * SECOND * 1.0001), 1000 * self.profile.refresh_ms)
        self.outcome = Outcome(ledger=self.ledger)

    def _true_anyway(self) -> list[str]:
        plan = self.plan
        true = []
        if plan.refresh_s * 1000 > self.profile.refresh_ms:
            true.append(REFRESH)
        if plan.lag:
            true.append(LAG)
        if plan.energy != "both" and plan.load == "solar":
            true.append(OTHER_WAY)
        return true

    def _boot(self, now_ms: int, state: str | None) -> None:
        """The board starts: all that it knew is gone but `state`."""
        plan = self.plan
        source = self.source
        self.light = Light(source, self.profile.pulse_constant, self.profile.max_power_w, source.clock, source.filter)
        source.start(now_ms)
        settle_ms = 1000 * self.profile.settle_s
        more = {} if state is None else {"state": state}
        self.check = MeterCheck(self.profile, self.light, plan.energy, settle_ms, self._next_number, **more)
        mean = round(1000 * plan.poll_s)
        least = mean if plan.least_s is None else round(1000 * plan.least_s)
        most = mean if plan.most_s is None else round(1000 * plan.most_s)
        self.polls = PollPlan(mean, least, most, now_ms)

    def _next_number(self) -> int:
        self.number += 1
        return self.number

    def run(self) -> Outcome:
        began = time.process_time()
        end_ms = round(self.plan.days * 86_400_000)
        now_ms = 0
        while True:
            request_us = 1000 * self._due_ms(now_ms) + self.talk.jitter_us()
            if self._reboots and request_us >= self._reboots[0].at_us:
                now_ms = self._reboot(self._reboots.pop(0))
                continue
            if request_us >= 1000 * end_ms:
                break
            now_ms = self._read(request_us)
            if self.plan.stop_when_named and self.ledger.detections and not self.ledger.missed():
                break
        outcome = self.outcome
        outcome.readings = self.ledger.readings
        outcome.mean_poll_s = now_ms / 1000 / max(1, outcome.readings)
        outcome.seconds = time.process_time() - began
        return outcome

    def _due_ms(self, now_ms: int) -> int:
        """When the poller finds that a reading is due."""
        polls = self.polls
        target = polls.count
        earliest = max(polls.earliest_ms, now_ms)
        latest = max(polls.latest_ms, earliest)
        if target is None:
            return latest
        passed = self.source.reached_ms(target + 1, latest)
        if passed is not None and passed <= earliest:
            return earliest
        reached = self.source.reached_ms(target, latest)
        if reached is None:
            return latest
        due = reached + polls.delay_ms
        if passed is not None:
            due = min(due, passed)
        return min(latest, max(earliest, due))

    def _reboot(self, fault: Fault) -> int:
        saved = getattr(self.check, "saved", None)
        now_ms = fault.until_us // 1000
        self._boot(now_ms, saved() if saved else None)
        return now_ms

    def _read(self, request_us: int) -> int:
        """One conversation and what is made of it; the moment when that was done."""
        sample_us, end_us, taken_us = self.talk.moments(request_us)
        request_ms, at_ms, now_ms = request_us // 1000, end_us // 1000, -(-taken_us // 1000)
        ledger = self.ledger
        ledger.readings += 1
        if ledger.due_us is not None and ledger.due_us <= end_us:
            ledger.begin(end_us)
        check = self.check
        numbers = self.meter.read(sample_us)
        self.source.set_moments(request_ms, now_ms, self._ages())
        self.source.watch(self.light)
        reading = Reading(self.meter.identity, at_ms, self._utc_ms(at_ms), numbers)
        reading.flag_ranges(self.profile.ranges, self.profile.rated)
        happened = self._meet(check) + check.take(reading, request_ms)
        for thing in happened:
            self._hear(thing, (request_us - self._refresh_us, 1000 * now_ms), at_ms)
        self._judge(reading, request_us)
        self.polls.after(now_ms, now_ms - request_ms, check.check, self.light.history)
        if self._recorder is not None:
            self._recorder(self, reading, happened)
        return now_ms

    def _ages(self) -> list[int]:
        """How old a register may be for the check to believe it."""
        ladder = getattr(self.check.check, "ladder", None)
        return [self.profile.refresh_ms] if ladder is None else ladder.ages

    def _meet(self, check) -> list:
        meet = getattr(check, "meet", None)
        return meet(self.meter.identity) if meet else []

    def _hear(self, thing, window: tuple[int, int], at_ms: int) -> None:
        kind = thing[0] if isinstance(thing, tuple) else None
        if kind == WRAPPED and self._has_wrapped():
            self.ledger.believed.add(WRAPPED)
        self.ledger.hear(thing, window, at_ms)

    def _has_wrapped(self) -> bool:
        """Whether a register has wrapped with nothing injected."""
        wanted = any(f.kind == "wrap" for f in self.plan.faults)
        return not wanted and max(self.meter.shown) >= self.meter.wrap_steps

    def _utc_ms(self, at_ms: int) -> int:
        steps = [f.value for f in self._clocks if f.at_us <= 1000 * at_ms]
        return _EPOCH_MS + at_ms + round(1000 * sum(steps))

    # The truth

    def _judge(self, reading: Reading, request_us: int) -> None:
        """Whether what was published holds the truth."""
        at_us = 1000 * reading.at_ms
        true = self.meter.true(at_us)
        direction = self.check.direction
        energy = true[0] + true[1] if direction == "both" else true[direction == "export"]
        fused, bound = reading.fused_mwh, reading.bound_mwh
        step = self.meter.step
        shown = self.meter.shown
        if shown[0] != true[0] // step or shown[1] != true[1] // step:
            self._judge_register(request_us, at_us, true)
        if fused is None or bound is None:
            return
        unit = self._unit
        outcome = self.outcome
        outcome.bounds_mwh.append(bound)
        if not (fused - bound) * unit <= energy <= (fused + bound) * unit:
            self._judge_bound(fused, bound, energy, at_us)
        outcome.final_error_mwh = fused - energy / unit

    def _judge_bound(self, fused: int, bound: int, energy: int, at_us: int) -> None:
        # After a reboot nobody knows how often the register had wrapped.
        wrap = self.meter.wrap_steps * self.meter.step
        turns = round((energy - fused * self._unit) / wrap)
        energy -= turns * wrap
        if (fused - bound) * self._unit <= energy <= (fused + bound) * self._unit or self.ledger.unproven(at_us):
            return
        off = fused - energy / self._unit
        self.ledger.violations.append({"what": "bound", "at_s": at_us / SECOND, "off_mwh": off, "bound_mwh": bound})

    def _judge_register(self, request_us: int, at_us: int, now: tuple[int, int]) -> None:
        """R must have been right at some moment of the window."""
        if not self.meter.is_true:
            return
        before = self.meter.true(max(0, request_us - self._refresh_us))
        step = self.meter.step
        for shown, first, last in zip(self.meter.shown, before, now):
            if not first // step <= shown <= last // step and not self.ledger.unproven(at_us):
                self.ledger.violations.append({"what": "register", "at_s": at_us / SECOND})
