"""The course of a rollout: who is told when, what has become of each, and when it stops.  It has no clock of its own.

* A wave's gateways are told one after the other, at most `at_once` of them fetch at the same time.  One that is offline
  is told when it comes back; one that has not answered is told again after 20 s, 40 s, …, and one that fetches and has
  gone quiet in the same way.  Nobody else is told twice.
* Who says nothing for `patience_s` is silent: counted from when it was told, or from the last that it said of this
  update; where it is offline, from when its wave began or it went.  What it says later is taken all the same.
* It stops as soon as more than `stop_at` percent of the running wave's gateways were refused, failed, rolled back, were
  called off or are silent: of twenty at 5% the second, of fewer the first.  Then those that still fetch are called off,
  and those on trial waited for.
* Between two waves `soak_s` pass.  Who is offline or in safe mode at their end counts as silent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .member import (
    BAD,
    FETCHING,
    HEALTHY,
    OFF,
    SAID,
    SILENT,
    TAKING,
    TOLD,
    TRIAL,
    UNDER_WAY,
    WAITING,
    Member,
)

_AGAIN_S = 20
_MOST_AGAIN_S = 600
# Who has said nothing for so long does not keep others from fetching.
_STALLED_S = 60
_CALLED_OFF_S = 30

ROLLING, SOAKING, STOPPING, DONE, STOPPED = "rolling", "soaking", "stopping", "done", "stopped"


@dataclass(frozen=True)
class Rules:
    at_once: int = 20
    stop_at: Fraction = Fraction(5)
    patience_s: float = 3600
    soak_s: float = 600


class Course:
    """`phase`: one of the words above; `wave`: the running one, from 0; `members`: by name, in the order of telling.

    tell(name) -> the number that the answer will carry; call_off(name); changed(member or None): something is new.
    """

    def __init__(self, release: str, size: int, members: list[Member], rules: Rules, tell, call_off, changed):
        self.members = {member.name: member for member in members}
        self.rules = rules
        self.phase = ROLLING
        self.wave = 0
        self.why: str | None = None
        self.began_s = 0.0
        self.soaked_s = 0.0
        self._waves = 1 + max((member.wave for member in members), default=-1)
        self._release, self._size = release, size
        self._tell: Callable[[str], int] = tell
        self._call_off: Callable[[str], None] = call_off
        self._changed: Callable[[Member | None], None] = changed
        self._until_s = 0.0

    def of_wave(self, wave: int) -> list[Member]:
        return [member for member in self.members.values() if member.wave == wave]

    @property
    def is_over(self) -> bool:
        return self.phase in (DONE, STOPPED)

    # What comes from the gateways.

    def take(self, name: str, leaf: str, body: dict, is_kept: bool, now: float) -> None:
        """A payload of <gateway>/<leaf>; is_kept: the broker had it, so that it may be old."""
        member = self.members.get(name)
        if member is None:
            return
        if leaf == "status":
            self._status(member, body, now)
        elif leaf == "update":
            member.is_busy = body.get("release") != self._release and body.get("state") == TRIAL
            if body.get("release") == self._release:
                self._update(member, body, is_kept, now)
        elif leaf == "want" and body.get("release") == self._release:
            self._hear(member, now)
            # It asks more often than it says how far it is.
            member.done, member.total = _whole(body.get("at")), self._size
            if member.state in (WAITING, TOLD, SILENT):
                self._become(member, FETCHING, None)
        elif leaf in ("reply/update", "reply/error") and member.number is not None and body.get("id") == member.number:
            self._answer(member, body, now)

    def _status(self, member: Member, body: dict, now: float) -> None:
        was_online = member.is_online
        member.is_online = body.get("state") != "offline"
        member.is_safe = body.get("state") == "safe"
        if member.is_online is was_online:
            return
        if member.state in (WAITING, TOLD):
            # What it was told may have been lost when it went.
            member.tells = 0
            member.heard_s = now if not member.is_online else member.heard_s
        elif member.state == SILENT and member.is_online and not member.has_answered:
            self._come_back(member, now)

    def _come_back(self, member: Member, now: float) -> None:
        """It was silent, and may never have heard of it: while its wave runs it is taken after all."""
        if member.wave == self.wave and self.phase == ROLLING:
            member.heard_s = now
            self._become(member, WAITING, None)

    def _update(self, member: Member, body: dict, is_kept: bool, now: float) -> None:
        state = body.get("state")
        if state not in SAID:
            return
        if is_kept and (state in BAD) and member.state in (WAITING, TOLD):
            # It says so of an earlier time.
            return
        self._hear(member, now)
        member.done, member.total = _whole(body.get("done")), _whole(body.get("total"))
        if state == TRIAL and member.trial_s is None:
            member.trial_s = now
        text = body.get("text")
        text = text if isinstance(text, str) else None
        if state == OFF and self.phase == STOPPING:
            state, text = WAITING, "called off"
        self._become(member, state, text)

    def _answer(self, member: Member, body: dict, now: float) -> None:
        self._hear(member, now)
        text = body.get("text")
        if member.state != TOLD:
            return
        if body.get("ok") is True:
            self._become(member, FETCHING, None)
        elif not member.is_busy:
            self._become(member, "refused", text if isinstance(text, str) else "it says no more")

    def _hear(self, member: Member, now: float) -> None:
        member.heard_s = now
        member.has_answered = True

    def _become(self, member: Member, state: str, text: str | None) -> None:
        is_news = (state, text) != (member.state, member.text)
        member.state, member.text = state, text
        if is_news or state == FETCHING:
            self._changed(member)

    # What is to be done.

    def begin(self, wave: int, now: float) -> None:
        """The first wave that is to be rolled out, for which patience begins now."""
        self.began_s = now
        self._enter(wave, now)

    def tick(self, now: float) -> None:
        """To be called again and again while the broker is there; `now` stands still while it is not."""
        if self.is_over:
            return
        if self.phase == STOPPING:
            self._stop_further(now)
            return
        self._find_silent(now)
        if self.phase == SOAKING and now >= self._until_s:
            self._find_gone()
        if self._stops(now):
            return
        wave = self.of_wave(self.wave)
        if self.phase == ROLLING:
            self._tell_more(wave, now)
            if all(member.is_over for member in wave):
                self._wave_is_done(now)
        elif now >= self._until_s:
            self._enter(self.wave + 1, now)

    def _enter(self, wave: int, now: float) -> None:
        self.wave, self.phase = wave, ROLLING
        for member in self.of_wave(wave):
            member.heard_s = now
        self._changed(None)

    def _wave_is_done(self, now: float) -> None:
        if self.wave + 1 >= self._waves:
            self.phase = DONE
        else:
            # Of a wave that had all been rolled out before nothing is to be learnt.
            is_new = not all(member.is_over for member in self.of_wave(self.wave + 1))
            self.phase, self._until_s = SOAKING, now + (self.rules.soak_s - self.soaked_s if is_new else 0)
        self.soaked_s = 0.0
        self._changed(None)

    def soaks_for_s(self, now: float) -> float:
        """How long it still soaks."""
        return max(0.0, self._until_s - now) if self.phase == SOAKING else 0.0

    def _tell_more(self, wave: list[Member], now: float) -> None:
        taking = [m for m in self.members.values() if m.state in TAKING and now - m.heard_s < _STALLED_S]
        room = self.rules.at_once - len(taking)
        for member in wave:
            if not member.is_online:
                continue
            if self._is_due_again(member, now):
                self._tell_it(member, now)
            elif member.state == WAITING and room > 0:
                room -= 1
                member.heard_s = now
                self._tell_it(member, now)
                self._become(member, TOLD, None)

    def _is_due_again(self, member: Member, now: float) -> bool:
        if member.state == FETCHING:
            # It rests for longer and longer while nobody answers it: whoever hears the command again asks at once.
            if now - member.heard_s < (_STALLED_S if member.tells else _AGAIN_S):
                return False
        elif member.state != TOLD:
            return False
        return member.tells == 0 or now - member.told_s >= min(_AGAIN_S << (member.tells - 1), _MOST_AGAIN_S)

    def _tell_it(self, member: Member, now: float) -> None:
        member.tells = min(member.tells + 1, 10)
        member.told_s = now
        if member.began_s is None:
            member.began_s = now
        member.number = self._tell(member.name)

    def _find_silent(self, now: float) -> None:
        for member in self.members.values():
            waits = member.state == WAITING and not member.is_online and member.wave == self.wave
            if (waits or member.state in UNDER_WAY) and now - member.heard_s >= self.rules.patience_s:
                self._become(member, SILENT, _silent_text(member))

    def _find_gone(self) -> None:
        for member in self.of_wave(self.wave):
            if member.state == HEALTHY and (member.is_safe or not member.is_online):
                why = "is in safe mode" if member.is_safe else "went offline"
                self._become(member, SILENT, f"was healthy, then {why}")

    # Stopping.

    def bad_of(self, wave: int) -> int:
        return sum(member.state in BAD for member in self.of_wave(wave))

    def _stops(self, now: float) -> bool:
        bad, size = self.bad_of(self.wave), len(self.of_wave(self.wave))
        if bad * 100 <= self.rules.stop_at * size:
            return False
        self.phase, self._until_s = STOPPING, now + _CALLED_OFF_S
        share = f"{float(self.rules.stop_at):g}%"
        self.why = f"{bad} of the {size} in wave {self.wave + 1} did not become healthy, more than {share}"
        for member in self.members.values():
            if member.state in TAKING:
                self._call_off(member.name)
        self._changed(None)
        return True

    def _stop_further(self, now: float) -> None:
        self._find_silent(now)
        states = [member.state for member in self.members.values()]
        if TRIAL in states or (now < self._until_s and any(state in TAKING for state in states)):
            return
        self.phase = STOPPED
        self._changed(None)


def _silent_text(member: Member) -> str:
    if member.state == WAITING:
        return "is offline"
    if member.state == TOLD:
        return "was told and did not answer"
    return f"went silent while {'on trial' if member.state == TRIAL else member.state}"


def _whole(value) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
