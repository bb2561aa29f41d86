"""A bus with a master and simulated meters, and the ways in which an answer can go wrong."""

from busline import BusLine, Counter, slave
from checks import raises
from simtime import SimClock, run

from mbus.frame import RSP_UD, START_SHORT, encode_long
from mbus.master import Master

NKE = 0x40
SET = 0x7B
CLEAR = 0x5B
BAUDS = (300, 2400, 9600)


class Bus:
    """One meter with a register at address 1, and a master."""

    def __init__(self, slaves=None, baud=2400, think_ms=20):
        self.counter = Counter(100)
        self.meter = slave(1, self.counter)
        self.clock = SimClock()
        self.line = BusLine(self.clock, [self.meter] if slaves is None else slaves, baud, think_ms)
        self.master = Master(self.line, self.clock)

    def read(self, address=1):
        return run(self.clock, self.master.read(address))

    def register(self, address=1):
        return register(self.read(address))

    def fails(self, error, address=1):
        return raises(error, self.read, address)

    def controls(self):
        """The C field of each request since the last call."""
        out = [request[1 if request[0] == START_SHORT else 4] for request in self.line.sent]
        del self.line.sent[:]
        del self.line.sent_ms[:]
        return out

    def wait(self, ms):
        run(self.clock, self.clock.sleep_ms(ms))


def register(reply):
    """The one number in a reply."""
    (record,) = reply.telegram
    return record.number()[0]


def lost(reply):
    return b""


def damaged(reply):
    """One bit wrong in the middle."""
    middle = len(reply) // 2
    return reply[:middle] + bytes((reply[middle] ^ 4,)) + reply[middle + 1 :]


def cut(reply):
    return reply[:-5]


def noisy(reply):
    return b"\x00\xff\x55\x16" + reply


def false_start(reply):
    """Noise that looks like the start of a longer frame."""
    return b"\x68\x40\x40\x68\x08" + reply


def stray_start(reply):
    """One byte that could start a frame."""
    return b"\x10" + reply


def from_another(reply):
    return encode_long(RSP_UD, 2, 0x72, reply[7:-2])


class DeafToNke:
    """A meter that never answers SND_NKE and whose FCB nothing resets."""

    def __init__(self, meter):
        self._meter = meter

    def answer(self, frame):
        return b"" if frame.control == NKE else self._meter.answer(frame)


# The order of requests.
