"""What a gateway publishes, made by the firmware's own code: (topic, payload) as they come from a broker."""

import json
from types import SimpleNamespace
from typing import Any

from appport import CONFIG, FakePort, app_on

from uplink.event import Event
from uplink.messages import check_json, event_json, note_json
from uplink.reading import Reading
from uplink.topics import Topics
from uplink.units import Units
from uplink.window import Window

GATEWAY = "020000000001"
METER = "16250476ad320102"
TOPICS = Topics("lumbus", GATEWAY)
# 2026-11-23T21:17:43.672Z
TS_MS = 1795468663672


def reading(seq: int, ts_ms: int | None = TS_MS, flags: tuple = (), replayed: bool = False, verdict="agree"):
    numbers = {
        "import": (123407 + seq, 1),
        "export": (1250, 1),
        "power": (6000, 0),
        "voltage": (23000, -2),
        "current": None,
    }
    made: Any = Reading(METER, 78203089, ts_ms, numbers)
    made.boot, made.seq, made.replayed = 1, seq, replayed
    made.verdict, made.pulses = verdict, 303 + seq
    made.fused_mwh, made.bound_mwh = 1234079400 + 10000 * seq, 6000
    made.light_power_mw = 6000000
    made.flags = list(flags)
    return TOPICS.meter(METER, "reading").decode(), made.to_json()


def check(verdict: str, whole_day: bool = True):
    capture = SimpleNamespace(low=995000, high=1000000, pulses=43210) if whole_day else SimpleNamespace(low=None)
    known = SimpleNamespace(memory=SimpleNamespace(lost=[32, 126], gained=[0, 0]), capture=capture)
    return TOPICS.meter(METER, "check").decode(), check_json(verdict, 78201280, 78203089, TS_MS, known)


def event(number: int = 3, still_open: bool = True):
    made = Event(number, "pulses_missing", Window(1000, 0, (), [0], 0, None), 1000)
    made.pulses_low, made.pulses_high, made.open = 32, 129, still_open
    return TOPICS.event.decode(), event_json(made, METER, 1, TS_MS, Units(10, 5000))


def note(kind: str, text: str, meter: str | None = None, number: int = 2):
    return TOPICS.event.decode(), note_json(kind, meter, 1, number, text, 5, None)


def status(state: str = "online"):
    """The status as it is published; the last will for "will"."""
    if state == "will":
        from uplink.publisher import _OFFLINE

        return TOPICS.status.decode(), _OFFLINE.decode()
    app = app_on(FakePort(json.loads(json.dumps(CONFIG))))
    return TOPICS.status.decode(), app.status(state)
