"""Rows of checks and events from their payloads, and what status, info and update say of a gateway."""

import hashlib

from .exactly import Poison, counted, decimal, encode, rest, text, whole
from .reading import word

CHECK_COLUMNS = (
    "gateway",
    "meter",
    "digest",
    "verdict",
    "since_uptime_s",
    "since_ts",
    "pulses_lost_low",
    "pulses_lost_high",
    "pulses_gained_low",
    "pulses_gained_high",
    "capture_low",
    "capture_high",
    "pulses_day",
    "more",
)
EVENT_COLUMNS = (
    "gateway",
    "boot",
    "event",
    "kind",
    "meter",
    "open",
    "uptime_s",
    "ts",
    "text",
    "pulses_low",
    "pulses_high",
    "pulse_wh",
    "step_wh",
    "windows",
    "more",
)
_CHECK = frozenset(
    ("verdict", "since_uptime_s", "since_ts", "pulses_lost", "pulses_gained", "capture_day", "pulses_day")
)
_EVENT = frozenset(EVENT_COLUMNS) - {"gateway", "more"}
# The same check said once more has a since_ts that is otherwise by milliseconds.
_SAME_S = 1000
_LATEST_S = 253_402_300_800


def check_row(gateway: str, meter: str, body: dict) -> tuple:
    """The values of CHECK_COLUMNS.  The digest is the same for what is published again at a connection."""
    verdict = word(body, "verdict")
    if verdict is None:
        raise Poison("verdict is missing")
    since_ts = moment(body, "since_ts")
    values = (
        verdict,
        decimal(body, "since_uptime_s"),
        *_pair(body, "pulses_lost", whole),
        *_pair(body, "pulses_gained", whole),
        *_pair(body, "capture_day", decimal),
        whole(body, "pulses_day"),
        rest(body, _CHECK),
    )
    about = None if since_ts is None else int(float(since_ts)) // _SAME_S
    digest = hashlib.sha256(repr((about, [None if v is None else str(v) for v in values])).encode()).hexdigest()[:32]
    return gateway, meter, digest, *values[:2], since_ts, *values[2:]


def _pair(body: dict, key: str, take) -> tuple:
    """[least, most] of it."""
    pair = body.get(key)
    if pair is None:
        return None, None
    if type(pair) is not list or len(pair) != 2:
        raise Poison(f"{key} is no [least, most]")
    low, high = ({key: value} for value in pair)
    return take(low, key), take(high, key)


def event_row(gateway: str, body: dict) -> tuple:
    """The values of EVENT_COLUMNS."""
    kind = word(body, "kind")
    if kind is None:
        raise Poison("kind is missing")
    is_open = body.get("open")
    if is_open is not None and type(is_open) is not bool:
        raise Poison("open is neither true nor false")
    windows = body.get("windows")
    if windows is not None and type(windows) is not list:
        raise Poison("windows are no list")
    return (
        gateway,
        counted(body, "boot"),
        counted(body, "event"),
        kind,
        text(body, "meter"),
        is_open,
        decimal(body, "uptime_s"),
        moment(body, "ts"),
        text(body, "text", 4096),
        whole(body, "pulses_low"),
        whole(body, "pulses_high"),
        decimal(body, "pulse_wh"),
        decimal(body, "step_wh"),
        None if windows is None else encode(windows),
        rest(body, _EVENT),
    )


def moment(body: dict, key: str) -> str | int | None:
    """UTC seconds."""
    value = decimal(body, key)
    if value is not None and not 0 <= float(value) < _LATEST_S:
        raise Poison(f"{key} is no time")
    return value


def status_news(body: dict, whole_text: str) -> dict:
    return {
        "state": word(body, "state"),
        "boot": whole(body, "boot"),
        "uptime_s": decimal(body, "uptime_s"),
        "status": whole_text,
    }


def info_news(body: dict, whole_text: str) -> dict:
    return {key: text(body, key) for key in ("version", "platform", "board")} | {"info": whole_text}
