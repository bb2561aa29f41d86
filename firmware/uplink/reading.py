"""One reading of a meter as it is published, and its text.

Text is made once, here, by integer formatting: JSON numbers are exact decimals,
keys carry their unit, and what was not read is null and never 0.
"""

from mbus.exact import to_text

from .decimals import rescale

# Role, JSON key, exponent that turns the record's base unit into the key's.
_FIELDS = (
    ("import", "energy_import_kwh", -3),
    ("export", "energy_export_kwh", -3),
    ("power", "power_w", 0),
    ("voltage", "voltage_v", 0),
    ("current", "current_a", 0),
    ("frequency", "frequency_hz", 0),
    ("power_factor", "power_factor", 0),
)


class Reading:
    """What one poll gave.  `numbers` maps roles to exact (mantissa, exponent) or None.

    at_ms: the moment, on the monotonic clock.  ts_ms: the same in UTC since
    1970, None while the clock is not known.  fused_mwh and bound_mwh: the
    register-anchored total and half the width of what is known of it, None
    without a light; parts_mwh: the same of import and export alone, where both
    are declared, as {role: (middle, bound)}.  flags: texts for what is wrong with the reading.
    """

    def __init__(self, meter: str, at_ms: int, ts_ms, numbers: dict):
        self.meter = meter
        self.at_ms = at_ms
        self.ts_ms = ts_ms
        self.numbers = numbers
        self.flags = []
        self.verdict: str | None = None
        self.pulses = None
        self.fused_mwh = self.bound_mwh = None
        self.parts_mwh = {}
        self.light_power_mw = None
        self.light_power_max = False
        self.boot = self.seq = 0
        # How the time is known: see to_json; None where it is not.
        self.quality = None if ts_ms is None else "synced"
        self.replayed = False

    def flag_ranges(self, ranges: dict, rated: dict) -> None:
        """Flags: `<role>_out_of_range` of what the meter cannot mean, else `overload` beyond what it is rated for."""
        far = self._outside(ranges)
        self.flags += [role + "_out_of_range" for role in far]
        if not far and self._outside(rated):
            self.flags.append("overload")

    def _outside(self, ranges: dict) -> list:
        numbers = self.numbers
        return [role for role in ranges if role in numbers and not _between(numbers[role], *ranges[role])]

    def to_json(self) -> str:
        """The text.  time_quality: synced, kept (over a restart), dated (since the clock is known), or uptime."""
        parts = [
            '"ts":' + seconds(self.ts_ms),
            '"time_quality":"%s"' % (self.quality or "uptime"),
            '"uptime_s":' + seconds(self.at_ms),
            '"boot":%d,"seq":%d' % (self.boot, self.seq),
        ]
        for role, key, shift in _FIELDS:
            if role in self.numbers:
                parts.append('"%s":%s' % (key, _decimal(self.numbers[role], shift)))
        if self.verdict is not None:
            parts.append('"pulses":%d' % self.pulses)
            parts.append('"energy_fused_kwh":' + _milli(self.fused_mwh, -6))
            parts.append('"fused_bound_wh":' + _milli(self.bound_mwh, -3))
            for role, (middle, bound) in self.parts_mwh.items():
                parts.append('"energy_%s_fused_kwh":%s' % (role, _milli(middle, -6)))
                parts.append('"energy_%s_bound_wh":%s' % (role, _milli(bound, -3)))
            key = "power_light_max_w" if self.light_power_max else "power_light_w"
            parts.append('"%s":%s' % (key, _milli(self.light_power_mw, -3)))
            parts.append('"verdict":"%s"' % self.verdict)
        parts.append('"flags":[%s]' % ",".join(['"%s"' % f for f in self.flags]))
        if self.replayed:
            parts.append('"replayed":true')
        return "{" + ",".join(parts) + "}"


def seconds(ms) -> str:
    """Milliseconds as decimal seconds, or null."""
    return _milli(ms, -3)


def _milli(value, exponent: int) -> str:
    return "null" if value is None else to_text(value, exponent)


def _decimal(number, shift: int) -> str:
    return "null" if number is None else to_text(number[0], number[1] + shift)


def _between(number, low, high) -> bool:
    finest = min(number[1], low[1], high[1])
    value = rescale(number[0], number[1], finest)
    return rescale(low[0], low[1], finest) <= value <= rescale(high[0], high[1], finest)
