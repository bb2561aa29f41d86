"""The monitor's three ways to show: a live table, plain lines, JSON lines."""

import json
import time

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..contact.readings import COLOURS, WRONG, event_words, light_shown, shown, span
from ..trouble import complain
from .world import Gateway, Meter, World

_WIDE = 100
_REFRESH = 2
_OLD_S = 300
_STATES = {"online": "green", "running": "green", "offline": "red", "safe": "yellow", "setup": "yellow"}


class TableScreen:
    """Drawn anew twice a second; ages go on between the news."""

    def __init__(self, world: World, where: str):
        self._world = world
        self._out = Console(highlight=False, markup=False)
        self._quiet = f"… nothing has come from {where} yet"
        self._live = Live(console=self._out, get_renderable=self._drawn, refresh_per_second=_REFRESH, transient=False)

    def __enter__(self) -> "TableScreen":
        self._live.start()
        return self

    def __exit__(self, *_) -> None:
        self._live.stop()

    def tell(self, name: str, meter: str | None, kind: str, text: str, body: dict) -> None:
        """It is in the world already."""

    def hint(self, text: str) -> None:
        self._quiet = text

    def _drawn(self) -> Group:
        world = self._world
        parts: list = []
        for name, gateway in sorted(world.gateways.items()):
            parts += [_head(name, gateway), self._table(gateway), Text()]
        if not parts:
            parts = [Text(self._quiet, "dim")]
        used = sum(len(gateway.meters) + 3 for gateway in world.gateways.values())
        room = max(4, self._out.height - used - 4)
        several = len(world.gateways) > 1
        events = list(world.events)[-(room // 2) :]
        if events:
            parts.append(Text("events", "bold"))
            parts += [self._line(_event_line(name, event, several), "magenta") for name, event in events]
        lines = list(world.lines)[-(room - len(events)) :]
        if lines:
            parts.append(Text("log", "bold"))
            parts += [self._line(f"{name}  {line}" if several else line, "dim") for name, line in lines]
        return Group(*parts)

    def _line(self, text: str, style: str) -> Text:
        line = Text("  " + text, style, no_wrap=True, overflow="ellipsis")
        line.truncate(self._out.width, overflow="ellipsis")
        return line

    def _table(self, gateway: Gateway) -> Table:
        wide = self._out.width >= _WIDE
        table = Table(box=None, padding=(0, 2 if wide else 1, 0, 0), header_style="dim")
        table.add_column("  meter", no_wrap=True)
        for column in ("register kWh", "fused kWh") + (("± Wh",) if wide else ()) + ("power W",):
            table.add_column(column, justify="right", no_wrap=True)
        if wide:
            table.add_column("light W", justify="right", no_wrap=True)
        table.add_column("verdict")
        table.add_column("age", justify="right", no_wrap=True)
        for name, meter in sorted(gateway.meters.items()):
            table.add_row(*_row(name, meter, wide))
        return table


def _head(name: str, gateway: Gateway) -> Text:
    status = gateway.status
    state = gateway.state
    told = Text.assemble(("● ", _STATES.get(state, "dim")), (name, "bold"), "  ", (state, _STATES.get(state, "dim")))
    if status.get("uptime_s") is not None and state != "offline":
        told.append(f", up {span(status['uptime_s'])}")
    wifi = status.get("wifi")
    if wifi:
        told.append(f", Wi-Fi {wifi.get('ssid')}" + ("" if wifi.get("state") == "up" else f" {wifi.get('state')}"))
    mqtt = status.get("mqtt")
    if mqtt and not mqtt.get("connected"):
        told.append(", no broker", "red")
    if status.get("waiting"):
        told.append(f", {status['waiting']} messages wait", "yellow")
    return told


def _row(name: str, meter: Meter, wide: bool) -> list:
    reading = meter.reading
    age = meter.age_s()
    verdict = meter.verdict or "–"
    cells = [
        Text("  " + name),
        Text(shown(_register(reading), 2)),
        Text(shown(reading.get("energy_fused_kwh"), 4)),
        Text(shown(reading.get("power_w"), 0)),
        Text(verdict, COLOURS.get(verdict, WRONG)),
        Text("–" if age is None else span(age), "" if age is None or age < _OLD_S else "yellow"),
    ]
    if wide:
        cells.insert(3, Text(shown(reading.get("fused_bound_wh"), 2)))
        cells.insert(5, Text(light_shown(reading)))
    return cells


def _register(reading: dict):
    """The import register, or what there is."""
    return next((reading[k] for k in ("energy_import_kwh", "energy_export_kwh") if reading.get(k) is not None), None)


def _event_line(name: str, event: dict, several: bool) -> str:
    at = event.get("ts")
    clock = "–" if at is None else time.strftime("%H:%M:%S", time.localtime(float(at)))
    who = [part for part in (name if several else None, event.get("meter")) if part]
    return "  ".join([clock, *who, event_words(event)])


class PlainScreen:
    """One line for each reading, change of verdict, event and line of the log, for where no terminal is."""

    def __init__(self):
        self._out = Console(highlight=False, markup=False, soft_wrap=True)
        self._told: dict = {}

    def __enter__(self) -> "PlainScreen":
        return self

    def __exit__(self, *_) -> None:
        pass

    def tell(self, name: str, meter: str | None, kind: str, text: str, body: dict) -> None:
        if kind == "reading" and meter:
            self._reading(name, meter, body, body.get("verdict") or "unchecked")
        elif kind == "state":
            self._state(name, body)
        elif kind == "event":
            self._say(_event_line(name, body, True))
        elif kind in ("status", "availability", "check"):
            word = body.get("verdict") or body.get("state")
            if self._told.get((name, meter, kind)) != word:
                self._told[name, meter, kind] = word
                self._say("  ".join(part for part in (_now(), name, meter, f"{kind} {word}") if part))
        elif kind == "log":
            self._say("  ".join(part for part in (_now(), name, body["line"]) if part))

    def hint(self, text: str) -> None:
        self._say(f"{_now()}  {text}")

    def _state(self, name: str, state: dict) -> None:
        for told in state.get("meters", ()):
            key = (name, told["meter"])
            reading = told["reading"]
            seen = None if reading is None else (reading["boot"], reading["seq"])
            if reading is not None and self._told.get(key) != seen:
                self._told[key] = seen
                self._reading(name, told["meter"], reading, told["verdict"])
        for event in state.get("events", ()):
            key = (name, event.get("boot"), event.get("event"))
            if self._told.get(key) != event:
                self._told[key] = event
                self._say(_event_line(name, event, True))

    def _reading(self, name: str, meter: str, body: dict, verdict: str) -> None:
        fused = f"{shown(body.get('energy_fused_kwh'), 4)} kWh ± {shown(body.get('fused_bound_wh'), 2)} Wh"
        told = f"{shown(_register(body), 2)} kWh  fused {fused}  {shown(body.get('power_w'), 0)} W"
        self._say(f"{_now()}  {name}  {meter}  {told}  {verdict}")

    def _say(self, text: str) -> None:
        self._out.print(text)


def _now() -> str:
    return time.strftime("%H:%M:%S")


class JsonScreen:
    """One object a line; the payloads as they came, to the digit."""

    def __enter__(self) -> "JsonScreen":
        return self

    def __exit__(self, *_) -> None:
        pass

    def tell(self, name: str, meter: str | None, kind: str, text: str, body: dict) -> None:
        head = json.dumps({"gateway": name, "meter": meter, "kind": kind})
        print(f'{head[:-1]}, "body": {text}}}', flush=True)

    def hint(self, text: str) -> None:
        complain("monitor", text)
