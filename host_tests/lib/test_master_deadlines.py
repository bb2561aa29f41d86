"""The conversation's deadlines: late answers, stalls, silence and endless noise, in simulated time."""

from checks import raises
from masterbus import BAUDS, CLEAR, NKE, SET, Bus, DeafToNke, register
from simtime import SimClock, run

from lumbus.sim.slave import Slave
from mbus.errors import DamagedReply, NoReply
from mbus.master import Master
from mbus_service.encode import encode_record


def test_a_late_reply_is_taken_for_the_repeat_or_dropped_and_never_for_the_next():
    # Half a second is more than the standard allows at 2400 baud.
    bus = Bus(think_ms=500)
    for value in (100, 200, 300):
        bus.counter.value = value
        reply = bus.read()
        assert register(reply) == value
        assert reply.requested_ms <= reply.received_ms - 500
        bus.wait(2000)


def test_a_late_reply_of_a_meter_deaf_to_snd_nke_is_not_taken_for_the_fresh_one():
    for reads in (1, 2):
        for think_ms in (200, 350, 500, 700):
            bus = Bus([], think_ms=think_ms)
            bus.line._slaves.append(DeafToNke(bus.meter))
            for _ in range(reads):
                bus.read()
                bus.wait(2000)
            bus.counter.value = 888
            bus.master = Master(bus.line, bus.clock)
            assert bus.register() == 888, (reads, think_ms)


def test_a_reply_as_late_as_the_standard_allows_needs_no_repeat():
    for baud, think in ((300, 1150), (2400, 187), (9600, 84)):
        bus = Bus(baud=baud, think_ms=think)
        assert bus.register() == 100
        assert bus.controls() == [NKE, SET]


def test_a_pause_inside_the_reply_within_the_slack_needs_no_repeat():
    bus = Bus()
    bus.read()
    bus.controls()
    speak = bus.line.speak

    def spoken(data, start_us):
        speak(data[:9], start_us)
        speak(data[9:], start_us + (9 + 2) * 4583)

    bus.line.speak = spoken
    assert bus.register() == 100
    assert bus.controls() == [CLEAR]


# Time.


def test_a_computer_that_stalls_does_not_lose_a_reply_that_is_there():
    body = b"".join([encode_record(b"\x07", b"\x03", i) for i in range(24)])
    for echo in (False, True):
        for stall_ms in (50, 400, 3000):
            bus = Bus([Slave(1, bytes(8), lambda: body)])
            bus.line.echo = echo
            sleep = bus.clock.sleep_ms
            bus.clock.sleep_ms = lambda ms, sleep=sleep, stall_ms=stall_ms: sleep(ms + stall_ms)
            assert len(list(bus.read().telegram)) == 24
            assert bus.controls() == [NKE, SET], (echo, stall_ms)


def test_a_poll_takes_hardly_longer_than_its_bytes():
    for baud in BAUDS:
        for echo in (False, True):
            for records in (1, 6, 20, 24):
                for think_ms in (5, 20, 60):
                    body = b"".join([encode_record(b"\x07", b"\x03", i) for i in range(records)])
                    bus = Bus([Slave(1, bytes(8), lambda body=body: body)], baud, think_ms)
                    bus.line.echo = echo
                    bus.read()
                    # The bus rests for 33 bit times between two polls.
                    bus.wait(110)
                    began = bus.clock.ms()
                    reply = bus.read()
                    took = bus.clock.ms() - began
                    wire = (5 + len(reply.telegram.frame.raw)) * 11 * 1000 / baud
                    assert wire <= took - think_ms + 1, (baud, records, took, wire)
                    assert took <= 1.05 * wire + think_ms + 1, (baud, records, think_ms, took, wire)


def test_a_silent_meter_costs_a_bounded_time():
    for baud in BAUDS:
        bus = Bus([], baud)
        began = bus.clock.ms()
        bus.fails(NoReply)
        request = 6 * 11 + 330 + 33
        assert bus.clock.ms() - began <= 6 * (request * 1000 // baud + 50 + 60 + 50)


class NoisyLine:
    """A line on which `pattern` never ends."""

    def __init__(self, clock, baud, pattern):
        self.baud = baud
        self._clock = clock
        self._pattern = pattern
        self._taken = 0
        self.sent = 0

    def _due(self):
        return self._clock.ms() * self.baud // 11000

    def write(self, data):
        self.sent += 1

    def readinto(self, view):
        count = min(len(view), self._due() - self._taken)
        for i in range(count):
            view[i] = self._pattern[(self._taken + i) % len(self._pattern)]
        self._taken += count
        return count

    def discard(self):
        self._taken = self._due()


def test_endless_noise_costs_a_bounded_time():
    for baud in BAUDS:
        for pattern in (
            b"\x00",
            b"\x68",
            b"\x10",
            b"\x68\xff\xff\x68",
            b"\x68\x03\x03\x68\x08",
            b"\x10\x5b\x02\x5d\x16",
        ):
            clock = SimClock()
            line = NoisyLine(clock, baud, pattern)
            master = Master(line, clock)
            raises(DamagedReply, run, clock, master.read(1))
            assert line.sent == 6
            # Each of six requests: the longest wait, the longest frame, and its rest.
            request = 330 + (6 + 266 + 262) * 11 + 33
            assert clock.ms() <= 1000 + 6 * (request * 1000 // baud + 50 + 60 + 50), (baud, pattern)


def test_endless_acknowledges_are_never_a_reading():
    clock = SimClock()
    raises(DamagedReply, run, clock, Master(NoisyLine(clock, 2400, b"\xe5"), clock).read(1))


def test_a_meter_slower_than_the_standard_never_gives_a_register_older_than_the_window():
    for baud, think_ms in ((300, 1500), (300, 2500), (2400, 260), (2400, 500), (9600, 300)):
        bus = Bus(baud=baud, think_ms=think_ms)
        # The register is the time at which the meter takes it.
        bus.meter._body = lambda bus=bus: encode_record(b"\x04", b"\x04", bus.clock.ms())
        for _ in range(40):
            try:
                reply = bus.read()
            except (NoReply, DamagedReply):
                continue
            assert register(reply) >= reply.requested_ms, (baud, think_ms)
