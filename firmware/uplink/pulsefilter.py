"""Which flashes of a light are pulses: judged from both edges, in the interrupt.

A *flash* begins with a rise and ends with a fall.  The rules:

1. A rise less than 4 ms after a fall is a bounce, and the flash goes on, if it
   comes within 8 ms of the flash's begin or of its end.
2. Flashes that begin within `quiet` (the gap, 30 ms at most) of the one before
   make a group.  A group that spans less than `quiet` is one pulse, at the time
   of its first rise: a bounce or a reflection beside it costs nothing.  In a
   longer group no flash is clean, so none counts: lamps flicker like that.
3. A pulse that begins within `gap` of the last one is too near.  The gap is half
   of the least time between two true pulses: room for jitter and class B.
4. Nothing depends on how long the LED is lit, unless the configuration says it.
   But a light that a look finds lit for longer than two true pulses are apart
   is no pulse, it is too long.
5. Groups whose flashes are mostly as far apart as the mains makes them (100 or
   120 Hz, half of that where a lamp rectifies, twice that) are lamp flicker.

So a group is judged when it has been followed by `quiet` of nothing: by the next
rise, or by a look.  Until then it is `pending`.

The handler is told the level as it is when the handler runs, which may be late.
An edge without a change of level is a flash (or a dark moment) that was over by
then.  It counts like any other, without a width; and where it was so late that
the next rise seems near, both count, if there was time for two since the last one.

Times are ticks that wrap at 2^30 or above; differences are taken modulo 2^30.
"""

from array import array

from mbus._const import const

_MASK = const(0x3FFFFFFF)
_HALF = const(0x20000000)
_BOUNCE_MS = const(4)
_MOST_QUIET_MS = const(30)
_RING = const(32)
# Bit n: n ms are a (half, whole, double) period of 100 or 120 Hz, rounded either way.
_MAINS = const(0x3B0F70)
# So many more flashes with a period of the mains than without name it flicker, 0.15 s of it.
_FLICKER = const(16)
_SURE = const(32)
_TOO_MANY = const(3)
# What `counts` has, each modulo 2^30: groups as they were judged, then rises and what else they were.
_ACCEPTED = const(0)
_NEAR = const(1)
_SHORT = const(2)
_LONG = const(3)
_TRAIN = const(4)
_BOUNCED = const(5)
_SEEN = const(6)
_DOUBTFUL = const(7)
_FLICKS = const(8)
_LATE = const(9)
_EDGES = const(10)
_ODD = const(11)
_REFUSED = ((_BOUNCED, "bounced"), (_NEAR, "too_near"), (_SHORT, "too_short"), (_LONG, "too_long"))
# Octaves of widths: 0, 1, 2-3, 4-7 ... 1024 ms and more.
WIDTHS = const(12)


class PulseFilter:
    """period_ms: the least time between two true pulses; gap_ms: see above (`lightlimits` derives both).

    least_ms, most_ms: of a pulse's width, where the configuration says it.
    `counts`: see above; `widths`: pulses by octave of their width.
    """

    def __init__(self, period_ms: int, gap_ms: int, least_ms=0, most_ms=None):
        self.period_ms = period_ms
        self.gap_ms = gap_ms
        self._quiet = min(gap_ms, _MOST_QUIET_MS)
        self._least = least_ms
        self._most = _MASK if most_ms is None else most_ms
        self._long = 2 * period_ms if most_ms is None else most_ms
        # Of the open group: 0 none, 1 a flash, 2 several that may be one pulse, or too many.
        self._size = 0
        self._late = False
        self._first = self._last = self._fall = self._up = self._anchor = 0
        self._half = self._score = self._ends = 0
        # The group of this start was found lit for too long.
        self._endless = -1
        self._ring = array("i", [0] * _RING)
        self.widths = array("i", [0] * WIDTHS)
        self.counts = array("i", [0] * 12)
        # Of the last look().
        self.total = self.pending = self.late = self.seen = self.doubtful = self.flicks = self.odd = 0
        self.start(False, 0)

    def start(self, lit: bool, now: int) -> None:
        """Begin at `now` with a light that is lit or not; not while the handler may run."""
        self._lit = lit
        # Nothing before is near.
        self._edge = (now - _BOUNCE_MS) & _MASK
        self._before = (now - _HALF) & _MASK

    def edge(self, now: int, lit: bool) -> None:
        """An edge was seen at `now`, and the light is lit or not.

        For interrupt handlers: allocates nothing, every integer is below 2^30.
        """
        now &= _MASK
        since = (now - self._edge) & _MASK
        self._edge = now
        self._count(_EDGES)
        if lit == self._lit:
            self._unseen(now, since, lit)
            return
        self._lit = lit
        self._half = 0
        if not lit:
            self._fall = now
            return
        self._count(_SEEN)
        if since < _BOUNCE_MS and self._size and self._is_bounce(now):
            self._count(_BOUNCED)
        else:
            self._begin(now, False)
        self._up = now

    def _is_bounce(self, now: int) -> bool:
        """Whether a rise soon after a fall is near enough to the flash's begin, or to its end."""
        if (self._fall - self._up) & _MASK >= _BOUNCE_MS:
            self._ends += 1
            self._anchor = self._fall
        return self._ends < 2 and (now - self._anchor) & _MASK < 2 * _BOUNCE_MS

    def _unseen(self, now: int, since: int, lit: bool) -> None:
        """Of two such edges the first begins what nobody saw, the second ends it."""
        if since >= _BOUNCE_MS:
            self._half = 0
        self._half ^= 1
        if not self._half:
            return
        self._count(_SEEN)
        if lit or since < _BOUNCE_MS:
            self._count(_BOUNCED)
            self._count(_DOUBTFUL)
        else:
            self._begin(now, True)

    def _begin(self, now: int, late: bool) -> None:
        """A flash begins."""
        period = (now - self._last) & _MASK
        if self._size and period < self._quiet and (late or not self._was_late(now, period)):
            self._add(now, period)
        else:
            if self._size:
                self._close()
            if self._score:
                self._score -= 1
            self._first = now
            self._size = 1
            self._late = late
        self._last = self._fall = self._up = self._anchor = now
        self._ends = 0

    def _was_late(self, now: int, period: int) -> bool:
        """Whether the open group is a flash that waited so long that it only seems near."""
        if not self._late or self._size > 1 or period < _BOUNCE_MS:
            return False
        return (now - self._before) & _MASK >= 3 * self.gap_ms

    def _add(self, now: int, period: int) -> None:
        """One more flash of the open group."""
        if self._size == 1:
            self._size = 2
        if self._size == 2 and (now - self._first) & _MASK >= self._quiet:
            self._size = _TOO_MANY
            # The first one.
            self._count(_NEAR)
        self._count(_NEAR)
        if not (_MAINS >> period) & 1:
            self._count(_ODD)
            self._score = max(self._score - 2, 0)
        elif self._score < _SURE:
            self._score += 1
        if self._score >= _FLICKER:
            self._count(_FLICKS)

    def _fault(self) -> int:
        """What the open group is to be counted as."""
        if self._size == _TOO_MANY:
            return _TRAIN
        if (self._first - self._before) & _MASK < self.gap_ms:
            return _NEAR
        if self._endless == self._first:
            return _LONG
        if self._late or self._size > 1:
            return _ACCEPTED
        width = (self._fall - self._first) & _MASK
        return _SHORT if width < self._least else _LONG if width > self._most else _ACCEPTED

    def _close(self) -> None:
        fault = self._fault()
        if fault == _ACCEPTED:
            self._ring[self.counts[_ACCEPTED] % _RING] = self._before = self._first
            if self._late:
                self._before = (self._first - self._quiet) & _MASK
                self._count(_LATE)
            elif self._size == 1:
                self._measure((self._fall - self._first) & _MASK)
        self._count(fault)

    def _count(self, what: int) -> None:
        _step(self.counts, what)

    def _measure(self, width: int) -> None:
        octave = 0
        while width and octave < WIDTHS - 1:
            width >>= 1
            octave += 1
        _step(self.widths, octave)

    # What follows is not for handlers; one may run between any two lines of it.

    def look(self, now: int) -> None:
        """Set `total`, the pulses so far, and `pending`, whether there may be one more.

        Of the pulses `late` were seen late; of `seen` rises `doubtful` were refused
        and can have waited; `flicks` were of a lamp, and `odd` as near but of none.  All modulo 2^30; total and
        late can fall back by one while `pending` is 1.
        """
        counts = self.counts
        while True:
            edges = counts[_EDGES]
            self.pending = 0
            self.total = counts[_ACCEPTED]
            self.late = counts[_LATE]
            self.seen = counts[_SEEN]
            self.doubtful = counts[_DOUBTFUL]
            self.flicks = counts[_FLICKS]
            self.odd = counts[_ODD]
            if self._size:
                self._judge(now)
            if edges == counts[_EDGES]:
                return

    def _judge(self, now: int) -> None:
        if self._lit and self._long < (now - self._edge) & _MASK < _HALF:
            self._endless = self._first
        fault = self._fault()
        # A handler may have run after `now` was taken: then it is "before" the last flash.
        if self._lit or not self._quiet <= (now - self._last) & _MASK < _HALF:
            self.pending = 0 if fault in (_LONG, _TRAIN) else 1
        elif not fault:
            self.total = (self.total + 1) & _MASK
            self.late = (self.late + self._late) & _MASK

    def time(self, index: int) -> int:
        """The ticks of pulse `index` (0 is the first), one of the last 32 of `total`."""
        return self._first if index == self.counts[_ACCEPTED] else self._ring[index % _RING]

    def is_stuck(self) -> bool:
        """Whether the light is lit, for too long."""
        return self._lit and self._endless == self._first

    def flickers(self) -> bool:
        """Whether the last flashes were mostly those of a lamp."""
        return self._score >= _FLICKER

    def refused(self) -> dict:
        """How many rises were refused, and why."""
        return {name: self.counts[i] for i, name in _REFUSED}


def _step(counts, what: int) -> None:
    """For handlers: of the small integers the largest is followed by 0."""
    count = counts[what]
    counts[what] = count + 1 if count < _MASK else 0
