"""A reading's row from its payload."""

import re

from .exactly import Number, Poison, counted, decimal, encode, rest, text, whole

# As in tables.READINGS.
COLUMNS = (
    "gateway",
    "boot",
    "seq",
    "meter",
    "ts",
    "uptime_s",
    "time_quality",
    "replayed",
    "energy_import_kwh",
    "energy_export_kwh",
    "power_w",
    "voltage_v",
    "current_a",
    "frequency_hz",
    "power_factor",
    "pulses",
    "energy_fused_kwh",
    "fused_bound_wh",
    "power_light_w",
    "verdict",
    "flags",
    "more",
)
_MEASURED = COLUMNS[8:15]
_LIGHT = COLUMNS[16:19]
_KNOWN = frozenset(COLUMNS) - {"gateway", "meter", "more"}
_WORD = re.compile(r"[a-z0-9_]{1,40}\Z")
# Before that no gateway was made.
_EARLIEST_S = 1_577_836_800
_AHEAD_S = 86_400


def row(gateway: str, meter: str, body: dict, now_s: float) -> tuple:
    """The values of COLUMNS; numbers are texts or ints, flags and more JSON."""
    boot, seq = counted(body, "boot"), counted(body, "seq")
    uptime_s = decimal(body, "uptime_s")
    if uptime_s is None:
        raise Poison("uptime_s is missing")
    more = rest(body, _KNOWN)
    ts = decimal(body, "ts")
    if ts is not None and not can_be(ts, now_s):
        # The register's values are good although the clock is not.
        refused = {key: value for key, value in body.items() if key not in _KNOWN}
        more = encode({**refused, "ts_refused": Number(ts)})
        ts = None
    replayed = body.get("replayed", False)
    if type(replayed) is not bool:
        raise Poison("replayed is neither true nor false")
    return (
        gateway,
        boot,
        seq,
        meter,
        ts,
        uptime_s,
        word(body, "time_quality"),
        replayed,
        *[decimal(body, key) for key in _MEASURED],
        whole(body, "pulses"),
        *[decimal(body, key) for key in _LIGHT],
        word(body, "verdict"),
        _flags(body.get("flags")),
        more,
    )


def can_be(ts: str | int, now_s: float) -> bool:
    """Whether a gateway's clock can have said so."""
    return _EARLIEST_S <= float(ts) <= now_s + _AHEAD_S


def word(body: dict, key: str) -> str | None:
    value = text(body, key)
    if value is not None and not _WORD.match(value):
        raise Poison(f"{key} is no word of small letters")
    return value


def _flags(flags) -> str:
    if not flags:
        if flags is None or flags == []:
            return "[]"
        raise Poison("flags are no list")
    if type(flags) is not list or not all(type(flag) is str for flag in flags):
        raise Poison("flags are no list of texts")
    return encode(flags)
