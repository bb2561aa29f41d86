"""The pair of wires with its slaves: who hears a request, when the answers come, what is heard of them.

* A slave hears only what is sent at its own baud rate: anything else is garbage
  to it, and no garbage passes its checks.
* Slaves that answer the same request speak at the same time, each after its own
  pause, and what is heard is the superposition of them.
* One slave never speaks twice at once: it ends what it says first.

No clock is read here: whoever has one hands the moments in, in microseconds.
"""

from mbus.timing import BITS_PER_CHAR

from .superposition import Speech, heard

THINK_US = 20000


class Bus:
    """`slaves` may come and go.  `baud` is the rate of those that were never set to another.

    think_us: how long a slave takes to answer that has no `think_us` of its own.
    skew_us(): how much later one of several that answer at once begins.
    """

    def __init__(self, slaves, baud, think_us=THINK_US, skew_us=None):
        self.slaves = slaves
        self.baud = baud
        self.think_us = think_us
        self._skew_us = skew_us
        self._speaking = {}
        self._group = []
        # Characters of speeches that nothing can collide with any more, and of the group's.
        self._settled = []
        self._coming = []
        self._taken_us = 0

    def answers(self, frame, baud, done_us):
        """The Speeches that `frame`, sent at `baud` with its last bit at `done_us`, calls forth."""
        out = []
        for slave in self.slaves:
            own = getattr(slave, "baud", None) or self.baud
            if own != baud:
                continue
            data = slave.answer(frame)
            if data:
                # An answer to a change of the rate is the last one at the old rate.
                out.append(self._answer(slave, data, own, done_us))
        if self._skew_us is not None and len(out) > 1:
            out = [Speech(s.start_us + self._skew_us(), s.data, s.baud) for s in out]
        return out

    def _answer(self, slave, data, baud, done_us):
        wait_us = getattr(slave, "think_us", None) or self.think_us
        fault = getattr(slave, "fault", None)
        if fault is not None:
            wait_us = fault.wait_us(wait_us, baud)
        speech = Speech(max(done_us + wait_us, self._speaking.get(id(slave), 0)), data, baud)
        self._speaking[id(slave)] = speech.end_us
        return speech

    def speak(self, speech, baud):
        """Let it be heard by a receiver at `baud`, together with what is said at the same time."""
        if all(other.end_us <= speech.start_us for other in self._group):
            self._settled += self._coming
            self._coming = []
            self._group = []
        self._group.append(speech)
        self.listen(baud)

    def listen(self, baud):
        """The receiver's rate is `baud` now: what is still to come it hears so."""
        # What is heard anew ends its characters a little elsewhere: the one taken last is not another.
        taken_us = self._taken_us + BITS_PER_CHAR * 1000000 // (2 * baud)
        self._coming = [one for one in heard(self._group, baud) if one[0] > taken_us]

    def take(self, now_us, most=1000000):
        """What has been heard by `now_us` and not been taken yet; `most` characters of it."""
        out = bytearray()
        for queue in (self._settled, self._coming):
            while queue and len(out) < most and queue[0][0] <= now_us:
                self._taken_us, byte = queue.pop(0)
                out.append(byte)
        return bytes(out)

    def next_us(self):
        """When the next character will have been heard; None when nothing is coming."""
        for queue in (self._settled, self._coming):
            if queue:
                return queue[0][0]
        return None
