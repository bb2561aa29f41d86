"""Judges what the firmware says against what is known to have happened.

What was said falls into three: it is the right class of something that was
injected and not named yet (a detection), it goes on with something named or
follows from what was injected, or it is a false alarm.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .faults import KINDS, Fault

SECOND = 1_000_000
LOSSES = ("missed", "drop")
# Facts that are said of a meter that is as it is, where it is so.
REFRESH = "refresh_learnt"
LAG = "light_lag_learnt"
OTHER_WAY = "other_direction_moved"
WRAPPED = "register_wrapped"
OVERLOAD = "overload"
# A class that only tells of the board itself.
AWAY = "away"


@dataclass
class Injected:
    """One fault, and what became of it.  since: the number of the last reading before it."""

    fault: Fault
    since: int | None = None
    named: bool = False
    # Of lost and false pulses: how many there were by the last window that an event told of.
    proven: int = 0
    allowed: set[str] = field(default_factory=set)


class Ledger:
    """pulses: (fault, at_us) -> lost or added so far.  believed: classes that are true of this meter anyway."""

    def __init__(self, faults: Sequence[Fault], pulses, believed: Sequence[str]):
        self._injected = [Injected(f) for f in sorted(faults, key=lambda f: f.at_us)]
        self._pending = list(self._injected)
        self._begun: list[Injected] = []
        self._pulses = pulses
        self.believed = set(believed)
        self._wanted = [c for c in (REFRESH,) if c in self.believed]
        self._told: set[int] = set()
        self._bases: dict[int, int] = {}
        self._base = {"pulses_missing": 0, "pulses_extra": 0}
        self.readings = 0
        self.detections: list[dict] = []
        self.alarms: list[dict] = []
        self.facts: Counter[str] = Counter()
        self.wrong_bounds: list[dict] = []
        self.violations: list[dict] = []
        self.due_us = self._pending[0].fault.at_us if self._pending else None

    def begin(self, now_us: int) -> None:
        """Faults whose time has come by the reading at now_us, which is counted already."""
        while self._pending and self._pending[0].fault.at_us <= now_us:
            injected = self._pending.pop(0)
            injected.since = self.readings - 1
            self._begun.append(injected)
        self.due_us = self._pending[0].fault.at_us if self._pending else None

    def unproven(self, now_us: int) -> bool:
        """Whether anything that was injected has not been named, all of it."""
        for injected in self._begun:
            fault = injected.fault
            if fault.kind in LOSSES or fault.kind == "extra":
                if self._pulses(fault, now_us) > injected.proven:
                    return True
            elif fault.right is not None and not injected.named and fault.kind in _OF_ENERGY:
                return True
        return False

    def hear(self, thing, now_us: int, named_ms: int) -> None:
        """One thing that a reading brought: an Event, or a (kind, text)."""
        if isinstance(thing, tuple):
            self._hear_fact(thing[0], thing[1], now_us, named_ms)
            return
        if thing.number in self._told:
            self._goes_on(thing, now_us)
            return
        self._told.add(thing.number)
        self._bases[thing.number] = self._base.get(thing.kind, 0)
        self._hear_class(thing.kind, now_us, named_ms, thing)

    def _hear_fact(self, kind: str, text: str, now_us: int, named_ms: int) -> None:
        self.facts[kind] += 1
        if kind in self._wanted:
            self._wanted.remove(kind)
            self._detect(kind, kind, 0, 0, named_ms, {})
        elif kind not in self.believed:
            self._hear_class(kind, now_us, named_ms, None, text)

    def _hear_class(self, kind: str, now_us: int, named_ms: int, event, text: str = "") -> None:
        right = [i for i in self._begun if i.fault.right == kind and self._is_due(i, now_us)]
        true = self._true(kind, now_us)
        evidence = {}
        if event is not None and event.pulses_low is not None:
            counted = true - self._bases[event.number] if kind in self._base else None
            evidence = {"pulses_low": event.pulses_low, "pulses_high": event.pulses_high, "true_pulses": counted}
            if right:
                self._check_bounds(event, counted, named_ms)
        for injected in right:
            injected.named = True
            self._prove(injected, now_us)
            self._detect(injected.fault.text, kind, injected.fault.at_us, injected.since or 0, named_ms, evidence)
        if right:
            self._settle(kind, true)
        elif not any(kind in KINDS[i.fault.kind].allowed for i in self._begun):
            self.alarms.append({"class": kind, "at_s": named_ms / 1000, "text": text, **evidence})

    def _goes_on(self, event, now_us: int) -> None:
        """An event that was told before: its count has grown, or it is over."""
        kind = event.kind
        true = self._true(kind, now_us)
        if event.pulses_low is not None and kind in self._base and not self._is_allowed_only(kind):
            self._check_bounds(event, true - self._bases[event.number], now_us // 1000)
        for injected in self._begun:
            if injected.fault.right == kind:
                self._prove(injected, now_us)
        self._settle(kind, true)

    def _is_allowed_only(self, kind: str) -> bool:
        return not any(i.fault.right == kind for i in self._begun)

    def _is_due(self, injected: Injected, now_us: int) -> bool:
        fault = injected.fault
        if fault.kind in LOSSES or fault.kind == "extra":
            return self._pulses(fault, now_us) > injected.proven
        return not injected.named

    def _prove(self, injected: Injected, now_us: int) -> None:
        if injected.fault.kind in LOSSES or injected.fault.kind == "extra":
            injected.proven = self._pulses(injected.fault, now_us)

    def _true(self, kind: str, now_us: int) -> int:
        return sum(self._pulses(i.fault, now_us) for i in self._begun if i.fault.right == kind)

    def _settle(self, kind: str, true: int) -> None:
        if kind in self._base:
            self._base[kind] = true

    def _check_bounds(self, event, true: int | None, at_ms: int) -> None:
        if true is not None and not event.pulses_low <= true <= event.pulses_high:
            bad = {"class": event.kind, "at_s": at_ms / 1000, "pulses_low": event.pulses_low}
            self.wrong_bounds.append({**bad, "pulses_high": event.pulses_high, "true_pulses": true})

    def _detect(self, fault: str, kind: str, at_us: int, since: int, named_ms: int, evidence: dict) -> None:
        detection = {"fault": fault, "class": kind, "delay_s": named_ms / 1000 - at_us / SECOND}
        detection["delay_readings"] = self.readings - since
        empty = {"pulses_low": None, "pulses_high": None, "true_pulses": None}
        self.detections.append({**detection, **empty, **evidence})

    def missed(self) -> list[str]:
        """What should have been named and never was."""
        silent = [i.fault.text for i in self._injected if i.fault.right is not None and not i.named]
        return silent + self._wanted


# What changes what registers or pulses mean: until it is named no bound can hold.
_OF_ENERGY = ("stuck", "fell", "exchange", "constant")
