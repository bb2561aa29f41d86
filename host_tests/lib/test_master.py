"""The conversation on the bus, in simulated time: FCB, repeats, and how old a register is."""

from busline import Counter, slave
from masterbus import CLEAR, NKE, SET, Bus, DeafToNke, cut, damaged, lost, register
from simtime import run

from mbus.errors import ApplicationError, DamagedReply, NoReply
from mbus.frame import RSP_UD, encode_long
from mbus.master import Master


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
        # The link is made anew: a second answer to the repeat must not pass for the next one.
        assert bus.controls() == [NKE, SET, SET, NKE, SET]
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
