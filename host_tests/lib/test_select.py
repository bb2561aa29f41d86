"""Selection by secondary address: the bytes, who matches, and that the answer is fresh and the right one."""

from busline import Counter
from checks import raises
from masterbus import BAUDS, CLEAR, NKE, SET, Bus, damaged, lost, register
from simtime import run

from lumbus.sim.fcb import Memory
from lumbus.sim.slave import Slave
from mbus.errors import DamagedReply, NoReply, WrongMeter
from mbus.frame import RSP_UD, encode_long
from mbus.secondary import matches, selection

SELECT = 0x53


def meter(identification, address=0, value=0):
    raw = bytes.fromhex(identification)
    return Slave(address, bytes(reversed(raw)) + bytes.fromhex("32ad0102"), Counter(value))


def three():
    return [meter("12345678", 1, 1), meter("12345679", 2, 2), meter("87A54321", 3, 3)]


def select(bus, secondary, ci=0x52):
    return run(bus.clock, bus.master.select(secondary, ci))


def read(bus, secondary):
    return run(bus.clock, bus.master.read_secondary(secondary))


# The text and the bytes.


def test_a_selection_is_least_significant_byte_first_and_the_other_way_with_ci_56():
    for text, lsb, msb in (
        ("1234567832ad0102", "7856341232ad0102", "12345678ad320102"),
        ("12345678", "78563412ffffffff", "12345678ffffffff"),
        ("1F3456FFFFAD01FF", "ff56341fffad01ff", "1f3456ffadff01ff"),
        ("0000000a", "0a000000ffffffff", "0000000affffffff"),
    ):
        assert selection(text).hex() == lsb
        assert selection(text, 0x56).hex() == msb


def test_what_is_no_secondary_address_is_said():
    bus = Bus(three())
    for text in ("", "1234567", "123456789", "1234567g", "12345678 2ad0102", "1234567832ad010", "x" * 16):
        assert text in str(raises(ValueError, selection, text))
        raises(ValueError, select, bus, text)
        raises(ValueError, read, bus, text)
    assert not any(request[0] == 0x68 for request in bus.line.sent)
    # The bus is not left in use.
    assert bus.register(1) == 1


def test_f_is_any_digit_and_ff_any_byte_of_the_rest():
    own = "1234567A2fad01ff"
    for wanted in (own, own.upper(), "1234567a", "FFFFFFFF", "F2F4F6FA", "1234567Affffffff", "ffffffff2fadffff"):
        assert matches(wanted, own), wanted
    for wanted in ("12345678", "1234567B", "F3FFFFFF", "1234567Affffff01", "ffffffffffff02ff", "1234567Afffff1ff"):
        assert not matches(wanted, own), wanted
    # An F beside another digit is a digit of its own there.
    assert not matches("1234567A2f", "1234567A2e")
    assert not matches("1234567Af2", "1234567Ae2")


# On the bus.


def test_selecting_resets_253_first_and_asks_it_what_it_wants_to_know():
    bus = Bus(three())
    assert select(bus, "12345679") is True
    assert bus.line.sent[1] == bytes.fromhex("680b0b6853fd5279563412ffffffff") + b"\xb3\x16"
    # Nobody was selected, so the one that is now is reset, and selected again.
    assert bus.controls() == [NKE, SELECT, NKE, SELECT]
    reply = bus.read(253)
    assert (register(reply), reply.telegram.frame.address) == (2, 2)
    assert register(bus.read(253)) == 2
    assert select(bus, "12345678") is True
    assert bus.controls() == [SET, CLEAR, NKE, SELECT]


def test_most_significant_byte_first_does_as_well():
    bus = Bus(three())
    assert select(bus, "87A5432132ad0102", 0x56) is True
    assert bus.register(253) == 3
    assert register(run(bus.clock, bus.master.read_secondary("12345678", ci=0x56))) == 1


def test_nobody_who_acknowledges_is_false_after_two_repeats():
    bus = Bus(three())
    assert select(bus, "12345670") is False
    assert bus.controls() == [NKE, SELECT, SELECT, SELECT]
    # Who was selected before is so no more.
    assert select(bus, "12345678") is True
    assert select(bus, "99999999") is False
    bus.fails(NoReply, 253)


def test_a_lost_acknowledge_is_asked_for_again():
    for faults in ([None, lost], [None, lost, lost], [lost, lost]):
        bus = Bus(three())
        bus.line.faults = faults
        assert select(bus, "12345678") is True
        assert bus.register(253) == 1


def test_hexadecimal_digits_are_digits():
    bus = Bus([meter("1234567A", 1, 5), meter("1234567B", 2, 6), meter("1234567E", 3, 7)])
    for digit, value in (("A", 5), ("b", 6), ("E", 7)):
        assert register(read(bus, "1234567" + digit)) == value
    assert select(bus, "1234567C") is False


def test_several_acknowledges_at_the_same_time_are_one_and_the_reading_tells():
    bus = Bus(three())
    assert select(bus, "1234567F") is True
    bus.fails(DamagedReply, 253)


def test_several_acknowledges_that_do_not_coincide_are_told_as_a_collision():
    bus = Bus(three())
    for i in range(2):
        bus.line._slaves[i].think_us = 20000 + 1000 * i
    error = raises(DamagedReply, select, bus, "1234567F")
    assert (error.kind, error.address) == ("collision", 253)


def test_reading_by_secondary_address_selects_each_time_and_every_reading_is_fresh():
    for one_memory in (False, True):
        bus = Bus(three())
        for slave in bus.line._slaves:
            slave.one_memory = one_memory
        for value in range(100, 104):
            for identification, slave in zip(("12345678", "12345679", "87a54321"), bus.line._slaves):
                for text in (identification, identification + "32ad0102"):
                    slave._body.value = value = value + 1
                    assert register(read(bus, text)) == value
        bus.wait(1000)


class Kept(Memory):
    """An FCB that SND_NKE to the selected slave clears, and a selection does not."""

    def __init__(self, slave):
        super().__init__()
        self._slave = slave
        self._reset = slave._reset_link
        slave._reset_link = self.reset

    def reset(self, address, memory):
        super().clear()
        return self._reset(address, memory)

    def clear(self):
        if not hasattr(self, "_slave"):
            super().clear()


def test_a_meter_whose_fcb_is_not_cleared_by_the_selection_is_fresh_from_the_first_reading():
    for before in range(4):
        bus = Bus(three())
        one = bus.line._slaves[0]
        one._as_selected = Kept(one)
        select(bus, "12345678")
        for _ in range(before):
            bus.read(253)
        # Another master took the selection away.
        one.selected = False
        one._body.value = 4711
        bus.master.fcb.clear()
        assert register(read(bus, "12345678")) == 4711, before


def test_the_first_selection_resets_the_one_selected_and_the_next_ones_go_straight():
    bus = Bus(three())
    read(bus, "12345678")
    assert bus.controls() == [NKE, SELECT, NKE, SELECT, SET]
    for identification in ("12345678", "12345679", "12345678"):
        read(bus, identification)
        assert bus.controls() == [NKE, SELECT, SET]


def test_after_a_failure_the_selection_is_done_anew():
    for fault, error in ((lost, NoReply), (damaged, DamagedReply)):
        bus = Bus(three())
        read(bus, "12345678")
        bus.line.faults = [None, None, fault, fault, fault]
        raises(error, read, bus, "12345678")
        bus.controls()
        bus.line._slaves[0]._body.value = 77
        assert register(read(bus, "12345678")) == 77
        assert SELECT in bus.controls()


def test_a_repeat_does_not_lose_the_selection():
    bus = Bus(three())
    select(bus, "12345678")
    bus.controls()
    bus.line.faults = [lost, None, None]
    assert [bus.register(253) for _ in range(3)] == [1, 1, 1]
    assert bus.controls() == [SET, SET, CLEAR, SET]


def test_nobody_selected_is_no_reply():
    bus = Bus(three())
    assert raises(NoReply, read, bus, "00000000").address == 253


def test_another_meter_than_the_one_selected_is_refused():
    for secondary in ("11111111", "1234567832ad0103", "1234567833adffff", "FFFFFFF9"):
        rude = meter("12345678")
        rude.selected = True
        rude._select = rude._reset_link = lambda *what: b"\xe5"
        bus = Bus([rude])
        error = raises(WrongMeter, read, bus, secondary)
        assert (error.wanted, error.found) == (secondary, "1234567832ad0102")
        assert error.found in str(error) and secondary in str(error)


def test_a_telegram_without_an_identification_is_believed():
    bus = Bus(three())
    records = b"\x04\x04\x09\x00\x00\x00"
    bus.line.faults = [None] * 4 + [lambda reply: encode_long(RSP_UD, 1, 0x78, records)]
    reply = read(bus, "12345678")
    assert (register(reply), reply.telegram.secondary_address) == (9, None)


def test_selecting_and_reading_works_at_every_baud_rate_and_with_an_echo():
    for baud in BAUDS:
        for echo in (False, True):
            bus = Bus(three(), baud)
            bus.line.echo = echo
            for text, value in (("12345678", 1), ("12345679", 2), ("87A5FFFF", 3)):
                assert register(read(bus, text)) == value


def test_a_reading_that_is_cancelled_leaves_nothing_behind():
    steps = 0
    while True:
        steps += 1
        bus = Bus(three())
        read(bus, "12345678")
        bus.wait(1000)
        reading = bus.master.read_secondary("12345679")
        try:
            for _ in range(steps):
                bus.clock.now = max(bus.clock.now, reading.send(None))
        except StopIteration:
            break
        reading.close()
        bus.line._slaves[0]._body.value = 4321
        assert register(read(bus, "12345678")) == 4321, steps
    assert steps > 20
