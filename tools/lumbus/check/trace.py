"""What `--plot` draws of a run: a point for each reading, in Wh about the constant D of the cross-check.

D is the register's energy less the light's.  The truth is known here: it stands
still, and moves by a pulse's weight with each pulse that is lost or false.
Everything is told from where it stood at the start.
"""

from dataclasses import dataclass, field

from .energy import WH
from .experiment import Experiment, Plan
from .faults import Fault


@dataclass
class Mark:
    """Something that was named, or injected."""

    hours: float
    text: str
    number: int | None = None


@dataclass
class Trace:
    """Columns with an entry for each reading; low and high are None where nothing is known of D.

    said: what the reading alone says of D.
    """

    hours: list[float] = field(default_factory=list)
    said_low: list[float] = field(default_factory=list)
    said_high: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    true: list[float] = field(default_factory=list)
    doubted: list[bool] = field(default_factory=list)
    named: list[Mark] = field(default_factory=list)
    injected: list[Mark] = field(default_factory=list)
    pulse_wh: float = 0.0
    step_wh: float = 0.0


def record(plan: Plan) -> Trace:
    """Run the plan once more, and keep what happens."""
    tracer = _Tracer()
    Experiment(plan, tracer.take).run()
    trace = tracer.trace
    trace.injected = [Mark(fault.at_us / 3.6e9, _told(fault)) for fault in plan.faults]
    return trace


def _told(fault: Fault) -> str:
    count = int(fault.value)
    return {"missed": f"{count} pulses lost", "extra": f"{count} false pulses"}.get(fault.kind, fault.text)


class _Tracer:
    def __init__(self):
        self.trace = Trace()
        self._zero: float | None = None
        self._before = 0
        self._first = 0.0

    def take(self, experiment: Experiment, reading, happened: list) -> None:
        trace = self.trace
        units = experiment.check.units
        wh = experiment.profile.register_step_wh / units.step
        trace.pulse_wh, trace.step_wh = units.pulse * wh, experiment.profile.register_step_wh
        total = experiment.check.check.total(reading.pulses, reading.pulses)
        if total is None:
            return
        true = _true_d(experiment, reading)
        if self._zero is None:
            self._zero = true
        zero = self._zero
        counted = reading.pulses * units.pulse
        trace.hours.append(reading.at_ms / 3.6e6)
        register = sum(_of_register(experiment, reading))
        both = 2 if experiment.check.direction == "both" else 1
        trace.said_low.append(register - (counted + units.pulse) * wh - zero)
        trace.said_high.append(register + both * trace.step_wh - self._window_start(experiment, reading) * wh - zero)
        trace.low.append((total[0] - counted) * wh - zero)
        trace.high.append((total[1] - counted - units.pulse) * wh - zero)
        trace.true.append(true - zero)
        trace.doubted.append("suspicion" in reading.flags)
        for thing in happened:
            self._name(thing, trace.hours[-1])

    def _window_start(self, experiment: Experiment, reading) -> int:
        """What was counted for certain when the reading's window began, in units."""
        before = reading.at_ms - 400 - experiment.profile.refresh_ms
        return experiment.light.history.at(before) * experiment.check.units.pulse

    def _name(self, thing, hours: float) -> None:
        if isinstance(thing, tuple):
            self.trace.named.append(Mark(hours, thing[0]))
            return
        marks = self.trace.named
        counts = "" if thing.pulses_low is None else f"\n{thing.pulses_low} to {thing.pulses_high} pulses"
        same = [mark for mark in marks if mark.number == thing.number]
        if same:
            # It goes on: what is known of it by its end.
            same[0].text = thing.kind + counts
        else:
            marks.append(Mark(hours, thing.kind + counts, thing.number))


def _of_register(experiment: Experiment, reading) -> list[int]:
    """The registers that are checked, in Wh, the wraps undone."""
    shown = [steps * experiment.profile.register_step_wh for steps in experiment.meter.shown]
    direction = experiment.check.direction
    return shown if direction == "both" else [shown[direction == "export"]]


def _true_d(experiment: Experiment, reading) -> float:
    energy = experiment.energy
    at_us = 1000 * reading.at_ms
    true = experiment.meter.true(at_us)
    direction = experiment.check.direction
    checked = true[0] + true[1] if direction == "both" else true[direction == "export"]
    # The light's energy as the counter has it, and what its accumulator holds.
    light = experiment.source.count_by(reading.at_ms) * energy.pulse + energy.held(at_us)
    return (checked - light) / (WH * energy.scale)
