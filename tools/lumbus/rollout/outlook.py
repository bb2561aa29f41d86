"""How long a rollout still takes, from how long those took that are through."""

from statistics import mean

from .course import SOAKING, Course
from .member import HEALTHY, TAKING, WAITING


class Outlook:
    """Learns from a Course's members as they go."""

    def __init__(self) -> None:
        self._fetches: dict[str, float] = {}
        self._trials: dict[str, float] = {}

    def learn(self, member) -> None:
        """Once for each thing that is new of it."""
        if member.began_s is not None and member.trial_s is not None:
            self._fetches[member.name] = member.trial_s - member.began_s
            if member.state == HEALTHY:
                self._trials.setdefault(member.name, member.heard_s - member.trial_s)

    def of_wave_s(self, course: Course, wave: int) -> float | None:
        """None while nothing is known."""
        if not self._fetches or not self._trials:
            return None
        members = course.of_wave(wave)
        to_fetch = (
            sum(m.state == WAITING and m.is_online for m in members) + sum(m.state in TAKING for m in members) / 2
        )
        if all(member.is_over for member in members):
            return 0
        # In rounds of so many as fetch at the same time; behind them the last one's trial.
        return mean(self._fetches.values()) * to_fetch / min(course.rules.at_once, len(members)) + mean(
            self._trials.values()
        )

    def of_all_s(self, course: Course, now: float) -> float | None:
        """With the times between the waves."""
        waves = 1 + max((member.wave for member in course.members.values()), default=0)
        each = [self.of_wave_s(course, wave) for wave in range(course.wave, waves)]
        if any(seconds is None for seconds in each):
            return None
        soaks = waves - 1 - course.wave
        total = sum(seconds or 0 for seconds in each)
        if course.phase == SOAKING:
            return total + course.soaks_for_s(now) + (soaks - 1) * course.rules.soak_s
        return total + soaks * course.rules.soak_s
