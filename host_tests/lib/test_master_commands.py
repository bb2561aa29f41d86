"""SND_UD, class 1 data and read-outs of several telegrams, in simulated time."""

from busline import Counter, slave
from checks import raises
from masterbus import CLEAR, NKE, SET, Bus, DeafToNke, damaged, from_another, lost, register
from simtime import run

from lumbus.sim.fcb import IGNORES, STUCK
from lumbus.sim.slave import Slave
from mbus.errors import DamagedReply, FrameError, NoReply, RecordError, UnsupportedCI, WrongMeter
from mbus.frame import RSP_UD, encode_long
from mbus_service.encode import encode_record

SEND_SET = 0x73
SEND_CLEAR = 0x53
CLASS1_SET = 0x7A
CLASS1_CLEAR = 0x5A
NAME = bytes.fromhex("7804251632ad0102")


def send(bus, ci=0x50, data=b"", address=1):
    return run(bus.clock, bus.master.send(address, ci, data))


def class1(bus):
    return run(bus.clock, bus.master.read_class1(1))


# SND_UD.


def test_what_is_sent_is_a_long_frame_and_nothing_behind_ci_a_control_frame():
    bus = Bus()
    send(bus, 0x51, b"\x01\x7a\x05")
    assert bus.line.sent[-1] == encode_long(0x73, 1, 0x51, b"\x01\x7a\x05")
    send(bus, 0x50, b"", 5)
    assert bus.line.sent[-1] == b"\x68\x03\x03\x68\x73\x05\x50\xc8\x16"


def test_requests_of_all_kinds_count_with_one_frame_count_bit():
    bus = Bus()
    bus.read()
    send(bus)
    class1(bus)
    send(bus)
    bus.read()
    assert bus.controls() == [NKE, SET, SEND_CLEAR, CLASS1_SET, SEND_CLEAR, SET]


def test_a_lost_acknowledge_repeats_the_same_and_the_meter_does_it_once():
    for fault in (lost, lambda reply: b"\x45"):
        bus = Bus()
        done = []
        bus.meter.restart = done.append
        bus.line.faults = [None, fault]
        send(bus, 0x50, b"\x10")
        assert bus.controls() == [NKE, SEND_SET, SEND_SET]
        assert done == [0x10]
        # A second acknowledge may come to the repeat: the link is made anew.
        bus.read()
        assert bus.controls() == [NKE, SET]


def test_nobody_who_acknowledges_is_no_reply():
    bus = Bus()
    assert raises(NoReply, send, bus, 0x52).address == 1
    # The link is made, but the command not understood.
    assert bus.controls() == [NKE, SEND_SET, SEND_SET, SEND_SET]
    assert bus.register() == 100
    assert bus.controls() == [NKE, SET]


def test_a_telegram_is_no_acknowledge():
    bus = Bus()
    bus.line.faults = [None] + [lambda reply: encode_long(RSP_UD, 1, 0x72, bytes(12))] * 3
    raises(DamagedReply, send, bus)


def test_too_much_to_send_is_said_before_anything_is_sent_with_it():
    bus = Bus()
    assert "252" in str(raises(FrameError, send, bus, 0x51, bytes(253)))
    assert bus.controls() == [NKE]
    send(bus, 0x51, b"\x2f" * 252)


def test_a_meter_deaf_to_snd_nke_is_sent_to_with_an_fcb_that_is_new_to_it():
    for before in range(3):
        bus = Bus([])
        bus.line._slaves.append(DeafToNke(bus.meter))
        for _ in range(before):
            bus.read()
        bus.master.fcb.clear()
        send(bus, 0x50, b"\x33")
        assert bus.meter.reset_subcode == 0x33


# Class 1.


def test_class_1_data_are_given_and_an_acknowledge_is_none():
    bus = Bus()
    bus.meter.class1 = [encode_record(b"\x04", b"\x04", value) for value in (7, 8)]
    assert register(class1(bus)) == 7
    reply = class1(bus)
    assert register(reply) == 8
    assert reply.requested_ms == bus.line.sent_ms[-1] < reply.received_ms == bus.clock.ms()
    assert class1(bus) is None
    assert bus.controls() == [NKE, CLASS1_SET, CLASS1_CLEAR, CLASS1_SET]


def test_class_1_data_that_got_lost_are_given_again():
    bus = Bus()
    bus.meter.class1 = [encode_record(b"\x04", b"\x04", value) for value in (7, 8)]
    bus.line.faults = [None, lost, damaged]
    assert register(class1(bus)) == 7
    assert bus.controls() == [NKE, CLASS1_SET, CLASS1_SET, CLASS1_SET]
    assert register(class1(bus)) == 8


def test_anothers_class_1_data_and_silence_are_failures():
    for fault, error in ((from_another, DamagedReply), (lost, NoReply)):
        bus = Bus()
        bus.meter.class1 = [encode_record(b"\x04", b"\x04", 7)]
        bus.line.faults = [None] + [fault] * 3
        raises(error, class1, bus)


def test_what_decode_makes_of_the_frame_is_the_reply():
    bus = Bus()
    bus.meter.class1 = [b""]
    assert run(bus.clock, bus.master.read(1, lambda frame: frame.raw)).telegram[0] == 0x68
    assert run(bus.clock, bus.master.read_class1(1, lambda frame: frame.address)).telegram == 1
    assert [r.telegram for r in run(bus.clock, bus.master.read_all(1, 16, lambda frame: frame.ci))] == [0x72]


# Several telegrams.


def part(value):
    return encode_record(b"\x04", b"\x04", value)


def several(count, start=1):
    return Slave(1, NAME, lambda: [part(start + i) for i in range(count)])


def values(replies):
    return [next(iter(reply.telegram)).number()[0] for reply in replies]


def read_all(bus, address=1, most=16):
    return run(bus.clock, bus.master.read_all(address, most))


def test_telegrams_are_joined_until_no_more_follow():
    for count in (1, 2, 3, 16):
        bus = Bus([several(count)])
        assert values(read_all(bus)) == list(range(1, count + 1))
        controls = bus.controls()
        assert controls == [NKE] + ([SET, CLEAR] * 8)[:count]
        assert values(read_all(bus)) == list(range(1, count + 1))
        assert bus.controls() == controls


def test_each_telegram_has_its_own_window():
    bus = Bus([several(3)])
    replies = read_all(bus)
    assert [reply.requested_ms for reply in replies] == bus.line.sent_ms[1:]
    assert all(a.received_ms < b.requested_ms for a, b in zip(replies, replies[1:]))


def test_a_read_out_begins_with_the_first_telegram_whatever_was_read_before():
    bus = Bus([several(3)])
    for _ in range(4):
        assert run(bus.clock, bus.master.read(1)).telegram
        assert values(read_all(bus)) == [1, 2, 3]


def test_a_cap_ends_what_has_no_end():
    bus = Bus([several(40)])
    replies = read_all(bus)
    assert values(replies) == list(range(1, 17))
    assert list(replies[-1].telegram)[-1].more_follow
    assert values(read_all(bus, most=3)) == [1, 2, 3]
    assert values(read_all(bus, most=50)) == list(range(1, 41))


def test_a_fault_in_the_middle_is_repeated_and_the_link_is_not_made_anew():
    for faults in ([lost], [damaged], [lost, damaged]):
        for at in range(1, 4):
            bus = Bus([several(3)])
            bus.line.faults = [None] * at + faults
            assert values(read_all(bus)) == [1, 2, 3]
            controls = bus.controls()
            assert controls.count(NKE) == 1
            assert len(controls) == 4 + len(faults)


def test_a_read_out_that_fails_in_the_middle_begins_anew():
    bus = Bus([several(3)])
    bus.line.faults = [None, None] + [lost] * 3
    raises(NoReply, read_all, bus)
    bus.controls()
    assert values(read_all(bus)) == [1, 2, 3]
    assert bus.controls() == [NKE, SET, CLEAR, SET]


def test_the_answer_to_a_repeat_is_not_taken_for_the_next_telegram():
    # Slower than the standard allows: the repeat is answered too.
    for think_ms in (200, 260, 280, 300, 400, 500):
        bus = Bus([several(3)], think_ms=think_ms)
        assert values(read_all(bus)) == [1, 2, 3], think_ms


def test_a_meter_deaf_to_snd_nke_is_read_from_its_first_telegram():
    for before in range(4):
        for count in (1, 3):
            meter = several(count)
            meter.nke_obeyed = meter.nke_acknowledged = False
            bus = Bus([meter])
            for _ in range(before):
                bus.read()
                bus.master.fcb.clear()
            assert values(read_all(bus)) == list(range(1, count + 1)), (before, count)


def test_a_telegram_that_comes_again_and_again_counts_once():
    meter = several(3)
    meter.fcb = STUCK
    bus = Bus([meter])
    assert values(read_all(bus)) == [1]
    assert len(bus.controls()) == 1 + 16


def test_a_meter_without_a_frame_count_steps_on_by_itself():
    meter = several(3)
    meter.fcb = IGNORES
    bus = Bus([meter])
    assert values(read_all(bus)) == [1, 2, 3]


def test_a_telegram_that_cannot_be_taken_apart_ends_the_read_out():
    bus = Bus([Slave(1, NAME, lambda: [part(1), b"\x04\x04\x00", part(3)])])
    replies = read_all(bus)
    assert len(replies) == 2
    raises(RecordError, list, replies[1].telegram)


def test_what_is_no_telegram_is_the_error_that_decoding_raises():
    bus = Bus()
    bus.line.faults = [None, lambda reply: encode_long(RSP_UD, 1, 0x79, b"")]
    assert raises(UnsupportedCI, read_all, bus).ci == 0x79
    assert read_all(bus)


def test_a_read_out_by_secondary_address_selects_and_verifies():
    other = slave(2, Counter(5))
    other.secondary = bytes.fromhex("7904251632ad0102")
    bus = Bus([several(3), other])
    assert values(read_all(bus, "16250478")) == [1, 2, 3]
    assert values(read_all(bus, "1625047932AD0102")) == [5]
    assert values(read_all(bus, "16250478FFFFFFFF", 2)) == [1, 2]
    assert values(read_all(bus, "16250478")) == [1, 2, 3]
    raises(NoReply, read_all, bus, "16250477")


def test_a_read_out_from_another_meter_than_the_one_selected_is_refused():
    rude = several(2)
    rude.selected = True
    rude._select = rude._reset_link = lambda *what: b"\xe5"
    error = raises(WrongMeter, read_all, Bus([rude]), "11111111")
    assert (error.wanted, error.found) == ("11111111", "1625047832ad0102")
