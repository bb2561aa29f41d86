"""The conversation through echoes, noise and strangers, in simulated time."""

from masterbus import CLEAR, NKE, SET, Bus, cut, damaged, false_start, from_another, lost, noisy, stray_start
from simtime import run

from mbus.errors import DamagedReply, NoReply
from mbus.frame import RSP_UD, encode_long


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
