"""Judges what the firmware says against what is known to have happened.

What was said falls into three: it is the right class of something that was
injected and not named yet (a detection), it goes on with something named or
follows from what was injected, or it is a false alarm.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .faults import BURSTS, KINDS, Fault

SECOND = 1_000_000
# What changes the count: named as often as there is more of it.
COUNTED = ("missed", "drop", "extra")
# Facts that are said of a meter that is as it is, where it is so.
REFRESH = "refresh_learnt"
LAG = "light_lag_learnt"
OTHER_WAY = "other_direction_moved"
WRAPPED = "register_wrapped"


@dataclass
class Injected:
    """One fault, and what became of it.  since: the number of the last reading before it."""

    fault: Fault
    since: int | None = None
    named: bool = False
    # It was named and the check has not begun anew since: a standing fault is named once.
    latched: bool = False
    # Of lost and false pulses: how many there were by the last window that an event told of.
    proven: int = 0


class Ledger:
    """pulses: (fault, at_us) -> lost or added so far.  believed: classes that are true of this meter anyway."""

    def __init__(self, faults: Sequence[Fault], pulses, believed: Sequence[str]):
        self._injected = [Injected(f) for f in sorted(faults, key=lambda f: f.at_us)]
        self._pending = list(self._injected)
        self._begun: list[Injected] = []
        self._pulses = pulses
        self.believed = set(believed)
        self._wanted = [c for c in (REFRESH,) if c in self.believed]
        self._window = (0, 0)
        self._told: set[int] = set()
        # The pulses lost and added by the window in which what is counted now began: its start and its end.
        self._bases: dict[int, tuple[int, int]] = {}
        self._base = {"pulses_missing": (0, 0), "pulses_extra": (0, 0)}
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
            if fault.kind in COUNTED:
                if self._pulses(fault, now_us) > injected.proven:
                    return True
            elif fault.kind in BURSTS:
                # True pulses that were lost in it, or false ones that counted.
                if self._pulses(fault, now_us) != injected.proven:
                    return True
            elif self._hides_energy(injected, now_us):
                return True
        return False

    def _hides_energy(self, injected: Injected, now_us: int) -> bool:
        """Whether this changes what a register or a pulse means, and nobody knows."""
        if injected.fault.kind not in _OF_ENERGY:
            return False
        return not injected.named or not (injected.latched or now_us >= injected.fault.until_us)

    def hear(self, thing, window: tuple[int, int], named_ms: int) -> None:
        """One thing that a reading brought, an Event or a (kind, text); window: its start and end, us."""
        self._window = window
        if isinstance(thing, tuple):
            self._hear_fact(thing[0], thing[1], named_ms)
        elif thing.number in self._told:
            self._goes_on(thing, named_ms)
        else:
            self._told.add(thing.number)
            self._bases[thing.number] = self._base.get(thing.kind, (0, 0))
            self._hear_class(thing.kind, named_ms, thing)

    def _hear_fact(self, kind: str, text: str, named_ms: int) -> None:
        self.facts[kind] += 1
        if kind in self._wanted:
            self._wanted.remove(kind)
            self._detect(kind, kind, 0, 0, named_ms, {})
        elif kind not in self.believed:
            self._hear_class(kind, named_ms, None, text)
        if kind in _ANEW:
            self._begin_anew()

    def _hear_class(self, kind: str, named_ms: int, event, text: str = "") -> None:
        right = [i for i in self._begun if i.fault.right == kind and self._is_due(i)]
        evidence = {}
        if event is not None and event.pulses_low is not None:
            counted = self._true(kind, self._window[1]) - self._bases[event.number][0]
            evidence = {"pulses_low": event.pulses_low, "pulses_high": event.pulses_high, "true_pulses": counted}
        if evidence and (right or self._bursts()):
            self._check_bounds(event, named_ms)
        for injected in right:
            if not (injected.named and injected.fault.kind == "stuck"):
                fault = injected.fault
                self._detect(fault.text, kind, fault.at_us, injected.since or 0, named_ms, evidence)
            injected.named = injected.latched = True
            self._prove(injected)
        if right or self._bursts():
            self._settle(kind)
        if not right and not any(kind in KINDS[i.fault.kind].allowed for i in self._begun):
            self.alarms.append({"class": kind, "at_s": named_ms / 1000, "text": text, **evidence})
        elif not right and event is not None:
            # It follows from what was injected.
            self.facts[kind] += 1

    def _goes_on(self, event, named_ms: int) -> None:
        """An event that was told before: its count has grown, or it is over."""
        right = [i for i in self._begun if i.fault.right == event.kind]
        if event.pulses_low is not None and (right or self._bursts()):
            self._check_bounds(event, named_ms)
        for injected in right:
            self._prove(injected)
        self._settle(event.kind)
        if event.kind == "register_stuck" and not event.open:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """The check starts from the register again: what was lost before cannot be proven any more."""
        for injected in self._begun:
            injected.latched = False
            self._prove(injected)
        for kind in self._base:
            self._settle(kind)

    def _is_due(self, injected: Injected) -> bool:
        if injected.fault.kind in COUNTED:
            return self._pulses(injected.fault, self._window[1]) > injected.proven
        return not injected.latched

    def _prove(self, injected: Injected) -> None:
        """What was lost in the window itself can be proven by the next one only."""
        if injected.fault.kind in COUNTED:
            injected.proven = self._pulses(injected.fault, self._window[0])

    def _bursts(self) -> list[Injected]:
        return [i for i in self._begun if i.fault.kind in BURSTS]

    def _true(self, kind: str, at_us: int) -> int:
        true = sum(self._pulses(i.fault, at_us) for i in self._begun if i.fault.right == kind)
        # A burst adds pulses and takes others.
        added = sum(self._pulses(i.fault, at_us) for i in self._bursts())
        return true + (added if kind == "pulses_extra" else -added)

    def _since(self, event) -> tuple[int, int]:
        """The least and the most pulses that the event can be about: windows have a start and an end."""
        true = [self._true(event.kind, at) for at in self._window]
        bases = self._bases[event.number]
        return min(true) - max(bases), max(true) - min(bases)

    def _settle(self, kind: str) -> None:
        if kind not in self._base:
            return
        for injected in self._bursts():
            # That there was a burst says nothing of how many pulses it took: this does.
            injected.proven = self._pulses(injected.fault, self._window[0])
        for each in self._base if self._bursts() else (kind,):
            self._base[each] = self._true(each, self._window[0]), self._true(each, self._window[1])

    def _check_bounds(self, event, at_ms: int) -> None:
        # Of several bursts one may have added what another took: nobody knows which of it an event is about.
        if len(self._bursts()) > 1 or any(self._hides_energy(i, self._window[1]) for i in self._begun):
            return
        first, last = self._since(event)
        if not (event.pulses_low <= last and first <= event.pulses_high):
            bad = {"class": event.kind, "at_s": at_ms / 1000, "pulses_low": event.pulses_low}
            self.wrong_bounds.append({**bad, "pulses_high": event.pulses_high, "true_pulses": last})

    def _detect(self, fault: str, kind: str, at_us: int, since: int, named_ms: int, evidence: dict) -> None:
        detection = {"fault": fault, "class": kind, "delay_s": named_ms / 1000 - at_us / SECOND}
        detection["delay_readings"] = self.readings - since
        empty = {"pulses_low": None, "pulses_high": None, "true_pulses": None}
        self.detections.append({**detection, **empty, **evidence})

    def missed(self) -> list[str]:
        """What should have been named and never was."""
        silent = [i.fault.text for i in self._injected if i.fault.right is not None and not i.named]
        return silent + self._wanted


# With these the check begins anew.
_ANEW = ("register_fell", "meter_exchanged", "away", "other_direction_moved")
# What changes what registers or pulses mean: until it is named no bound can hold.
_OF_ENERGY = ("stuck", "fell", "exchange", "constant")
