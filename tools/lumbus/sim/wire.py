"""The wire: a pseudo-terminal on which characters take their time, and the LED's file.

A thread of its own moves the energy worlds in small steps, writes each blink to
the LED's file at once, and lets requests and answers pass at the baud rate's
pace.  A blink is always in the file before any byte of a telegram whose
register includes it, because one thread does both, in that order.

A pseudo-terminal keeps the baud rate that its user sets: that is the rate at
which requests are sent and answers are heard.  Of the parity it keeps whether it
would be odd: where the meters' is not, they understand nothing.
"""

import os
import pty
import random
import select
import termios
import threading
import time
import tty

from mbus.deframer import Deframer
from mbus.timing import BAUD_RATES

from .bus import THINK_US, Bus
from .energy import EnergyMeter
from .slave import Slave
from .superposition import Speech

__all__ = ["THINK_US", "Wire", "now_us"]

_TICK_US = 4000
_CHAR_BITS = 11
_SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in BAUD_RATES}
_CODES = {baud: code for code, baud in _SPEEDS.items()}
# Of meters that answer at the same time some begin together, and some do not; in bit times.
_SKEWS = (0, 0, 0.3, 0.8, 2.5)


def now_us() -> int:
    return time.monotonic_ns() // 1000


class Wire(threading.Thread):
    """One bus with its slaves.  `path` is what an M-Bus program opens.

    worlds: the slaves' energy.  led_path: a file that gets 8 bytes a blink of
    the first one (monotonic microseconds), or None.
    Fault switches: `echo`, `noise`, `silent_until_us`, `odd` (the meters' parity is odd).
    """

    def __init__(self, worlds: list[EnergyMeter], slaves: list[Slave], baud: int, led_path=None, seed: int = 0):
        super().__init__(name="wire", daemon=True)
        self.worlds = worlds
        self.slaves = slaves
        self._chance = random.Random(seed)
        self._bus = Bus(slaves, baud, skew_us=lambda: int(self._chance.choice(_SKEWS) * 1e6 / baud))
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self._set_speed(baud)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._led = open(led_path, "ab", buffering=0) if led_path else None
        self._deframer = Deframer()
        self._free_us = 0
        self._heard: list[tuple[int, bytes, int]] = []
        self._over = False
        self._todo: list = []
        self.echo = self.noise = self.odd = False
        self.silent_until_us = 0
        self.requests = self.answers = self.damaged = 0

    def later(self, at_us: int, action) -> None:
        """Do `action()` in this thread at a time on the monotonic clock."""
        self._todo.append((at_us, action))

    def stop(self) -> None:
        self._over = True
        self.join(2)
        os.close(self._master)
        os.close(self._slave)
        if self._led:
            self._led.close()

    def run(self) -> None:
        while not self._over:
            due_us = self._bus.next_us()
            wait_us = _TICK_US if due_us is None else max(0, min(_TICK_US, due_us - now_us()))
            select.select([self._master], [], [], wait_us / 1e6)
            self._step(now_us())

    def _step(self, now: int) -> None:
        for item in [item for item in self._todo if item[0] <= now]:
            self._todo.remove(item)
            item[1]()
        self._move_worlds(now)
        self._hear(now)
        while self._heard and self._heard[0][0] <= now:
            self._handle(*self._heard.pop(0))
        due = self._bus.take(now)
        if due:
            os.write(self._master, due)

    def _move_worlds(self, now: int) -> None:
        for world in self.worlds:
            blinks = world.advance(now)
            if blinks and self._led and world is self.worlds[0]:
                self._led.write(now.to_bytes(8, "little") * blinks)
            world.settled(now_us())

    def _hear(self, now: int) -> None:
        """What the client wrote reaches the meters when its last character has passed."""
        try:
            data = os.read(self._master, 512)
        except OSError:
            return
        if data:
            baud = self._speed()
            sent = Speech(max(self._free_us, now), data, baud)
            self._free_us = sent.end_us
            self._heard.append((sent.end_us, data, baud))
            if self.echo:
                self._bus.speak(sent, baud)

    def _handle(self, at: int, data: bytes, baud: int) -> None:
        for frame in self._deframer.feed(data):
            self.requests += 1
            if at < self.silent_until_us or self.odd != self._is_odd():
                continue
            for answer in self._bus.answers(frame, baud, at):
                self.answers += 1
                self._bus.speak(Speech(answer.start_us, self._spoil(answer.data), answer.baud), self._speed())

    def _speed(self) -> int:
        """The rate that the user of the pseudo-terminal has set."""
        return _SPEEDS.get(termios.tcgetattr(self._slave)[5], self._bus.baud)

    def _is_odd(self) -> bool:
        return bool(termios.tcgetattr(self._slave)[2] & termios.PARODD)

    def _set_speed(self, baud: int) -> None:
        attributes = termios.tcgetattr(self._slave)
        attributes[4] = attributes[5] = _CODES[baud]
        termios.tcsetattr(self._slave, termios.TCSANOW, attributes)

    def _spoil(self, reply: bytes) -> bytes:
        """With noise: garbage before an answer, and one answer in three damaged.

        Never two in a row, so that a master that repeats gets through.
        """
        if not self.noise:
            return reply
        self.damaged += 1
        garbage = self._chance.randbytes(self._chance.randint(0, 6))
        if self.damaged % 3 == 1:
            hurt = bytearray(reply)
            hurt[self._chance.randrange(len(hurt))] ^= 1 << self._chance.randrange(8)
            return garbage + bytes(hurt)
        return garbage + reply
