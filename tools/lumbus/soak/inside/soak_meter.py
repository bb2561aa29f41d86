"""A meter on the bus and its light, in simulated time: small, for it lives in the board's heap."""

_CHAR_BITS = 11
_MW_MS_PER_WH = 3600000000
_LEVELS_W = b"\x03\x0c\x01\x1e\x06\x02\x28\x09"


class SoakMeter:
    """`energy`: mW·ms so far; `frame`: an answer, whose four bytes from `at` on are its register in steps of 10 Wh.

    The load changes every ten minutes.  `deaf`: it does not answer; `noisy`: it answers garbage.
    """

    baud = 2400

    def __init__(self, clock, energy, frame, at, pulse_constant):
        self.clock = clock
        self.energy = energy
        self.frame = bytearray(frame)
        self.at = at
        self.per_pulse = 1000 * _MW_MS_PER_WH // pulse_constant
        self.looked_ms = clock.world_ms()
        self.pulses = 0
        self.answer = b""
        self.ready_ms = 0
        self.deaf = self.noisy = False

    def flow(self, history=None):
        """Time passes; pulses go to `history`."""
        now = self.clock.world_ms()
        power = _LEVELS_W[now // 600000 % 8] * 100000
        before = self.energy
        self.energy += power * (now - self.looked_ms)
        for k in range(before // self.per_pulse + 1, self.energy // self.per_pulse + 1):
            self.pulses += 1
            if history is not None:
                back = (self.energy - k * self.per_pulse) // power
                history.add(self.clock.ms() - back, self.pulses)
        self.looked_ms = now

    # As a light

    def update(self, history):
        self.flow(history)

    def may_have_lost(self):
        return False

    # As a line

    def write(self, data):
        answer = b""
        if data[0] == 0x10 and not self.deaf:
            answer = b"\xe5" if data[1] == 0x40 else self.told()
        if self.noisy:
            answer = bytes((len(answer), 0x68, 0x55)) + answer[2:]
        self.answer = answer
        self.ready_ms = self.clock.ms() + 60 + len(data) * _CHAR_BITS * 1000 // self.baud

    def told(self):
        """The register's value of the last whole second, in a frame."""
        frame = self.frame
        frame[self.at : self.at + 4] = (self.energy // (10 * _MW_MS_PER_WH)).to_bytes(4, "little")
        frame[-2] = sum(frame[4:-2]) & 255
        return frame

    def readinto(self, view):
        if not self.answer or self.clock.ms() < self.ready_ms:
            return 0
        count = min(len(view), len(self.answer))
        view[:count] = self.answer[:count]
        self.answer = self.answer[count:]
        return count

    def discard(self):
        self.answer = b""
