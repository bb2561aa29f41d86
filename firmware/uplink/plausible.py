"""The meter's own numbers against each other, against its ranges and against the light.

Each can be wrong for a moment (the load changes between one number and the
next), so a condition is told when it has held for several readings, and is over
when as many have been good.
"""

from mbus._const import const

from .decimals import rescale

OUT_OF_RANGE = "out_of_range"
VALUES = "values_disagree"
POWER = "power_disagrees"

_MILLI = const(-3)
# Readings that a condition must have held for.
_HELD = {OUT_OF_RANGE: 2, VALUES: 5, POWER: 15}
# Per cent that class B and the meter's own averaging may take.
_ROOM = const(10)
_ROOM_MW = const(5000)
# A rate from fewer pulses, or from a shorter time, says too little.
_PULSES = const(8)
_SHORT_MS = const(600)
_LONG_MS = const(12000)
_LOOK_MS = const(60)


class Plausible:
    """Keeps score of each condition for one meter.  constant: of its light, imp/kWh."""

    def __init__(self, constant: int):
        self._pulse_mw_ms = 3600000000000 // constant
        self._scores = dict.fromkeys(_HELD, 0)
        self._open = {}
        self._power = None

    def look(self, reading, light_mw) -> list:
        """[(kind, whether it is so now, text)] of what has changed with this reading.

        light_mw: (least, most) power that the light says, None where it says nothing.
        """
        changed = []
        far = [flag[:-13] for flag in reading.flags if flag.endswith("_out_of_range")]
        self._score(changed, OUT_OF_RANGE, bool(far), ", ".join(far))
        power = _milli(reading, "power")
        if not far:
            self._score(changed, VALUES, *_values(reading, power))
        before = self._power
        self._power = power
        # Only a load that stands still can be compared: the two are not of the same moment.
        if power is not None and before is not None and light_mw is not None:
            room = abs(power) * _ROOM // 100 + _ROOM_MW
            if abs(power - before) > room:
                return changed
            power = abs(power)
            text = "meter %d, light %d...%d W" % (power // 1000, light_mw[0] // 1000, light_mw[1] // 1000)
            self._score(changed, POWER, not light_mw[0] - room <= power <= light_mw[1] + room, text)
        return changed

    def _score(self, changed: list, kind: str, is_bad, text: str) -> None:
        if is_bad is None:
            return
        held = _HELD[kind]
        score = self._scores[kind]
        self._scores[kind] = score = min(score + 1, held) if is_bad else max(score - 1, 0)
        if (score == held and kind not in self._open) or (not score and kind in self._open):
            is_so = score == held
            if is_so:
                self._open[kind] = text
            else:
                text = self._open.pop(kind)
            changed.append((kind, is_so, text))

    def light_mw(self, gap, silence_ms: int, counts, ms, lag: int):
        """(least, most) mW of the light: from many pulses of a short time, or from the last two looks with one.

        gap: of PulseHistory; silence_ms: since the last of them; counts: pulses
        in the last ms[k] milliseconds, times rising; lag: how late it may be, pulses.
        """
        for count, span in zip(counts, ms):
            if count >= _PULSES and span >= _SHORT_MS:
                if span > _LONG_MS:
                    break
                pulse = self._pulse_mw_ms
                return (count - 1 - lag) * pulse // span, (count + 2 + lag) * pulse // span
        if gap is None or not _SHORT_MS <= gap[0] <= _LONG_MS or silence_ms > gap[0] + _SHORT_MS:
            return None
        energy = gap[1] * self._pulse_mw_ms
        return energy // (gap[0] * (1 + lag) + _LOOK_MS), energy * (1 + lag) // (gap[0] - _LOOK_MS)


def _milli(reading, role: str):
    number = reading.numbers.get(role)
    return None if number is None else rescale(number[0], number[1], _MILLI)


def _values(reading, power):
    """(whether P is not U I PF, None where one is missing; text)."""
    numbers = reading.numbers
    voltage, current, factor = numbers.get("voltage"), numbers.get("current"), numbers.get("power_factor")
    if power is None or voltage is None or current is None or factor is None:
        return None, ""
    product = abs(rescale(voltage[0] * current[0] * factor[0], voltage[1] + current[1] + factor[1], _MILLI))
    # Half a digit of each, and what the load may have moved by.
    digit = abs(rescale(voltage[0] * factor[0], voltage[1] + factor[1] + current[1], _MILLI))
    digit += abs(rescale(current[0] * factor[0], voltage[1] + factor[1] + current[1], _MILLI))
    digit += abs(rescale(voltage[0] * current[0], voltage[1] + factor[1] + current[1], _MILLI))
    room = product * _ROOM // 100 + digit + _ROOM_MW
    return abs(abs(power) - product) > room, "U I PF %d, power %d W" % (product // 1000, abs(power) // 1000)
