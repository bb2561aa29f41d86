"""The state of everything at one moment, for who looks after the gateway: `cmd/state`, the console, the local page.

    {"version","platform","gateway","mode":"running"|"safe","boot","uptime_s","ts","heap_free",
     "wifi":{state,ssid,joins,losses,restarts,address,why}|null,
     "mqtt":{"host","port","tls","connected","failure","sessions","failures","waiting"},
     "time":{answers,refused,why}|null,"bus":{"baud","parity",repeats,no_reply,damaged,stray,echoes},"task_failures":{},
     "meters":[{"meter","address","profile","available","failure","light","light_state","verdict","since_uptime_s",
               "age_s","reading"}],
     "events":[as published, the newest last],"web"}

since_uptime_s: since when the verdict holds, as uptime; null where there is none yet.
web: where the local page is, or why there is no room for it; null where it is not wanted.

light_state: none (the meter has no light), stuck, flicker, too_fast, dark (the meter's power or its register says that
pulses were due), ok (pulses come), unknown (none has come yet, and none need have).

Loaded when somebody asks, and forgotten afterwards.
"""

import gc
import json

from mbus._const import const

from . import __version__
from .crosscheck import MISSING
from .decimals import rescale
from .light import FLICKER, TOO_FAST
from .reading import seconds

_LATELY_MS = const(60000)
# No pulse for so many of the intervals that the meter's power gives, and a while for what is late, is dark.
_DUE = const(4)
_SLACK_MS = const(10000)


def parts(app) -> list:
    """The JSON object as a list of texts, none of which is long: the whole may not fit in one piece."""
    clock = app.clock
    status = app.status
    counters = status.parts
    mode = "safe" if app.starts["safe"] else "running"
    mem_free = getattr(gc, "mem_free", None)
    bus = dict(app.config["bus"])
    bus.update(counters["bus"]())
    texts = [
        '{"version":"%s","platform":"%s","gateway":"%s","mode":"%s","boot":%d,"uptime_s":%s,"ts":%s,"heap_free":%s'
        % (
            __version__,
            app.platform,
            app.topics.name,
            mode,
            status.boot,
            seconds(clock.ms()),
            seconds(clock.utc_ms()),
            "null" if mem_free is None else mem_free(),
        )
    ]
    for name in ("wifi", "time", "task_failures"):
        texts.append(',"%s":%s' % (name, json.dumps(counters[name]() if name in counters else None)))
    texts.append(',"mqtt":%s,"bus":%s,"meters":[' % (json.dumps(_mqtt(app)), json.dumps(bus)))
    each = zip(app.meters, app.config["meters"])
    _join(texts, [_meter_parts(meter, settings["light"], clock.ms()) for meter, settings in each])
    # Where the local page is, or why it is not; null where nobody is to have one.
    page = app.page and (app.page.closed or "http://%s/" % app.page.listener.where())
    texts.append('],"web":%s,"events":[' % json.dumps(page))
    _join(texts, [[event] for event in app.outbox.events])
    texts.append("]}")
    return texts


def _join(texts: list, lists: list) -> None:
    for index, more in enumerate(lists):
        if index:
            texts.append(",")
        texts += more


def _mqtt(app) -> dict:
    settings = app.config["mqtt"]
    publisher = app.publisher
    shown = {key: settings[key] for key in ("host", "port", "tls")}
    failure = "safe mode: the network is left alone" if app.starts["safe"] else publisher.failure
    shown.update(
        {
            "connected": publisher.connected,
            "failure": failure,
            "sessions": publisher.sessions,
            "failures": publisher.failures,
            "waiting": len(app.outbox),
        }
    )
    return shown


def _meter_parts(meter, number, now: int) -> list:
    reading = meter.reading
    told = {
        "meter": meter.identity,
        "address": meter.address,
        "profile": meter.profile.name,
        "available": meter.available,
        "failure": meter.failure,
        "light": number,
        "light_state": light_state(meter, now),
        "verdict": meter.verdict or "unknown",
    }
    return [
        json.dumps(told)[:-1],
        ',"since_uptime_s":%s,"age_s":%s,"reading":'
        % (
            seconds(meter.verdict_ms if meter.verdict else None),
            seconds(None if reading is None else now - reading.at_ms),
        ),
        "null" if reading is None else reading.to_json(),
        "}",
    ]


def light_state(meter, now: int) -> str:
    """One of the words above."""
    light = meter.light
    if light is None:
        return "none"
    if light.is_stuck():
        return "stuck"
    for trouble, word in ((FLICKER, "flicker"), (TOO_FAST, "too_fast")):
        if light.had(trouble, _LATELY_MS):
            return word
    if _is_dark(meter, now):
        return "dark"
    return "ok" if light.history.count else "unknown"


def _is_dark(meter, now: int) -> bool:
    history = meter.light.history
    event = meter.check.check.event
    if event is not None and event.open and event.kind == MISSING and event.first_window.pb == history.count:
        # The register goes ahead, and there has been no pulse since.
        return True
    power = None if meter.reading is None or meter.failure else meter.reading.numbers.get("power")
    milliwatts = 0 if power is None else abs(rescale(power[0], power[1], -3))
    since = history.last_ms if history.last_ms is not None else history.began_ms
    if not milliwatts or since is None:
        return False
    return now - since > _SLACK_MS + _DUE * meter.light.pulse_mw_ms // milliwatts
