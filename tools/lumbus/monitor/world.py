"""What is known of all gateways: readings, verdicts, states, the last events and log lines."""

import time
from collections import deque
from dataclasses import dataclass, field

_EVENTS = 50
_LINES = 50


@dataclass
class Meter:
    """`reading`, `check`: the last payloads; at_s: when the reading came, on the monotonic clock."""

    reading: dict = field(default_factory=dict)
    verdict: str | None = None
    online: bool | None = None
    at_s: float | None = None

    def age_s(self) -> float | None:
        return None if self.at_s is None else time.monotonic() - self.at_s


@dataclass
class Gateway:
    status: dict = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)

    def meter(self, name: str) -> Meter:
        return self.meters.setdefault(name, Meter())

    @property
    def state(self) -> str:
        return self.status.get("state", "unknown")


class World:
    """`gateways` by name; `events`: (gateway, event), `lines`: (gateway, line), the newest last."""

    def __init__(self):
        self.gateways: dict[str, Gateway] = {}
        self.events: deque[tuple[str, dict]] = deque(maxlen=_EVENTS)
        self.lines: deque[tuple[str, str]] = deque(maxlen=_LINES)

    def gateway(self, name: str) -> Gateway:
        return self.gateways.setdefault(name, Gateway())

    def take(self, name: str, parts: list[str], body: dict) -> tuple[str | None, str] | None:
        """What came on <base>/v1/<name>/<parts>; (meter or None, kind), None for what is nobody's to show."""
        gateway = self.gateway(name)
        if len(parts) == 1 and parts[0] in ("status", "info", "event"):
            if parts[0] == "status":
                # The last will says no more than that it is gone.
                gateway.status = {**gateway.status, **body}
            elif parts[0] == "event":
                self._event(name, body)
            return body.get("meter"), parts[0]
        if parts == ["reply", "log"]:
            self._log(name, body.get("lines") or [])
            return None
        if len(parts) == 2 and parts[1] in ("reading", "check", "availability"):
            self._meter(gateway.meter(parts[0]), parts[1], body)
            return parts[0], parts[1]
        return None

    def _meter(self, meter: Meter, kind: str, body: dict) -> None:
        if kind == "reading" and not body.get("replayed"):
            meter.reading = body
            meter.at_s = time.monotonic()
            meter.verdict = body.get("verdict") or "unchecked"
        elif kind == "check":
            meter.verdict = body.get("verdict")
        elif kind == "availability":
            meter.online = body.get("state") == "online"

    def _event(self, name: str, event: dict) -> None:
        key = (name, event.get("boot"), event.get("event"))
        for known in list(self.events):
            if (known[0], known[1].get("boot"), known[1].get("event")) == key:
                # A later message replaces the earlier one.
                self.events.remove(known)
        self.events.append((name, event))

    def _log(self, name: str, lines: list[str]) -> None:
        known = {line for gateway, line in self.lines if gateway == name}
        self.lines.extend((name, line) for line in lines if line not in known)

    def take_state(self, state: dict) -> None:
        """A snapshot, from the console."""
        name = state["gateway"]
        gateway = self.gateway(name)
        mqtt, wifi = state.get("mqtt") or {}, state.get("wifi")
        gateway.status = {"state": state["mode"], "uptime_s": state.get("uptime_s"), "waiting": mqtt.get("waiting")}
        gateway.status |= {"wifi": wifi, "mqtt": mqtt}
        for told in state.get("meters", ()):
            meter = gateway.meter(told["meter"] or f"address {told['address']}")
            meter.verdict = told["verdict"]
            meter.online = told["available"]
            if told["reading"] is not None:
                meter.reading = told["reading"]
                meter.at_s = time.monotonic() - float(told["age_s"])
            if told["meter"]:
                gateway.meters.pop(f"address {told['address']}", None)
        for event in state.get("events", ()):
            if all(event != known for _, known in self.events):
                self._event(name, event)

    def take_line(self, line: str) -> None:
        """A line on the console of the one gateway there."""
        self.lines.append((next(iter(self.gateways), ""), line))
