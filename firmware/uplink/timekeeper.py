"""Keeps UTC right by SNTP, and believes no answer blindly.

* Asked every 6 h; after a failure again in 15 s, then later and later, up to 15 min, of the next server.
* A time before 2026 or after 2099 is nobody's.
* The first answer sets a clock that was not set. A clock that is set moves by up to 60 s on one answer's word; for
  more a second answer, of the next server where there is one, must agree within 2 s.
* A change of more than half a second is told: on_step(text).

Loaded only where the clock can be set. Only DNS, asked seldom, can block (see the port's network.udp).
"""

from mbus._const import const

from .backoff import Backoff
from .sntp import answer, question

_EVERY_MS = const(21600000)
_FIRST_MS = const(15000)
_MOST_MS = const(900000)
_ANSWER_MS = const(2000)
_SECOND_MS = const(5000)
_LOOK_MS = const(20)
_REST_MS = const(1000)
_BELIEVED_MS = const(60000)
_AGREE_MS = const(2000)
_STEP_MS = const(500)
_LEAST_MS = 1767225600000
_MOST_UTC_MS = 4102444800000


class Timekeeper:
    """`network` has udp(host) and is_up(); `clock` has set_utc_ms(); hosts: config["ntp"].

    Counters: `answers` that were taken, `refused`.
    """

    def __init__(self, network, clock, log, hosts: list, random_below, on_step):
        self._network = network
        self._clock = clock
        self._log = log
        self._hosts = hosts
        self._random_below = random_below
        self._on_step = on_step
        self._backoff = Backoff(_FIRST_MS, _MOST_MS, random_below)
        self._turn = 0
        self._due_ms = 0
        # UTC less ms() by an answer that nobody has confirmed yet.
        self._claimed = None
        self._said = None
        self.answers = self.refused = 0

    def counters(self) -> dict:
        """For the status."""
        return {"answers": self.answers, "refused": self.refused, "why": self._said}

    async def run(self, beat) -> None:
        clock = self._clock
        while True:
            beat()
            if clock.ms() >= self._due_ms and self._network.is_up():
                await self._ask()
            await clock.sleep_ms(_REST_MS)

    async def _ask(self) -> None:
        host = self._hosts[self._turn % len(self._hosts)]
        self._turn += 1
        try:
            utc_ms = await self._told_by(host)
            self._take(utc_ms, host)
        except (OSError, ValueError) as e:
            self.refused += 1
            if str(e) != self._said:
                self._said = str(e)
                self._log("time: %s: %s" % (host, e))
            self._due_ms = self._clock.ms() + self._backoff.next_ms()

    async def _told_by(self, host: str) -> int:
        """UTC now; OSError or ValueError in words."""
        clock = self._clock
        nonce = bytes([self._random_below(256) for _ in range(8)])
        socket = self._network.udp(host)
        try:
            socket.send(question(nonce))
            sent = clock.ms()
            while clock.ms() - sent <= _ANSWER_MS:
                packet = socket.receive()
                if packet:
                    came, left = answer(packet, nonce)
                    took = clock.ms() - sent - (left - came)
                    if not 0 <= took <= _ANSWER_MS:
                        raise ValueError("its two times do not fit the time that it took")
                    return left + took // 2
                await clock.sleep_ms(_LOOK_MS)
        finally:
            socket.close()
        raise OSError("no answer")

    def _take(self, utc_ms: int, host: str) -> None:
        if not _LEAST_MS <= utc_ms < _MOST_UTC_MS:
            raise ValueError("it tells a time that cannot be")
        clock = self._clock
        before = clock.utc_ms()
        change = 0 if before is None else utc_ms - before
        if abs(change) > _BELIEVED_MS and not self._is_confirmed(utc_ms - clock.ms()):
            self._log("time: %s is %d s off this clock; another answer must agree" % (host, change // 1000))
            self._due_ms = clock.ms() + _SECOND_MS
            return
        self._claimed = None
        clock.set_utc_ms(utc_ms)
        self.answers += 1
        self._backoff.reset()
        self._said = None
        self._due_ms = clock.ms() + _EVERY_MS
        if before is None:
            self._log("time: set by " + host)
        elif abs(change) > _STEP_MS:
            self._on_step("by %d ms, told by %s" % (change, host))

    def _is_confirmed(self, offset: int) -> bool:
        claimed, self._claimed = self._claimed, offset
        return claimed is not None and abs(claimed - offset) <= _AGREE_MS
