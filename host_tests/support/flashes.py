"""A light's edges in time, and a PulseFilter that is told them as a board's handler would.

Times are milliseconds in thousandths (microseconds), as integers.
"""

from uplink.light import FLICKER, TOO_FAST
from uplink.lightlimits import make_filter

MASK = (1 << 30) - 1
LOOK_US = 50000


class Dice:
    """Numbers that are the same in every interpreter."""

    def __init__(self, seed):
        self._state = seed * 2654435761 & 0x7FFFFFFF or 1

    def below(self, limit):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self._state >> 8) % limit


NO_DICE = Dice(1)


class Flashes:
    """`edges`: when the light changes, in microseconds; it is dark before the first."""

    def __init__(self):
        self.edges = []

    def flash(self, at, width, bounces=0, dice=NO_DICE):
        """A flash; with `bounces` at each of its edges within 2 ms, which are within the flash."""
        room = min(2000, width // 2)
        inner = sorted(dice.below(room) + 1 for _ in range(2 * bounces)) if bounces else []
        outer = sorted(dice.below(2000) + 1 for _ in range(2 * bounces)) if bounces else []
        self.edges += [at] + [at + t for t in inner] + [at + width] + [at + width + t for t in outer]

    def lamp(self, at, until, period, duty=50):
        """A lamp of this period; duty in per cent."""
        while at < until:
            self.edges += [at, at + period * duty // 100]
            at += period


class Watched:
    """A filter that saw `flashes`; `counts`: what it counted by each look."""

    def __init__(self, constant=5000, max_power_w=13250, start=0, **settings):
        self.filter = make_filter(constant, max_power_w, **settings)[0]
        self._start = start
        self.filter.start(False, start & MASK)
        self.at = 0
        self.total = 0
        self.most = 0

    def see(self, flashes, latency=0, dice=NO_DICE, rest=100000):
        """Tell the edges: each by a handler that runs up to `latency` late, in order; looks each 50 ms."""
        edges = sorted(flashes.edges)
        look = self.at + LOOK_US
        ran = 0
        for number, edge in enumerate(edges):
            ran = max(ran, edge + (dice.below(latency + 1) if latency else 0))
            while look <= ran:
                self._look(look)
                look += LOOK_US
            # The level as it is when the handler runs.
            k = number
            while k + 1 < len(edges) and edges[k + 1] <= ran:
                k += 1
            self.filter.edge(self._ticks(ran), k % 2 == 0)
        end = (edges[-1] if edges else self.at) + latency + rest
        while look <= end + LOOK_US:
            self._look(look)
            look += LOOK_US
        self.at = look
        return self.total

    def _ticks(self, at):
        return (self._start + at // 1000) & MASK

    def _look(self, at):
        judge = self.filter
        judge.look(self._ticks(at))
        if (judge.total - self.total) & MASK < 1 << 29:
            self.total = judge.total
        self.most = max(self.most, self.total + judge.pending)


def trouble_of(light):
    """What there was a sign of in the last minute; None: nothing."""
    for trouble in (FLICKER, TOO_FAST):
        if light.had(trouble, 60000):
            return trouble
    return None
