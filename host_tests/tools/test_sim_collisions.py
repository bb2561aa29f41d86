"""Several simulated meters on one bus: what is heard when they speak together, in simulated time."""

from busline import BusLine, Counter, slave
from simtime import SimClock

from lumbus.sim.bus import Bus
from lumbus.sim.misbehave import Late, Slowest
from lumbus.sim.superposition import Speech, heard
from mbus.errors import FrameError
from mbus.frame import encode_long, encode_short
from mbus.parse import parse_frame

ACK = b"\xe5"
BAUDS = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400)


def bytes_of(*speeches, baud=2400):
    return bytes(byte for _, byte in heard(speeches, baud))


def bit_us(bits, baud=2400):
    return int(bits * 1_000_000 / baud)


class Bench:
    """A line in simulated time; `ask` gives what comes within a second and more, and when its last byte did."""

    def __init__(self, slaves, baud=2400, **more):
        self.clock = SimClock()
        self.line = BusLine(self.clock, slaves, baud, **more)

    def write(self, frame):
        self.line.write(frame)

    def hear(self, ms):
        self.clock.now += ms
        view = bytearray(1000)
        return bytes(view[: self.line.readinto(view)])

    def ask(self, frame, ms=12_000):
        self.write(frame)
        return self.hear(ms)


def select(digits):
    data = bytes(reversed(bytes.fromhex(digits))) + b"\xff" * 4
    return encode_long(0x73, 253, 0x52, data)


def five():
    """Five meters; the last two have identifications that differ in the last digit only."""
    slaves = []
    for number, digits in enumerate(("11000001", "23456789", "30000000", "77777770", "77777771")):
        meter = slave(number + 1, Counter(100 + number))
        meter.secondary = bytes(reversed(bytes.fromhex(digits))) + meter.secondary[4:]
        slaves.append(meter)
    return slaves


# The superposition.


def test_one_alone_is_heard_as_it_is():
    every = bytes(range(256))
    for baud in BAUDS:
        speech = Speech(1000, every, baud)
        assert bytes_of(speech, baud=baud) == every
        # Sampled bit by bit it is the same.
        assert bytes_of(speech, Speech(1000, every, baud), baud=baud) == every


def test_characters_are_there_when_their_last_bit_has_passed():
    assert heard([Speech(1000, b"ab", 1000)], 1000) == [(12_000, 97), (23_000, 98)]
    assert heard([Speech(1000, b"ab", 1000)] * 2, 1000) == [(12_000, 97), (23_000, 98)]


def test_at_the_same_time_a_zero_wins():
    for a in range(256):
        for b in (0x00, 0x0F, 0x55, 0x93, 0xFF):
            assert bytes_of(Speech(0, bytes((a,)), 2400), Speech(0, bytes((b,)), 2400)) == bytes((a & b,))


def test_acknowledges_less_than_half_a_bit_apart_are_one():
    for baud in BAUDS:
        for count in (2, 3, 5):
            close = [Speech(1000 + bit_us(0.4, baud) * i // count, ACK, baud) for i in range(count)]
            assert bytes_of(*close, baud=baud) == ACK


def test_acknowledges_further_apart_garble():
    for bits in (0.6, 1, 1.5, 2, 3, 4.7, 8, 10.4):
        both = bytes_of(Speech(0, ACK, 2400), Speech(bit_us(bits), ACK, 2400))
        assert both and both != ACK, bits


def test_one_behind_the_other_are_two():
    assert bytes_of(Speech(0, ACK, 2400), Speech(bit_us(11) + 1, ACK, 2400)) == ACK + ACK


def test_telegrams_that_differ_or_are_shifted_do_not_pass_for_one():
    one = encode_long(0x08, 1, 0x72, bytes(range(40)))
    two = encode_long(0x08, 2, 0x72, bytes(range(40)))
    for bits in (0, 0.3, 0.8, 5, 11, 33, 200):
        raw = bytes_of(Speech(0, one, 2400), Speech(bit_us(bits), two, 2400))
        assert len(raw) >= 20
        try:
            parse_frame(raw)
        except FrameError:
            continue
        raise AssertionError(bits)


def test_another_rate_garbles():
    data = encode_short(0x7B, 1) * 3
    for sent in BAUDS:
        for taken in BAUDS:
            raw = bytes_of(Speech(0, data, sent), baud=taken)
            assert (raw == data) == (sent == taken)
            assert raw


def test_a_break_is_one_zero_and_then_the_line_goes_on():
    # 300 baud's 0 is 30 ms of space, for 9600 baud one character without a stop bit.
    assert bytes_of(Speech(0, b"\x00", 300), baud=9600) == b"\x00"


# On the bus.


def test_meters_of_one_bus_are_told_apart_by_their_addresses():
    bench = Bench(five())
    for address in range(1, 6):
        assert bench.ask(encode_short(0x40, address)) == ACK
        assert parse_frame(bench.ask(encode_short(0x7B, address))).address == address
    assert bench.ask(encode_short(0x40, 6)) == b""


def test_a_wildcard_is_acknowledged_as_by_one_and_read_as_garbage():
    bench = Bench(five())
    assert bench.ask(select("ffffffff")) == ACK
    raw = bench.ask(encode_short(0x7B, 253))
    bench = Bench(five())
    alone = [bench.ask(encode_short(0x7B, address)) for address in range(1, 6)]
    assert raw not in alone
    assert raw == bytes(a & b & c & d & e for a, b, c, d, e in zip(*alone))


def test_two_that_differ_in_the_last_digit_collide_up_to_it_and_not_with_it():
    for skews in ([0], [0, bit_us(2.5), 0, bit_us(0.7)]):
        turn = []

        def skew_us(turn=turn, skews=skews):
            turn.append(1)
            return skews[len(turn) % len(skews)]

        bench = Bench(five(), skew_us=skew_us)
        for prefix in range(8):
            bench.ask(select("77777777"[:prefix] + "f" * (8 - prefix)))
            raw = bench.ask(encode_short(0x7B, 253))
            try:
                parse_frame(raw)
            except FrameError:
                continue
            raise AssertionError(prefix)
        for digits, address in (("77777770", 4), ("77777771", 5), ("1fffffff", 1), ("2345678f", 2)):
            assert bench.ask(select(digits)) == ACK
            assert parse_frame(bench.ask(encode_short(0x7B, 253))).address == address
        assert bench.ask(select("77777772")) == b""


def test_acknowledges_of_several_garble_when_they_are_shifted():
    shifts = [bit_us(3), 0]
    bench = Bench(five()[3:], skew_us=shifts.pop)
    raw = bench.ask(select("7777777f"))
    assert raw not in (b"", ACK)


def test_a_late_answer_collides_with_another_meters():
    one, two = slave(1, Counter(1)), slave(2, Counter(2))
    bench = Bench([one, two])
    alone = bench.ask(encode_short(0x7B, 2))
    one.faults = [Late(300)]
    bench.write(encode_short(0x7B, 1))
    assert bench.hear(250) == b""
    raw = bench.ask(encode_short(0x5B, 2))
    assert raw and alone[:-3] not in raw


def test_what_has_been_taken_is_not_heard_again_when_another_begins_to_speak():
    bench = Bench([])
    bench.line.speak(b"abcdefgh", 1_000_000)
    assert bench.hear(20) == b"abcd"
    bench.line.speak(b"\x00", 1_000_000 + 6 * bit_us(11))
    rest = bench.hear(1000)
    assert rest[:1] == b"e" and rest[-1:] == b"h" and len(rest) == 4


def test_a_meter_ends_what_it_says_before_it_speaks_again():
    meter = slave(1, lambda: bytes.fromhex("0703") + bytes(8))
    bench = Bench([meter])
    meter.faults = [Late(200)]
    bench.write(encode_short(0x7B, 1))
    bench.write(encode_short(0x7B, 1))
    raw = bench.hear(10_000)
    assert raw[: len(raw) // 2] == raw[len(raw) // 2 :]
    parse_frame(raw[: len(raw) // 2])


# Baud rates.


def test_a_meter_hears_nothing_at_another_rate():
    bench = Bench([slave(1)])
    for baud in BAUDS:
        bench.line.set_baud(baud)
        assert bench.ask(encode_short(0x40, 1)) == (ACK if baud == 2400 else b"")


def test_a_change_of_the_rate_is_acknowledged_at_the_old_one():
    bench = Bench([slave(1), slave(2)])
    assert bench.ask(encode_long(0x53, 1, 0xBD)) == ACK
    assert bench.ask(encode_short(0x40, 1)) == b""
    assert bench.ask(encode_short(0x40, 2)) == ACK
    bench.line.set_baud(9600)
    assert bench.ask(encode_short(0x40, 1)) == ACK
    assert bench.ask(encode_short(0x40, 2)) == b""


def test_a_receiver_that_changes_its_rate_too_early_hears_garbage():
    bench = Bench([slave(1)])
    bench.write(encode_long(0x53, 1, 0xB8))
    bench.line.set_baud(300)
    assert bench.hear(1000) not in (b"", ACK)


# When.


def test_an_answer_begins_after_the_pause_and_a_late_one_later():
    for fault, begins_ms in ((None, 20), (Late(100), 120), (Slowest(), 187.5)):
        meter = slave(1)
        meter.faults = [fault]
        bench = Bench([meter])
        bench.write(encode_short(0x40, 1))
        # 5 characters there and one back.
        due = 6 * 11 * 1000 / 2400 + begins_ms
        assert bench.hear(int(due) - 1) == b""
        assert bench.hear(2) == ACK


def test_a_meter_can_have_a_pause_of_its_own():
    meter = slave(1)
    meter.think_us = 100_000
    bench = Bench([meter])
    bench.write(encode_short(0x40, 1))
    assert bench.hear(120) == b""
    assert bench.hear(10) == ACK


def test_nothing_is_due_on_a_quiet_bus():
    bus = Bus([], 2400)
    assert bus.next_us() is None
    bus.speak(Speech(1000, b"ab", 1000), 1000)
    assert bus.next_us() == 12_000
    assert bus.take(12_000) == b"a"
    assert bus.next_us() == 23_000
