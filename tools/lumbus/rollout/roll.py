"""The loop of a rollout: what comes goes to the course and the chunks, what they want goes out, all of it is kept."""

import sys
import time

from ..trouble import BAD, INTERRUPTED, OK
from .chunks import Chunks
from .course import SOAKING, STOPPED, Course, Rules
from .gateways import Fleet
from .keeper import Keeper
from .link import Link
from .member import Member
from .plan import Plan
from .record import Record
from .screen import JsonScreen, LiveScreen, PlainScreen, Screen
from .words import conclusion

_TICK_S = 0.1
_CHUNK_TICK_S = 0.01
_COURSE_S = 0.05
_KEEP_S = 1.0


class Roll:
    """value: of the command that tells a gateway."""

    def __init__(
        self, link: Link, chunks: Chunks, value: dict, rules: Rules, plan: Plan, record: Record, keeper: Keeper
    ):
        self._link = link
        self._chunks = chunks
        self._record = record
        self._keeper = keeper
        self._first = plan.first
        self._fleet = Fleet()
        self._is_new = True
        self._kept_s = self._due_s = 0.0
        # It stands still while the broker is away: nobody is silent then.
        self._now = 0.0
        self._at_s = time.monotonic()
        self._screen: Screen | None = None
        self.course = Course(
            value["release"][:16],
            value["size"],
            plan.members,
            rules,
            lambda name: link.command(name, value),
            lambda name: link.command(name, "off"),
            self._changed,
        )
        if record.soaking_since is not None:
            self.course.soaked_s = max(0.0, time.time() - record.soaking_since)

    def run(self, is_json: bool) -> int:
        """The exit code.  OSError where the state cannot be kept."""
        kind = JsonScreen if is_json else LiveScreen if sys.stdout.isatty() else PlainScreen
        self._screen = screen = kind(self.course)
        result = "interrupted"
        try:
            with screen:
                self.course.begin(self._first, self._now)
                # Before anybody is told: without it this could not go on.
                self._keep()
                while not self.course.is_over:
                    self._go_on(screen)
            result = self.course.phase
        except KeyboardInterrupt:
            pass
        finally:
            self._keep()
        screen.end(result, conclusion(self.course, "the same command"))
        return {"interrupted": INTERRUPTED, STOPPED: BAD}.get(result, OK)

    def _go_on(self, screen: Screen) -> None:
        for name, leaf, payload, is_kept in self._link.pump(_CHUNK_TICK_S if len(self._chunks) else _TICK_S):
            self._take(name, leaf, payload, is_kept)
        at_s = time.monotonic()
        is_up = self._link.is_up()
        if is_up:
            self._now += at_s - self._at_s
            for name, chunk in self._chunks.due(at_s):
                self._link.chunk(name, chunk)
            if at_s >= self._due_s:
                # With thousands of gateways it is more work than what comes.
                self._due_s = at_s + _COURSE_S
                self.course.tick(self._now)
        self._at_s = at_s
        screen.beat(self._now, not is_up)
        if self._is_new and at_s - self._kept_s >= _KEEP_S:
            self._keep()

    def _take(self, name: str, leaf: str, payload: bytes, is_kept: bool) -> None:
        body = self._fleet.take(name, leaf, payload)
        if body is None:
            return
        if leaf == "want":
            self._chunks.want(name, body)
        self.course.take(name, leaf, body, is_kept, self._now)

    def _changed(self, member: Member | None) -> None:
        self._is_new = True
        if self._screen is not None:
            self._screen.changed(member)

    def _keep(self) -> None:
        """The state file, as it is now."""
        record, course = self._record, self.course
        if course.phase != SOAKING:
            record.soaking_since = None
        elif record.soaking_since is None or record.wave != course.wave:
            record.soaking_since = time.time()
        record.wave, record.phase = course.wave, course.phase
        self._keeper.write(record.text(course.members.values()))
        self._is_new = False
        self._kept_s = time.monotonic()
