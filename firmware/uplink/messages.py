"""The texts of events, verdicts and availability.  Small; see `reading` for readings."""

import json

from mbus.exact import to_text

from .reading import seconds


def availability_json(online: bool) -> str:
    return '{"state":"%s"}' % ("online" if online else "offline")


def check_json(verdict: str, at_ms: int, utc_ms) -> str:
    """The verdict that begins now."""
    return '{"verdict":"%s","since_uptime_s":%s,"since_ts":%s}' % (
        verdict,
        seconds(at_ms),
        seconds(utc_ms),
    )


def note_json(kind: str, meter, text: str, at_ms: int, utc_ms) -> str:
    """An event that is a plain fact."""
    return '{"kind":"%s","meter":%s,"text":%s,"uptime_s":%s,"ts":%s}' % (
        kind,
        json.dumps(meter),
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
        '"pulses_low":%s,"pulses_high":%s,"pulse_wh":%s,"step_wh":%s,"windows":[%s,%s]}'
    ) % (
        event.kind,
        meter,
        boot,
        event.number,
        json.dumps(event.open),
        seconds(event.at_ms),
        seconds(utc_ms),
        json.dumps(event.pulses_low),
        json.dumps(event.pulses_high),
        to_text(units.floor_mwh(units.pulse), -3),
        to_text(units.floor_mwh(units.step), -3),
        _window(event.first_window, units),
        _window(event.last_window, units),
    )


def _window(window, units) -> str:
    return '{"uptime_s":%s,"register_kwh":%s,"pulses_from":%d,"pulses_to":%d}' % (
        seconds(window.at_ms),
        to_text(units.floor_mwh(window.register), -6),
        window.pa,
        window.pb,
    )
