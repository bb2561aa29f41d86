"""Three ways to show a rollout as it goes: live bars, plain lines, JSON lines."""

import json
import time

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..contact.readings import span
from .course import DONE, ROLLING, Course
from .member import BAD, HEALTHY, TAKING, TRIAL, UNDER_WAY, Member
from .outlook import Outlook
from .words import SHOWN, counted, counts, gateways, phase, reasons, what_became

_REFRESH = 4
_BAR = 24
_SUMMARY_S = 60
_MOST_REASONS = 10


class Screen:
    """What all have: `now` is the course's clock; `away` while the broker is not there."""

    def __init__(self, course: Course):
        self.course = course
        self.outlook = Outlook()
        self.now = 0.0
        self.away = False

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass

    def beat(self, now: float, away: bool) -> None:
        """Some time has passed."""
        self.now, self.away = now, away

    def changed(self, member: Member | None) -> None:
        """This gateway's state, or with None the course's."""
        if member is not None:
            self.outlook.learn(member)

    def end(self, result: str, conclusion: str) -> None:
        """result: done, stopped or interrupted."""


class LiveScreen(Screen):
    """Drawn anew four times a second."""

    def __init__(self, course: Course):
        super().__init__(course)
        self._out = Console(highlight=False, markup=False)
        self._has_ended = False
        self._live = Live(console=self._out, get_renderable=self.drawn, refresh_per_second=_REFRESH)

    def __enter__(self) -> "LiveScreen":
        self._live.start()
        return self

    def __exit__(self, *_) -> None:
        self._has_ended = True
        self._live.stop()

    def end(self, result: str, conclusion: str) -> None:
        for line in reasons(list(self.course.members.values()), _MOST_REASONS):
            self._out.print(Text(f"  {line}", "red"))
        self._out.print(Text(conclusion, "green" if result == DONE else "yellow"))

    def drawn(self) -> Group:
        course = self.course
        waves = 1 + max(member.wave for member in course.members.values())
        parts: list = [Text(), self._waves(waves), Text(self._state(), "red" if self.away else "dim")]
        if self._has_ended:
            return Group(*parts)
        room = max(4, self._out.height - waves - 6)
        bad = reasons(list(course.members.values()), room // 2)
        parts += [self._line(line, "red") for line in bad]
        busy = [member for member in course.members.values() if member.state in UNDER_WAY]
        busy.sort(key=lambda member: (member.state == TRIAL, member.name))
        shown = busy[: room - len(bad) - 1]
        parts += [self._line(f"{member.name}  {what_became(member)}", SHOWN[member.state][1]) for member in shown]
        if len(busy) > len(shown):
            parts.append(self._line(f"and {len(busy) - len(shown)} more", "dim"))
        return Group(*parts)

    def _state(self) -> str:
        if self._has_ended:
            return f"after {span(self.now)}"
        if self.away:
            return "the broker is away; it goes on when that is back"
        left = self.outlook.of_all_s(self.course, self.now)
        return f"{phase(self.course, self.now)}" + ("" if left is None else f", about {span(left)} left")

    def _waves(self, waves: int) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(min_width=_BAR, no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        for wave in range(waves):
            members = self.course.of_wave(wave)
            over = sum(member.is_over for member in members)
            is_next = wave > self.course.wave
            row = Text(f"wave {wave + 1}", "dim" if is_next else ""), _bar(members), Text(f"{over}/{len(members)}")
            table.add_row(*row, Text("" if is_next else counted(members)))
        return table

    def _line(self, text: str, style: str) -> Text:
        line = Text("  " + text, style, no_wrap=True, overflow="ellipsis")
        line.truncate(self._out.width, overflow="ellipsis")
        return line


def _bar(members: list[Member]) -> Text:
    """Healthy, not healthy, on trial, fetching, the rest; each has a cell at least while there is room."""
    groups = (
        ((HEALTHY,), "█", "green"),
        (BAD, "✗", "red"),
        ((TRIAL,), "▓", "yellow"),
        (TAKING, "░", "blue"),
    )
    bar = Text()
    left = _BAR
    until = 0
    for states, mark, style in groups:
        until += (count := sum(member.state in states for member in members))
        cells = min(left, max(_BAR * until // len(members) - (_BAR - left), 1 if count else 0))
        bar.append(mark * cells, style)
        left -= cells
    return bar.append("·" * left, "grey37")


class PlainScreen(Screen):
    """A line for each wave, for each that did not become healthy, and one a minute."""

    def __init__(self, course: Course):
        super().__init__(course)
        self._out = Console(highlight=False, markup=False, soft_wrap=True)
        self._next_s = _SUMMARY_S
        self._was_away = False
        self._bad: dict[str, str] = {}

    def beat(self, now: float, away: bool) -> None:
        super().beat(now, away)
        if away is not self._was_away:
            self._was_away = away
            self._say("the broker is away" if away else "the broker is back")
        if now >= self._next_s:
            self._next_s = now + _SUMMARY_S
            self._say(f"wave {self.course.wave + 1}: {counted(self.course.of_wave(self.course.wave))}")

    def changed(self, member: Member | None) -> None:
        super().changed(member)
        if member is None:
            if not self.course.is_over:
                members = self.course.of_wave(self.course.wave)
                more = f" ({gateways(len(members))})" if self.course.phase == ROLLING else f": {counted(members)}"
                self._say(phase(self.course, self.now) + more)
        elif member.state in BAD and self._bad.get(member.name) != what_became(member):
            self._bad[member.name] = what_became(member)
            self._say(f"{member.name}  {what_became(member)}")

    def end(self, result: str, conclusion: str) -> None:
        for line in reasons(list(self.course.members.values()), _MOST_REASONS):
            self._say(line)
        self._say(conclusion)

    def _say(self, text: str) -> None:
        self._out.print(f"{time.strftime('%H:%M:%S')}  {text}")


class JsonScreen(Screen):
    """One object a line."""

    def beat(self, now: float, away: bool) -> None:
        if away is not self.away:
            _put(event="broker", state="away" if away else "back")
        super().beat(now, away)

    def changed(self, member: Member | None) -> None:
        if member is None:
            wave = self.course.wave
            told = counts(self.course.of_wave(wave))
            _put(event="wave", wave=wave + 1, state=self.course.phase, counts=told, why=self.course.why)
        else:
            more = {"done": member.done, "total": member.total} if member.total else {}
            _put(
                event="gateway", gateway=member.name, wave=member.wave + 1, state=member.state, text=member.text, **more
            )

    def end(self, result: str, conclusion: str) -> None:
        members = list(self.course.members.values())
        _put(event="end", result=result, counts=counts(members), text=conclusion, took_s=round(self.now, 1))


def _put(**told) -> None:
    print(json.dumps(told), flush=True)
