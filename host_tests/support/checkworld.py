"""A meter whose truth is known, read once a minute by a cross-check."""

from random import getrandbits

from uplink.crosscheck import CrossCheck
from uplink.ladder import Ladder
from uplink.window import Window

STEP = 50
SETTLE_MS = 60000
STEP_ENERGY = 50 * 720000000  # 50 pulses of 0.2 Wh in mW ms


class Seen:
    """An event as it was when it was told."""

    def __init__(self, event):
        self.number = event.number
        self.kind = event.kind
        self.open = event.open
        self.pulses_low = event.pulses_low
        self.pulses_high = event.pulses_high
        self.first_window = event.first_window
        self.last_window = event.last_window


class World:
    """Energy in thousandths of a pulse; the check sees registers, counts and a power record."""

    def __init__(self, one_way=True, refresh_ms=1000, believed_ms=1000):
        self.number = 0
        self.check = CrossCheck(
            STEP, 1, STEP_ENERGY, SETTLE_MS, one_way, Ladder(believed_ms, believed_ms, STEP), self.next_number
        )
        self.one_way = one_way
        self.now = 0
        self.energy = [777000 + below(50000), below(50000)]
        self.light = below(1000)
        self.lost = 0
        self.refresh_ms = refresh_ms
        self.believed_ms = believed_ms
        self.frozen = []
        self.events = []
        self.readings = 0

    def next_number(self):
        self.number += 1
        return self.number

    @property
    def count(self):
        return self.light // 1000 - self.lost

    def run(self, ms, rate, direction=0):
        """Let `ms` pass at `rate` thousandths of a pulse a second."""
        flow = rate * ms // 1000
        self.energy[direction] += flow
        self.light += flow
        self.now += ms

    def registers(self, old=0):
        if self.frozen:
            return self.frozen
        return [(e - o) // 1000 // STEP * STEP for e, o in zip(self.energy, (old, 0))]

    def read(self, rate, age_ms=None):
        """One reading whose register is up to the refresh old; its bounds must hold the truth."""
        age = below(self.refresh_ms) if age_ms is None else age_ms
        pa = (self.light - rate * self.believed_ms // 1000) // 1000 - self.lost
        parts = self.registers(rate * age // 1000)
        register = parts[0] if self.one_way else sum(parts)
        energy = rate * 60 * 720000  # as a power record read once a minute says, in mW ms
        window = Window(self.now, register, () if self.one_way else tuple(parts), [pa], self.count, (energy, energy))
        events = self.check.take(window)
        self.readings += 1
        self.events += [Seen(event) for event in events]
        return events

    def truth_is_inside(self):
        total = self.check.total(self.count, self.count)
        true = self.energy[0] if self.one_way else sum(self.energy)
        return total is not None and total[0] * 1000 < true < total[1] * 1000


def below(limit):
    return getrandbits(24) % limit


def minute(world, rate=None, direction=0):
    """A minute of some household load and a reading at its end."""
    rate = 50 + below(6000) if rate is None else rate
    world.run(60000, rate, direction)
    return world.read(rate)
