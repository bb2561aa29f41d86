"""A line to simulated slaves, in simulated time and with faults."""

from lumbus.sim.bus import Bus
from lumbus.sim.slave import Slave
from lumbus.sim.superposition import Speech
from mbus.deframer import Deframer
from mbus_service.encode import encode_record


class BusLine:
    """The line port.  Characters arrive when the baud rate has let them pass; several slaves' answers collide.

    baud: the slaves' too, but for those that have been set to another.  skew_us(): see Bus.
    faults: a list of functions bytes -> bytes, one for each request that is
    understood on the wire, for all that answer it (None: as it is; a function
    that gives b"" keeps them silent).  What one slave alone does wrong it is told itself.
    """

    def __init__(self, clock, slaves, baud: int = 2400, think_ms: int = 20, skew_us=None):
        self.baud = baud
        self.bus = Bus(slaves, baud, 1000 * think_ms, skew_us)
        self._clock = clock
        self._slaves = slaves
        self._deframer = Deframer()
        self.faults = []
        self.echo = False
        self.sent = []
        self.sent_ms = []

    def set_baud(self, baud: int, parity=None) -> None:
        self.baud = baud
        self.bus.listen(baud)

    def write(self, data) -> None:
        now_us = self._clock.ms() * 1000
        self.sent.append(bytes(data))
        self.sent_ms.append(self._clock.ms())
        if self.echo:
            self.speak(bytes(data), now_us)
        done_us = now_us + len(data) * (11000000 // self.baud)
        for frame in self._deframer.feed(data):
            answers = self.bus.answers(frame, self.baud, done_us)
            fault = self.faults.pop(0) if self.faults else None
            if fault is not None:
                answers = answers or [Speech(done_us + self.bus.think_us, b"", self.baud)]
                answers = [Speech(a.start_us, fault(a.data), a.baud) for a in answers]
            for answer in answers:
                if answer.data:
                    self.speak(answer.data, answer.start_us)

    def speak(self, data: bytes, start_us: int) -> None:
        """Let characters come, the first one ending a character time after `start_us`."""
        self.bus.speak(Speech(start_us, data, self.baud), self.baud)

    def readinto(self, view) -> int:
        data = self.bus.take(self._clock.ms() * 1000, len(view))
        view[: len(data)] = data
        return len(data)

    def discard(self) -> None:
        while self.readinto(bytearray(64)):
            pass


class Counter:
    """Records with one energy register that a test sets."""

    def __init__(self, value: int = 0):
        self.value = value

    def __call__(self) -> bytes:
        return encode_record(b"\x04", b"\x04", self.value)


def slave(address: int = 1, body=None) -> Slave:
    return Slave(address, bytes.fromhex("7804251632ad0102"), body or Counter())
