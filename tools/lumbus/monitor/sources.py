"""Where the monitor's news come from: a board's console, or the broker."""

import json
import time
from collections.abc import Callable
from decimal import Decimal

from ..contact.broker import Subscription
from ..contact.console import Console
from ..contact.target import BASE, Target
from ..trouble import SILENT, Trouble
from .world import World

_STATE_S = 2
_LOG_S = 10
_FIRST_S = 8

# (gateway, meter or None, kind, the payload's JSON, the same as an object).
Tell = Callable[[str, str | None, str, str, dict], None]


class Port:
    """A gateway's console: its state is asked for every 2 s."""

    def __init__(self, target: Target, world: World, tell: Tell):
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

    def __init__(self, target: Target, world: World, tell: Tell):
        base = target.path or BASE
        self._root = f"{base}/v1/"
        self._world = world
        self._tell = tell
        self._next_s = 0.0
        leaves = ("status", "info", "event", "reply/log", "+/reading", "+/check", "+/availability")
        self._subscription = Subscription(target, [f"{self._root}+/{leaf}" for leaf in leaves])

    def close(self) -> None:
        self._subscription.close()

    def pump(self, for_s: float) -> None:
        for topic, payload in self._subscription.listen(for_s):
            self._take(topic, payload)
        if time.monotonic() >= self._next_s:
            self._ask_logs()

    def _take(self, topic: str, payload: bytes) -> None:
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
