"""Where the monitor's news come from: a board's console, or the broker."""

import json
import time
from collections.abc import Callable
from decimal import Decimal

from ..contact.broker import Subscription
from ..contact.console import Console
from ..contact.target import BASE, Target
from ..trouble import SILENT, Trouble
from . import quiet
from .world import World

_STATE_S = 2
_LOG_S = 10
_FIRST_S = 8

# (gateway, meter or None, kind, the payload's JSON, the same as an object).
Tell = Callable[[str, str | None, str, str, dict], None]
# What to say where nothing comes.
Hint = Callable[[str], None]


class Port:
    """A gateway's console: its state is asked for every 2 s."""

    def __init__(self, target: Target, world: World, tell: Tell, hint: Hint):
        assert target.port is not None
        self._port = target.port
        self._world = world
        self._tell = tell
        self._console = Console(target.port, self._line)
        self._next_s = 0.0
        self._until_s = time.monotonic() + _FIRST_S

    def close(self) -> None:
        self._console.close()

    def pump(self, for_s: float) -> None:
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + _STATE_S
            self._ask()
        self._console.listen(for_s)

    def _ask(self) -> None:
        state = self._console.state()
        if state is not None:
            is_first = not self._world.gateways
            self._world.take_state(state)
            if is_first:
                lines = (self._console.ask("log", 2) or {}).get("lines") or []
                self._world.take(state["gateway"], ["reply", "log"], {"lines": lines})
            self._tell(state["gateway"], None, "state", json.dumps(state), state)
        elif not self._world.gateways and time.monotonic() > self._until_s:
            raise Trouble(f"nobody answers on {self._port}: lumbus doctor {self._port} says why", SILENT)

    def _line(self, line: str) -> None:
        self._world.take_line(line)
        body = {"line": line}
        self._tell(next(iter(self._world.gateways), ""), None, "log", json.dumps(body), body)


class Broker:
    """All gateways below a base; their logs are asked for, where that is allowed."""

    def __init__(self, target: Target, world: World, tell: Tell, hint: Hint):
        self._target = target
        self._base = target.path or BASE
        self._root = f"{self._base}/v1/"
        self._hint = hint
        self._elsewhere: quiet.Elsewhere | None = None
        self._world = world
        self._tell = tell
        self._next_s = 0.0
        leaves = ("status", "info", "event", "reply/log", "+/reading", "+/check", "+/availability")
        self._subscription = Subscription(target, [f"{self._root}+/{leaf}" for leaf in leaves])
        # When to look elsewhere, and then when to say what is there; None once that is said, or something came.
        self._quiet_s: float | None = time.monotonic() + quiet.AFTER_S

    def close(self) -> None:
        self._subscription.close()

    def pump(self, for_s: float) -> None:
        for topic, payload in self._subscription.listen(for_s):
            self._take(topic, payload)
        if time.monotonic() >= self._next_s:
            self._ask_logs()
        if self._world.gateways:
            self._quiet_s = None
        elif self._quiet_s is not None and time.monotonic() >= self._quiet_s:
            self._look_around()

    def _look_around(self) -> None:
        if self._elsewhere is None:
            self._elsewhere = quiet.Elsewhere()
            self._quiet_s = time.monotonic() + quiet.LOOK_S
            self._subscription.also(quiet.ELSEWHERE)
        else:
            self._quiet_s = None
            self._hint(quiet.words(self._target, self._base, self._elsewhere.found))

    def _take(self, topic: str, payload: bytes) -> None:
        if not topic.startswith(self._root):
            if self._elsewhere is not None:
                self._elsewhere.take(topic, payload)
            return
        name, *parts = topic.removeprefix(self._root).split("/")
        try:
            text = payload.decode()
            body = json.loads(text, parse_float=Decimal)
        except ValueError:
            return
        if not isinstance(body, dict):
            return
        news = self._world.take(name, parts, body)
        if news is not None:
            self._tell(name, news[0], news[1], text, body)

    def _ask_logs(self) -> None:
        online = [name for name, gateway in self._world.gateways.items() if gateway.state == "online"]
        for name in online:
            self._subscription.publish(f"{self._root}{name}/cmd/log", "8")
        self._next_s = time.monotonic() + (_LOG_S if online else 0.5)
