"""The frame count bit in a slave (EN 13757-2, 5.6), and how slaves get it wrong.

* A request with FCV set and the FCB of the last one is a repeat: its answer got
  lost, so the slave gives it again and does nothing a second time.
* SND_NKE clears the memory: after it any FCB is new.
* A request with FCV clear is always new.
* There is one memory for the slave's own address (254 and 255 too) and one for
  253, which a selection clears.

Masters count in one row for all kinds of request, or in one row for each; so a
repeat is one of the same kind here, and both get on with it.
"""

from mbus.frame import FCB

FCV = 0x10

# What a slave makes of it.
COUNTS = "counts"
# Every request is new to it: a repeat steps on in a read-out of several telegrams.
IGNORES = "ignores"
# Nothing is said to a repeat.
MUTE = "mute"
# Its first answer of a kind is its answer until SND_NKE.
STUCK = "stuck"


class Memory:
    """What the slave remembers of one address: the last request's kind and FCB, and its answer."""

    def __init__(self):
        self.clear()

    def clear(self):
        self._last = None
        self._answer = b""

    def repeated(self, control, habit):
        """The answer to a request that is none but a repeat; None for a new one."""
        if habit == IGNORES or self._last is None:
            return None
        changed = self._last ^ control & ~FCV
        if habit == STUCK:
            changed &= ~FCB
        elif not control & FCV:
            return None
        if changed:
            return None
        return b"" if habit == MUTE else self._answer

    def keep(self, control, answer, habit):
        counted = control & FCV or habit == STUCK
        self._last = control & ~FCV if counted else None
        self._answer = answer
