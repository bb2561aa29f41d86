"""Aiming: each second what a light sees, while an installer fits its sensor.

Loaded by the command `aim` and forgotten at its end.  `quality` is the first of
these words that holds:

stuck    The light is lit, and has been for longer than two true pulses are apart.
flicker  In the last 10 s flashes came as a lamp on the mains makes them.
dark     No flash of any kind for 10 s, in which three pulses were due by the
         meter's power (or the meter's power is not known).
noisy    In the last 10 s more than one flash was refused for each four pulses (and
         three at the least), or pulses came faster than the meter can give.
weak     What comes is clean, but less than three quarters of what was due, by the
         lower of the meter's powers at two readings; of ten pulses that were due.
good     Pulses come, and nothing of the above.
waiting  None has come yet, and none need have.
"""

import json

from mbus._const import const

from .decimals import rescale
from .light import FLICKER, TOO_FAST

_LEAST_S = const(10)
_MOST_S = const(600)
_EACH_MS = const(1000)
_LATELY = const(10)
_LATELY_MS = const(10000)
_ENOUGH = const(10)
# A short text, or a name, would take room for good: that of all names grows in large steps.
_WORDS = const("stuck flicker dark noisy weak good waiting")
_JSON = const(
    '{"left_s":%d,"quality":"%s","pulses_10s":%d,"pulses":%d,"meter":%s,"power_light_w":%s,"power_light_is_most":%s,'
    '"power_w":%s,"power_age_s":%s,"widths":%s,"refused":%s}'
)


def seconds_of(payload: bytes) -> int:
    """How long to aim, from the command's payload; ValueError, in words, where it does not say."""
    try:
        seconds = int(payload or b"120")
    except ValueError:
        seconds = -1
    if seconds and not _LEAST_S <= seconds <= _MOST_S:
        raise ValueError("must be %d...%d seconds, or 0 to end it" % (_LEAST_S, _MOST_S))
    return seconds


class Aim:
    """`tell(meter, text)` takes the JSON of one light."""

    def __init__(self, seconds: int, meters: list, clock, log, tell):
        self._clock = clock
        self._log = log
        self._tell = tell
        now = clock.ms()
        self._until = now + 1000 * seconds
        self._lights = []
        for number, meter in enumerate(meters):
            if meter.light is not None:
                self._lights.append(_Aimed(meter, now))
                meter.hurry(True)
            else:
                log("aim: meters[%d] has no light, so there is nothing to aim" % number)
        self._turn = 0
        self._next = now
        if self._lights:
            log("aim: for %d s" % seconds)

    def tick(self) -> bool:
        """To be called often; False when it is over.  Shows each light once a second, in turn."""
        now = self._clock.ms()
        if now >= self._until or not self._lights:
            self.end()
            return False
        if now >= self._next:
            self._next = now + _EACH_MS // len(self._lights)
            aimed = self._lights[self._turn]
            self._turn = (self._turn + 1) % len(self._lights)
            self._tell(aimed.meter, aimed.look(now, self._until - now))
        return True

    def end(self) -> None:
        for aimed in self._lights:
            aimed.meter.hurry(False)
        if self._lights:
            self._log("aim: it is over")


class _Aimed:
    """One light since aiming began.  Times in ms."""

    def __init__(self, meter, now: int):
        self.meter = meter
        self._light = light = meter.light
        self._first = light.history.count, light.refused_why(), light.widths()
        # What there was a second ago, two seconds ago ... ten.
        self._before = [(light.history.count, light.history.last_ms or now, light.refused)]
        self._count = None
        self._since_ms = now
        self._last = None
        self._seen = self._energy = 0

    def look(self, now: int, rest_ms: int) -> str:
        light = self._light
        count, last_ms = light.history.count, light.history.last_ms
        self._compare()
        flashes = count, light.refused
        if flashes != self._count:
            if self._count is not None:
                self._since_ms = now
            self._count = flashes
        before = self._before[0]
        pulses = count - before[0]
        quality = self._judge(now, pulses, light.refused - before[2])
        power = self._power(now, pulses, last_ms, before[1])
        self._before.append((count, last_ms or now, light.refused))
        if len(self._before) > _LATELY:
            self._before.pop(0)
        return self._says(rest_ms, now, _WORDS.split()[quality], pulses, power)

    def _compare(self) -> None:
        """Between two readings: pulses that came, and that were due (in mW ms)."""
        read = self.meter.read
        if read is None or read[1] is None:
            self._last = None
            return
        last = self._last
        if last is not None and last[0] == read[0]:
            return
        power = abs(rescale(read[1][0], read[1][1], -3))
        count = self._light.history.at(read[0])
        if last is not None:
            self._seen += count - last[2]
            self._energy += min(power, last[1]) * (read[0] - last[0])
        self._last = read[0], power, count

    def _judge(self, now: int, pulses: int, refused: int) -> int:
        """Which of the words."""
        light = self._light
        pulse = light.pulse_mw_ms
        if light.is_stuck():
            return 0
        if light.had(FLICKER, _LATELY_MS):
            return 1
        silence = now - self._since_ms
        if silence >= _LATELY_MS and (self._last is None or self._last[1] * silence >= 3 * pulse):
            return 2
        if refused > max(2, pulses // 4) or light.had(TOO_FAST, _LATELY_MS):
            return 3
        if self._energy >= _ENOUGH * pulse and 4 * self._seen * pulse < 3 * self._energy:
            return 4
        return 5 if light.history.count > self._first[0] else 6

    def _power(self, now: int, pulses: int, last_ms, from_ms: int):
        """(mW, whether it is only the most that it can be) of the last 10 s, else since the last pulse but one."""
        pulse = self._light.pulse_mw_ms
        if pulses and last_ms > from_ms:
            return pulses * pulse // (last_ms - from_ms), False
        gap = self._light.history.gap()
        if gap is None or not gap[0]:
            return None, False
        silence = now - last_ms
        if silence * gap[1] > gap[0]:
            return pulse // silence, True
        return gap[1] * pulse // gap[0], False

    def _says(self, rest_ms: int, now: int, quality: str, pulses: int, power) -> str:
        count, refused, widths = self._first
        light = self._light
        read = self._last
        why = light.refused_why()
        texts = (
            self.meter.identity,
            power[0] and power[0] // 1000,
            power[1],
            read and read[1] // 1000,
            read and (now - read[0]) // 1000,
            [a - b for a, b in zip(light.widths(), widths)],
            {key: why[key] - refused[key] for key in why},
        )
        numbers = rest_ms // 1000, quality, pulses, light.history.count - count
        return _JSON % (numbers + tuple([json.dumps(text) for text in texts]))
