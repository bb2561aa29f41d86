"""The conversation on the bus, in simulated time: FCB, repeats, echoes, noise and deadlines."""

from busline import BusLine, Counter, slave
from checks import raises
from simtime import SimClock, run

from lumbus.sim.slave import Slave
from mbus.encode import encode_record
from mbus.errors import ApplicationError, DamagedReply, NoReply
from mbus.frame import RSP_UD, encode_long
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
        out = [request[1] for request in self.line.sent]
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


def test_the_first_read_begins_with_snd_nke_and_then_fcb_is_set_and_toggles():
    bus = Bus()
    for _ in range(4):
        assert bus.register() == 100
    assert bus.line.sent[:2] == [b"\x10\x40\x01\x41\x16", b"\x10\x7b\x01\x7c\x16"]
    assert bus.controls() == [NKE, SET, CLEAR, SET, CLEAR]
    master = bus.master
    assert (master.repeat_count, master.no_reply_count, master.damaged_count, master.stray_count) == (0, 0, 0, 0)


def test_each_read_gives_the_register_of_its_own_time():
    bus = Bus()
    for value in (100, 101, 105, 200):
        bus.counter.value = value
        assert bus.register() == value


def test_fcb_is_kept_for_each_address():
    counters = Counter(1), Counter(2)
    bus = Bus([slave(1, counters[0]), slave(2, counters[1])])
    assert [bus.register(a) for a in (1, 2, 1, 1, 2)] == [1, 2, 1, 1, 2]
    assert bus.controls() == [NKE, SET, NKE, SET, CLEAR, SET, CLEAR]


def test_one_meters_failure_does_not_reset_the_other():
    bus = Bus([slave(1)])
    bus.read(1)
    bus.fails(NoReply, 2)
    bus.controls()
    bus.read(1)
    assert bus.controls() == [CLEAR]


def test_every_primary_address_can_be_read():
    for address in (0, 1, 49, 250):
        bus = Bus([slave(address)])
        assert bus.read(address).telegram.frame.address == address


def test_address_254_is_answered_under_the_meters_own_address():
    bus = Bus()
    assert [bus.register(254), bus.register(254)] == [100, 100]
    assert bus.read(254).telegram.frame.address == 1
    assert bus.controls() == [NKE, SET, CLEAR, SET]


def test_a_selected_meter_may_answer_253_under_its_own_address():
    bus = Bus([slave(253, Counter(100))])
    own = [None, lambda reply: encode_long(RSP_UD, 1, 0x72, reply[7:-2])]
    bus.line.faults = own
    assert bus.register(253) == 100
    assert bus.controls() == [NKE, SET]


# Repeats and failures.


def test_a_reply_lost_or_damaged_once_is_asked_for_again_with_the_same_fcb():
    for fault in (lost, damaged, cut):
        bus = Bus()
        bus.line.faults = [None, fault]
        assert bus.register() == 100
        assert bus.register() == 100
        assert bus.controls() == [NKE, SET, SET, CLEAR]
        assert bus.master.repeat_count == 1
        assert bus.master.no_reply_count + bus.master.damaged_count == 1
        assert bus.master.no_reply_count == (fault is lost)


def test_two_repeats_are_made():
    bus = Bus()
    bus.line.faults = [None, damaged, lost]
    assert bus.register() == 100
    assert bus.controls() == [NKE, SET, SET, SET]


def test_three_lost_replies_are_no_reply():
    bus = Bus()
    bus.line.faults = [None, lost, lost, lost]
    error = bus.fails(NoReply)
    assert bus.controls() == [NKE, SET, SET, SET]
    assert error.address == 1
    # 6 characters, 330 bit times + 50 ms, and some slack.
    assert 28 + 188 <= error.waited_ms <= 28 + 188 + 80
    assert (bus.master.repeat_count, bus.master.no_reply_count) == (2, 3)


def test_three_damaged_replies_are_a_damaged_reply():
    bus = Bus()
    size = len(bus.read().telegram.frame.raw)
    bus.controls()
    bus.line.faults = [damaged, damaged, damaged]
    error = bus.fails(DamagedReply)
    assert (error.address, error.received) == (1, size)
    assert bus.controls() == [CLEAR, CLEAR, CLEAR]
    assert bus.master.damaged_count == 3


def test_damage_is_told_rather_than_silence():
    for faults in ([damaged, lost, lost], [lost, damaged, lost], [lost, lost, damaged]):
        bus = Bus()
        bus.line.faults = [None] + faults
        bus.fails(DamagedReply)


def test_a_silent_bus_is_asked_three_times_each_for_the_link_and_for_data():
    bus = Bus([])
    assert bus.fails(NoReply, 7).address == 7
    assert bus.controls() == [NKE] * 3 + [SET] * 3


def test_after_a_failure_the_link_is_reset_again():
    for fault, error in ((lost, NoReply), (damaged, DamagedReply)):
        bus = Bus()
        bus.line.faults = [None, None, fault, fault, fault]
        bus.read()
        bus.fails(error)
        bus.controls()
        bus.counter.value = 222
        assert bus.register() == 222
        assert bus.controls() == [NKE, SET]


def test_a_meter_that_comes_back_is_read_again():
    bus = Bus([])
    bus.fails(NoReply)
    bus.fails(NoReply)
    bus.line._slaves.append(bus.meter)
    assert bus.register() == 100


def test_the_meters_own_error_is_raised_and_the_conversation_goes_on():
    bus = Bus()
    busy = encode_long(RSP_UD, 1, 0x70, b"\x08")
    bus.line.faults = [None, lambda reply: busy]
    assert bus.fails(ApplicationError).code == 8
    assert bus.register() == 100
    assert bus.controls() == [NKE, SET, CLEAR]


# How old a reading is.


def test_a_repeated_answer_is_as_old_as_the_first_request():
    bus = Bus()
    bus.line.faults = [None, lost]
    slow = bus.meter.answer

    def answer(frame):
        reply = slow(frame)
        # The energy goes on while the answer is lost.
        bus.counter.value += 1
        return reply

    bus.meter.answer = answer
    reply = bus.read()
    nke_ms, first_ms, second_ms = bus.line.sent_ms
    assert register(reply) == 101, "the register of the first request, sent again"
    assert bus.counter.value == 103
    assert reply.requested_ms == first_ms < second_ms < reply.received_ms
    assert nke_ms < first_ms


def test_the_window_spans_the_exchange():
    bus = Bus()
    reply = bus.read()
    assert reply.requested_ms == bus.line.sent_ms[-1]
    assert reply.received_ms == bus.clock.ms()


def test_the_first_answer_is_thrown_away_when_snd_nke_was_not_acknowledged():
    bus = Bus([])
    deaf = DeafToNke(bus.meter)
    bus.line._slaves.append(deaf)
    # Another master read it before: its last answer is old, and FCB was set.
    other = Master(bus.line, bus.clock)
    run(bus.clock, other.read(1))
    bus.read()
    bus.counter.value = 999
    bus.controls()
    reply = run(bus.clock, Master(bus.line, bus.clock).read(1))
    assert register(reply) == 999
    assert reply.requested_ms == bus.line.sent_ms[-1]
    assert bus.controls() == [NKE, NKE, NKE, SET, CLEAR]


def test_a_meter_deaf_to_snd_nke_gives_fresh_registers_whatever_its_fcb_was():
    for before in range(3):
        bus = Bus([])
        deaf = DeafToNke(bus.meter)
        bus.line._slaves.append(deaf)
        for _ in range(before):
            bus.read()
        bus.counter.value = 777
        bus.master = Master(bus.line, bus.clock)
        assert bus.register() == 777
        bus.counter.value = 778
        assert bus.register() == 778


def test_a_link_reset_that_failed_before_the_read_is_not_taken_for_a_good_one():
    bus = Bus([])
    bus.line._slaves.append(DeafToNke(bus.meter))
    # Its last answer was to a request with FCB set.
    bus.read()
    bus.read()
    bus.counter.value = 555
    fresh = Master(bus.line, bus.clock)
    assert run(bus.clock, fresh.reset_link(1)) is False
    assert register(run(bus.clock, fresh.read(1))) == 555


def test_reset_link_tells_whether_it_was_acknowledged():
    bus = Bus()
    assert run(bus.clock, bus.master.reset_link(1)) is True
    assert run(bus.clock, bus.master.reset_link(9)) is False
    assert bus.controls() == [NKE] * 4
    assert bus.register() == 100
    assert bus.controls() == [SET]


def test_a_read_that_is_cancelled_never_makes_an_old_answer_look_fresh():
    steps = 0
    while True:
        steps += 1
        bus = Bus([])
        bus.line._slaves.append(DeafToNke(bus.meter))
        bus.read()
        bus.wait(1000)
        reading = bus.master.read(1)
        try:
            for _ in range(steps):
                bus.clock.now = max(bus.clock.now, reading.send(None))
        except StopIteration:
            break
        reading.close()
        bus.wait(1000)
        bus.counter.value = 4321
        reply = bus.read()
        assert register(reply) == 4321, "cancelled after %d steps" % steps
    assert steps > 5


# Echo, noise and strangers.


def test_an_echo_is_dropped_and_counted():
    bus = Bus()
    bus.line.echo = True
    assert [bus.register(), bus.register()] == [100, 100]
    assert bus.controls() == [NKE, SET, CLEAR]
    assert bus.master.echo_count == 3
    assert bus.master.stray_count == 0
    bus.line.echo = False
    bus.read()
    assert bus.master.echo_count == 3


def test_an_echo_without_a_meter_is_no_reply():
    bus = Bus([])
    bus.line.echo = True
    bus.fails(NoReply)
    assert bus.master.echo_count == 6
    assert bus.master.damaged_count == 0


def test_an_echo_with_garbage_around_it_costs_nothing():
    for before, behind in ((b"\x00", b""), (b"", b"\xff\x00"), (b"\x68\x10\xaa", b"\x55")):
        bus = Bus()
        bus.line.echo = True
        speak = bus.line.speak

        def spoken(data, start_us, before=before, behind=behind, speak=speak):
            speak(before + data + behind if data[0] == 0x10 else data, start_us)

        bus.line.speak = spoken
        assert [bus.register(), bus.register()] == [100, 100]
        assert bus.controls() == [NKE, SET, CLEAR]


def test_a_damaged_echo_costs_nothing():
    for at in range(5):
        bus = Bus()
        bus.line.echo = True
        speak = bus.line.speak

        def spoken(data, start_us, at=at, speak=speak):
            if data[0] == 0x10:
                data = data[:at] + bytes((data[at] ^ 0x02,)) + data[at + 1 :]
            speak(data, start_us)

        bus.line.speak = spoken
        assert [bus.register(), bus.register()] == [100, 100]
        assert bus.controls() == [NKE, SET, CLEAR]
        assert bus.master.echo_count == 0


def test_an_echo_cut_short_costs_nothing():
    for size in range(1, 5):
        bus = Bus()
        bus.line.echo = True
        speak = bus.line.speak

        def spoken(data, start_us, size=size, speak=speak):
            speak(data[:size] if data[0] == 0x10 else data, start_us)

        bus.line.speak = spoken
        assert [bus.register(), bus.register()] == [100, 100]
        assert bus.controls() == [NKE, SET, CLEAR]


def test_noise_before_the_reply_costs_no_repeat():
    for fault in (noisy, stray_start, false_start):
        bus = Bus()
        bus.line.faults = [fault, fault, fault]
        assert [bus.register(), bus.register()] == [100, 100]
        assert bus.controls() == [NKE, SET, CLEAR], fault
        assert bus.master.repeat_count == 0


def test_noise_that_was_there_before_the_request_is_discarded():
    bus = Bus()
    bus.line.speak(b"\x68\x68\x68\x10\xe5", bus.clock.ms() * 1000)
    bus.wait(100)
    assert bus.register() == 100
    assert bus.master.stray_count == 0


def test_an_e5_inside_a_damaged_telegram_is_no_acknowledge():
    bus = Bus()
    telegram = encode_long(RSP_UD, 1, 0x72, b"\x00\xe5\x00\x00\x00\x00")
    bus.line.faults = [lambda reply: damaged(telegram), lambda reply: cut(telegram), lost]
    assert run(bus.clock, bus.master.reset_link(1)) is False


def test_the_master_does_not_speak_into_noise():
    bus = Bus()
    bus.read()
    bus.line.faults = [lambda reply: bytes(200)]
    bus.controls()
    bus.read()
    first_ms, second_ms = bus.line.sent_ms
    # 5 characters, the meter's 20 ms, 200 characters, then 33 bit times of rest.
    assert second_ms >= first_ms + (205 * 11 + 33) * 1000 // 2400 + 20


def test_data_from_another_address_is_passed_over():
    bus = Bus()
    bus.line.faults = [None, from_another]
    assert bus.register() == 100
    assert bus.controls() == [NKE, SET, SET]
    assert bus.master.stray_count == 1


def test_the_right_answer_behind_a_strangers_is_taken():
    bus = Bus()
    bus.line.faults = [None, lambda reply: from_another(reply) + reply]
    assert bus.read().telegram.frame.address == 1
    assert bus.controls() == [NKE, SET]
    assert bus.master.stray_count == 1


def test_only_a_stranger_answering_is_a_damaged_reply():
    bus = Bus()
    bus.line.faults = [None] + [from_another] * 3
    bus.fails(DamagedReply)


def test_an_acknowledge_is_no_answer_to_a_request_for_data():
    bus = Bus()
    bus.line.faults = [None] + [lambda reply: b"\xe5"] * 3
    bus.fails(DamagedReply)
    assert bus.controls() == [NKE, SET, SET, SET]


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
