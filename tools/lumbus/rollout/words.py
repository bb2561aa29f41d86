"""A rollout in words, for all that show it."""

from collections import Counter

from ..contact.readings import span
from .course import DONE, SOAKING, STOPPED, STOPPING, Course
from .member import (
    BAD,
    CHECKING,
    FAILED,
    FETCHING,
    HEALTHY,
    OFF,
    REFUSED,
    ROLLED_BACK,
    SILENT,
    TOLD,
    TRIAL,
    WAITING,
    Member,
)

# The word that people read, its colour, in the order of a gateway's way.
SHOWN = {
    WAITING: ("waiting", "dim"),
    TOLD: ("told", "blue"),
    FETCHING: ("fetching", "blue"),
    CHECKING: ("checking", "blue"),
    TRIAL: ("on trial", "yellow"),
    HEALTHY: ("healthy", "green"),
    ROLLED_BACK: ("rolled back", "red"),
    REFUSED: ("refused", "red"),
    FAILED: ("failed", "red"),
    OFF: ("called off", "red"),
    SILENT: ("silent", "red"),
}

_MOST_NAMED = 3


def counts(members: list[Member]) -> dict[str, int]:
    """{state: how many}, of those that there are, in the order of a gateway's way."""
    found = Counter(member.state for member in members)
    return {state: found[state] for state in SHOWN if found[state]}


def counted(members: list[Member]) -> str:
    """3 healthy, 1 rolled back."""
    return ", ".join(f"{count} {SHOWN[state][0]}" for state, count in counts(members).items())


def gateways(count: int) -> str:
    return "1 gateway" if count == 1 else f"{count} gateways"


def what_became(member: Member) -> str:
    word = SHOWN[member.state][0]
    if member.state == FETCHING and member.total:
        return f"{word} {100 * member.done // member.total}%"
    return f"{word}: {member.text}" if member.text else word


def reasons(members: list[Member], most: int) -> list[str]:
    """Who did not become healthy and why, the most frequent reason first, in at most so many lines."""
    groups: dict[str, list[str]] = {}
    for member in members:
        if member.state in BAD:
            groups.setdefault(what_became(member), []).append(member.name)
    ordered = sorted(groups.items(), key=lambda group: len(group[1]), reverse=True)
    lines = [f"{len(names)} {why}  ({some(names)})" for why, names in ordered]
    if len(lines) <= most:
        return lines
    rest = sum(len(names) for _, names in ordered[most - 1 :])
    return [*lines[: most - 1], f"{rest} more for other reasons: they are in the state file"]


def some(names: list[str]) -> str:
    """A few of them."""
    rest = len(names) - _MOST_NAMED
    return " ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def phase(course: Course, now: float) -> str:
    """What is being done now."""
    if course.phase == SOAKING:
        left = course.soaks_for_s(now)
        return f"wave {course.wave + 1} is through, the next begins {f'in {span(left)}' if left >= 1 else 'now'}"
    if course.phase == STOPPING:
        return f"stopping: {course.why}"
    return f"rolling out wave {course.wave + 1}"


def conclusion(course: Course, is_continued_by: str) -> str:
    """The last line."""
    members = list(course.members.values())
    healthy = sum(member.state == HEALTHY for member in members)
    told = f"{healthy} of {gateways(len(members))} healthy"
    if course.phase == DONE:
        bad = [member for member in members if member.state in BAD]
        return f"done: {told}" + (f", {counted(bad)}; {is_continued_by} with --retry takes these again" if bad else "")
    if course.phase == STOPPED:
        advice = "--retry takes those again, --stop-at allows more"
        return f"stopped: {course.why}; no other is told. {told}. Once you know why: {advice}"
    return f"interrupted: {told}; {is_continued_by} goes on"
