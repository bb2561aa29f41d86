"""The wire: a pseudo-terminal on which characters take their time, and the LED's file.

A thread of its own moves the energy world in small steps, writes each blink to
the LED's file at once, and lets requests and answers pass at the baud rate's
pace.  A blink is always in the file before any byte of a telegram whose
register includes it, because one thread does both, in that order.
"""

import os
import pty
import random
import select
import threading
import time
import tty

from mbus.deframer import Deframer

from .energy import EnergyMeter
from .slave import Slave

_TICK_US = 4000
_CHAR_BITS = 11
# How long the meter thinks: within the standard's 11 bit times ... 330 bit times + 50 ms.
THINK_US = 20_000


def now_us() -> int:
    return time.monotonic_ns() // 1000


class Wire(threading.Thread):
    """One bus with its slaves.  `path` is what an M-Bus program opens.

    led_path: a file that gets 8 bytes a blink (monotonic microseconds), or None.
    Fault switches: `echo`, `noise`, `silent_until_us`.
    """

    def __init__(self, meter: EnergyMeter, slaves: list[Slave], baud: int, led_path=None, seed: int = 0):
        super().__init__(name="wire", daemon=True)
        self._meter = meter
        self._slaves = slaves
        self._char_us = _CHAR_BITS * 1_000_000 / baud
        self._chance = random.Random(seed)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._led = open(led_path, "ab", buffering=0) if led_path else None
        self._deframer = Deframer()
        self._out: list[tuple[float, int]] = []
        self._free_us = 0.0
        self._heard: list[tuple[float, bytes]] = []
        self._over = False
        self._todo: list = []
        self.echo = self.noise = False
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
            wait_us = min([_TICK_US, *[max(0, at - now_us()) for at, _ in self._out[:1]]])
            select.select([self._master], [], [], wait_us / 1e6)
            self._step(now_us())

    def _step(self, now: int) -> None:
        for item in [item for item in self._todo if item[0] <= now]:
            self._todo.remove(item)
            item[1]()
        self._move_world(now)
        self._hear(now)
        while self._heard and self._heard[0][0] <= now:
            self._handle(self._heard.pop(0)[1], now)
        due = [byte for at, byte in self._out if at <= now]
        if due:
            del self._out[: len(due)]
            os.write(self._master, bytes(due))

    def _move_world(self, now: int) -> None:
        blinks = self._meter.advance(now)
        if blinks and self._led:
            self._led.write(now.to_bytes(8, "little") * blinks)
        self._meter.settled(now_us())

    def _hear(self, now: int) -> None:
        """What the client wrote reaches the meters when its last character has passed."""
        try:
            data = os.read(self._master, 512)
        except OSError:
            return
        if data:
            self._free_us = max(self._free_us, now) + len(data) * self._char_us
            self._heard.append((self._free_us, data))

    def _handle(self, data: bytes, now: int) -> None:
        if self.echo:
            self._speak(data, now)
        for frame in self._deframer.feed(data):
            self.requests += 1
            if now < self.silent_until_us:
                continue
            for slave in self._slaves:
                reply = slave.answer(frame)
                if reply:
                    self.answers += 1
                    self._speak(self._spoil(reply), now + THINK_US)

    def _speak(self, data: bytes, start_us: float) -> None:
        """Put characters on the wire; each is there when its last bit has passed."""
        begin = max(start_us, self._out[-1][0] if self._out else 0)
        self._out += [(begin + (i + 1) * self._char_us, byte) for i, byte in enumerate(data)]

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
