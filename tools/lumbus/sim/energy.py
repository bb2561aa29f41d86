"""The world behind the meter: energy flows, the register steps, the LED blinks.

All from one accumulator.  Energy is counted in mW us (1 Wh = 3.6e12), exactly.
The world moves only in `advance`: the energy at a moment is that of the last
advance before it, so what was blinked and what is known never disagree.
"""

import random
from bisect import bisect_right
from collections import deque

WH = 3_600_000_000_000
_HISTORY = 200_000


class EnergyMeter:
    """One meter.  step_wh: its register's step; constant: its LED's imp/kWh.

    power_mw flows in (import); speed: the meter's energy runs that many times
    faster than time.  refresh_us: how often the registers that the bus shows
    are brought up to date.  max_power_mw bounds how near two true pulses can be.
    """

    def __init__(self, step_wh, constant, wrap_kwh, max_power_mw, power_mw, speed, seed, refresh_us=1_000_000):
        chance = random.Random(seed)
        self.step = step_wh * WH
        self.pulse = 1000 * WH // constant
        self.wrap = wrap_kwh * 1000 * WH
        self.power_mw = power_mw
        self.speed = speed
        self.energy = 1_234_000 * WH + chance.randrange(self.step)
        self._phase = chance.randrange(self.pulse)
        self._refresh_us = refresh_us
        self._now_us = None
        self._latched_us = None
        self.register_steps = self.energy // self.step
        self.least_gap_us = self.pulse // (max_power_mw * speed)
        self._last_pulse_us = 0
        self._extra_due = deque()
        self.withhold = 0
        self.stuck = False
        self.pulses = self.withheld = self.added = 0
        self._times = deque(maxlen=_HISTORY)
        self._energies = deque(maxlen=_HISTORY)

    @property
    def power_shown_mw(self) -> int:
        """What the meter's power record says: it knows nothing of `speed`."""
        return self.power_mw * self.speed

    def add_false_pulses(self, count: int, over_us: int, now_us: int) -> None:
        """Blink `count` times more, spread over about `over_us`."""
        gap = max(over_us // count, 2 * self.least_gap_us)
        self._extra_due.extend(now_us + i * gap for i in range(count))

    def advance(self, now_us: int) -> int:
        """Let the world run to `now_us`; how many times the LED blinked since."""
        if self._now_us is None:
            self._now_us = now_us
        flowed = self.power_shown_mw * (now_us - self._now_us)
        self._now_us = now_us
        self.energy += flowed
        self._phase += flowed
        blinks = self._blink(now_us) + self._blink_falsely(now_us)
        self.pulses += blinks
        if self._latched_us is None or now_us - self._latched_us >= self._refresh_us:
            self._latched_us = now_us
            if not self.stuck:
                self.register_steps = self.energy % self.wrap // self.step
        return blinks

    def _blink(self, now_us: int) -> int:
        true, self._phase = divmod(self._phase, self.pulse)
        hidden = min(true, self.withhold)
        self.withhold -= hidden
        self.withheld += hidden
        if true:
            self._last_pulse_us = now_us
        return true - hidden

    def _blink_falsely(self, now_us: int) -> int:
        """A false pulse where no true one is near, so that no filter of the firmware's can tell."""
        power = self.power_shown_mw
        next_us = (self.pulse - self._phase) // power if power else self.pulse
        free = now_us - self._last_pulse_us >= self.least_gap_us and next_us >= self.least_gap_us
        if not (self._extra_due and self._extra_due[0] <= now_us and free):
            return 0
        self._extra_due.popleft()
        self._last_pulse_us = now_us
        self.added += 1
        return 1

    def settled(self, now_us: int) -> None:
        """Everything of the last advance has been seen by the world by `now_us`."""
        self._times.append(now_us)
        self._energies.append(self.energy)

    def energy_at(self, at_us: int) -> int:
        """The energy that had flowed by a moment of the last minutes."""
        index = bisect_right(self._times, at_us) - 1
        return self._energies[max(index, 0)]
