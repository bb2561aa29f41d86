"""A line to simulated slaves, in simulated time and with faults."""

from lumbus.sim.slave import Slave
from mbus.deframer import Deframer
from mbus.encode import encode_record


class BusLine:
    """The line port.  Characters arrive when the baud rate has let them pass.

    faults: a list of functions bytes -> bytes, one for each answer in turn
    (None: as it is; a function that gives b"" keeps the slave silent).
    """

    def __init__(self, clock, slaves, baud: int = 2400, think_ms: int = 20):
        self.baud = baud
        self._clock = clock
        self._slaves = slaves
        self._think_us = 1000 * think_ms
        self._deframer = Deframer()
        self._coming = []
        self.faults = []
        self.echo = False
        self.sent = []
        self.sent_ms = []

    def _char_us(self) -> int:
        return 11000000 // self.baud

    def write(self, data) -> None:
        now_us = self._clock.ms() * 1000
        self.sent.append(bytes(data))
        self.sent_ms.append(self._clock.ms())
        if self.echo:
            self.speak(bytes(data), now_us)
        done_us = now_us + len(data) * self._char_us()
        for frame in self._deframer.feed(data):
            for slave in self._slaves:
                reply = slave.answer(frame)
                fault = self.faults.pop(0) if self.faults else None
                if fault is not None:
                    reply = fault(reply)
                if reply:
                    self.speak(reply, done_us + self._think_us)

    def speak(self, data: bytes, start_us: int) -> None:
        """Let characters come, the first one ending a character time after `start_us`."""
        for i in range(len(data)):
            self._coming.append((start_us + (i + 1) * self._char_us(), data[i]))

    def readinto(self, view) -> int:
        now_us = self._clock.ms() * 1000
        count = 0
        while self._coming and count < len(view) and self._coming[0][0] <= now_us:
            view[count] = self._coming.pop(0)[1]
            count += 1
        return count

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
