"""The texts of events, verdicts and availability.  Small; see `reading` for readings."""

import json

from mbus.exact import to_text

from .reading import seconds


def availability_json(online: bool) -> str:
    return '{"state":"%s"}' % ("online" if online else "offline")


def check_json(verdict: str, since_ms: int, now_ms: int, utc_ms, check) -> str:
    """The verdict that holds since since_ms of uptime; with a MeterCheck, what it knows beyond it.

    lost, gained: [least, most] pulses of all events; capture: [least, most] of
    the last whole day's ratio of pulses seen to pulses proven, pulses seen.
    """
    parts = '"verdict":"%s","since_uptime_s":%s,"since_ts":%s' % (
        verdict,
        seconds(since_ms),
        seconds(None if utc_ms is None else utc_ms - (now_ms - since_ms)),
    )
    if check is not None:
        memory, capture = check.memory, check.capture
        parts += ',"pulses_lost":%s,"pulses_gained":%s' % (json.dumps(memory.lost), json.dumps(memory.gained))
        if capture.low is not None:
            low, high = to_text(capture.low, -6), to_text(capture.high, -6)
            parts += ',"capture_day":[%s,%s],"pulses_day":%d' % (low, high, capture.pulses)
    return "{" + parts + "}"


def note_json(kind: str, meter, boot: int, number: int, text: str, at_ms: int, utc_ms) -> str:
    """An event that is a plain fact; meter None: of the gateway.  (boot, number) is given once."""
    return '{"kind":"%s","meter":%s,"boot":%d,"event":%d,"text":%s,"uptime_s":%s,"ts":%s}' % (
        kind,
        json.dumps(meter),
        boot,
        number,
        json.dumps(text),
        seconds(at_ms),
        seconds(utc_ms),
    )


def event_json(event, meter: str, boot: int, utc_ms, units) -> str:
    """A disagreement with its evidence.  `event` and boot name it; a later message replaces it.

    uptime_s is when it was named first, ts when this message was made.
    """
    return (
        '{"kind":"%s","meter":"%s","boot":%d,"event":%d,"open":%s,"uptime_s":%s,"ts":%s,'
        '"text":%s,"pulses_low":%s,"pulses_high":%s,"pulse_wh":%s,"step_wh":%s,"windows":[%s,%s]}'
    ) % (
        event.kind,
        meter,
        boot,
        event.number,
        json.dumps(event.open),
        seconds(event.at_ms),
        seconds(utc_ms),
        json.dumps(event.text),
        json.dumps(event.pulses_low),
        json.dumps(event.pulses_high),
        to_text(units.floor_mwh(units.pulse), -3),
        to_text(units.floor_mwh(units.step), -3),
        _window(event.first_window, units),
        _window(event.last_window, units),
    )


def _window(window, units) -> str:
    if window is None:
        return "null"
    return '{"uptime_s":%s,"register_kwh":%s,"pulses_from":%d,"pulses_to":%d}' % (
        seconds(window.at_ms),
        to_text(units.floor_mwh(window.register), -6),
        window.pa,
        window.pb,
    )
