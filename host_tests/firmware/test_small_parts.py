"""History, units, registers, light, back-off, packets: one rule each."""

from checks import raises
from simtime import SimClock

from uplink.backoff import Backoff
from uplink.history import PulseHistory
from uplink.interval import Interval
from uplink.light import Light
from uplink.log import Log
from uplink.mqtt_packets import PacketError, PacketReader
from uplink.register import FELL, OLD, WENT_ON, WRAPPED, Register
from uplink.topics import Topics
from uplink.units import Units


def test_history_gives_the_count_that_was_certain():
    history = PulseHistory()
    for count, at_ms in ((1, 100), (2, 200), (5, 300)):
        history.add(at_ms, count)
    assert [history.at(t) for t in (100, 101, 200, 201, 299, 301)] == [0, 1, 1, 2, 2, 5]
    assert history.count == 5
    assert history.last_ms == 300


def test_history_that_does_not_reach_back_gives_what_is_never_too_high():
    history = PulseHistory()
    for count in range(1, 1001):
        history.add(10 * count, count)
    for at_ms in range(0, 10010, 7):
        assert history.at(at_ms) <= max(0, at_ms - 1) // 10
    assert history.at(9995) == 999
    assert history.at(5) == 0


def test_before_the_counting_began_there_may_have_been_as_many_pulses_as_can_be():
    history = PulseHistory(10000, 50000)
    history.add(10400, 3)
    ages = (0, 200, 500, 1000, 60000)
    # 51 ms are one pulse for certain and perhaps two, and so on.
    assert history.counts_back(10450, ages, [0] * 5) == [3, 0, -2, -12, -1192]
    assert PulseHistory().counts_back(10450, ages, [0] * 5) == [0] * 5


def test_units_of_the_m1pro40_are_its_pulses():
    units = Units(10, 5000)
    assert (units.pulse, units.step) == (1, 50)
    assert units.of_wh(100000, 3) == 500000000 < 1 << 30
    assert units.of_wh(123456, 1) == 6172800
    assert units.floor_mwh(3) == 600


def test_units_divide_odd_constants_exactly():
    for step, constant in ((10, 750), (1, 3200), (1000, 100), (100, 10000), (10, 6400), (10, 7)):
        units = Units(step, constant)
        # pulse : step = 1000/constant : step_wh
        assert units.pulse * constant * step == units.step * 1000


def test_units_round_outwards():
    units = Units(10, 750)
    assert units.floor_mwh(1) <= units.ceil_mwh(1)
    assert units.ceil_mwh(1) - units.floor_mwh(1) <= 1
    assert units.of_wh(12345, -1) * 10 * 1000 <= 12345 * units.step * 100


def test_a_register_wraps_and_does_not_fall():
    register = Register(1000000)
    assert register.take(999990) == (999990, WENT_ON)
    assert register.take(5) == (1000005, WRAPPED)
    assert register.take(400) == (1000400, WENT_ON)


def test_a_register_that_falls_and_stays_low_is_told_and_followed():
    register = Register(1000000)
    register.take(500000)
    assert register.take(499999) == (499999, OLD)
    assert register.take(500000) == (500000, WENT_ON)
    assert register.take(400000) == (400000, OLD)
    assert register.take(400001) == (400001, FELL)
    assert register.take(400002) == (400002, WENT_ON)


def test_one_late_register_does_not_lower_what_an_interval_uses():
    interval = Interval(10, [20, 25])
    assert interval.hi2 == [25, 25]
    interval.narrow(12, [19, 19])
    assert interval.lo == 12
    assert interval.hi2 == [20, 25]
    interval.narrow(11, [19, 24])
    assert interval.hi2 == [19, 24]
    assert interval.first_lo == 10 and interval.first_hi == 25


class Pulses:
    def __init__(self):
        self.times = []
        self.given = 0

    def update(self, history):
        for at_ms in self.times[self.given :]:
            self.given += 1
            history.add(at_ms, self.given)

    def may_have_lost(self):
        return False


def test_power_comes_from_whole_pulses_and_their_times():
    source = Pulses()
    light = Light(source, 5000)
    assert light.power(0) == (None, False)
    source.times += [1000]
    light.look()
    assert light.power(1000) == (None, False)
    source.times += [1720, 2440]
    light.look()
    # A pulse of 0.2 Wh each 0.72 s is 1000 W.
    assert light.power(2500) == (1000000, False)


def test_power_bound_falls_with_the_silence():
    source = Pulses()
    light = Light(source, 5000)
    source.times += [1000, 1720]
    light.look()
    light.power(1720)
    source.times += [2440]
    light.look()
    light.power(2440)
    # 5 W is one pulse in 144 s.
    assert light.power(2440 + 144000) == (5000, True)
    assert light.power(2440 + 288000) == (2500, True)


def test_backoff_doubles_to_its_bound_with_jitter():
    calm = Backoff(500, 4000, lambda n: 0)
    assert [calm.next_ms() for _ in range(5)] == [500, 1000, 2000, 4000, 4000]
    calm.reset()
    assert calm.next_ms() == 500
    hasty = Backoff(1000, 4000, lambda n: n - 1)
    assert hasty.next_ms() == 750


def test_packets_come_whole_whatever_the_pieces():
    stream = b"\x20\x02\0\0" + b"\x30\x80\x01" + b"x" * 128 + b"\xd0\0"
    for size in (1, 2, 3, 7, 200):
        reader = PacketReader(1000)
        packets = []
        for at in range(0, len(stream), size):
            reader.feed(stream[at : at + size])
            packet = reader.take()
            while packet is not None:
                packets.append(packet)
                packet = reader.take()
        assert [len(p) for p in packets] == [4, 131, 2]


def test_a_packet_that_is_too_long_or_malformed_is_refused_at_once():
    reader = PacketReader(100)
    reader.feed(b"\x30\xff\x7f")
    raises(PacketError, reader.take)
    reader = PacketReader(100)
    reader.feed(b"\x30\xff\xff\xff\xff\x01")
    raises(PacketError, reader.take)


def test_the_log_tells_the_time_and_counts():
    lines = []
    log = Log(SimClock(12345), lines.append)
    for number in range(30):
        log("line %d" % number)
    assert lines[0] == "12.345 line 0"
    assert log.count == 30


def test_topics_are_bytes_under_the_gateway():
    topics = Topics("lumbus", "0200")
    assert topics.status == b"lumbus/v1/0200/status"
    assert topics.meter("16250476ad320102", "reading") == b"lumbus/v1/0200/16250476ad320102/reading"
