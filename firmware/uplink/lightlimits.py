"""What a light's filter is set to: derived from the meter, and refused where it would refuse a true pulse."""

from mbus._const import const

from .pulsefilter import PulseFilter

_LONGEST_MS = const(0x8000000)


def make_filter(constant: int, max_power_w: int, gap_ms=None, width_ms=None):
    """(PulseFilter, what it does to true pulses in words) for a profile's constant (imp/kWh) and most power.

    gap_ms, width_ms ([least, most]): where configured.  ValueError, in words,
    where true pulses would be refused.
    """
    period_ms = min(max(1, 3600000000 // (constant * max_power_w)), _LONGEST_MS)
    if gap_ms is None:
        # Half of the least time between two true pulses: room for jitter and class B.
        gap_ms = max(1, period_ms // 2)
    # Ticks are whole milliseconds, and of class B a meter may be fast by 1 %.
    limit_w = 35640000 * 100 // (constant * (gap_ms + 1))
    text = "this filter limits you to %s kW; the meter can give %s kW: " % (_kw(limit_w), _kw(max_power_w))
    if gap_ms > 1 and limit_w < max_power_w:
        raise ValueError(text + "pulses less than %d ms apart are refused" % gap_ms)
    text += "only flashes less than %d ms after a pulse are refused" % gap_ms
    if width_ms is None:
        return PulseFilter(period_ms, gap_ms), text
    least, most = width_ms
    if least > most or least >= period_ms:
        raise ValueError(
            "light_width_ms: no pulse is %d...%d ms long: at %s kW they are %d ms apart"
            % (least, most, _kw(max_power_w), period_ms)
        )
    text += ", and those not %d...%d ms long" % (least, most)
    # A whole millisecond may be missing, or be too many.
    return PulseFilter(period_ms, gap_ms, least - 1, most + 1), text


def _kw(watts: int) -> str:
    return "%d.%02d" % (watts // 1000, watts % 1000 // 10)
