"""Setting a simulated meter, each setting read back, in simulated time."""

from checks import raises
from masterbus import BAUDS, Bus, lost, register
from searchbus import meter
from simtime import run

from lumbus.sim.meter_clock import MeterClock
from mbus.errors import BusError, NoReply
from mbus_service.encode import date_time, encode_record
from mbus_service.settings import NotTaken, reset_application, set_address, set_baud, set_clock, set_identification


def two(baud=2400):
    return Bus([meter("12345678", 1, value=11), meter("87654321", 2, value=22)], baud)


def do(bus, setting, *arguments):
    return run(bus.clock, setting(bus.master, *arguments))


def writes(bus):
    """What SND_UD carried: CI and the bytes behind it."""
    return [request[6:-2] for request in bus.line.sent if request[0] == 0x68]


def lock(bus):
    for slave in bus.line._slaves:
        slave.locked = True


def goes_astray(bus, ci, **there):
    """Let the first meter acknowledge the command `ci`, and be where nobody sent it."""
    slave = bus.line._slaves[0]
    answer = slave.answer

    def astray(frame):
        reply = answer(frame)
        if frame.ci == ci:
            for name in there:
                setattr(slave, name, there[name])
        return reply

    slave.answer = astray


# Primary address.


def test_a_meter_gets_another_address_and_answers_there():
    for baud in BAUDS:
        for new in (0, 5, 250):
            bus = two(baud)
            do(bus, set_address, 1, new)
            assert writes(bus) == [b"\x51\x01\x7a" + bytes((new,))]
            assert bus.register(new) == 11
            bus.fails(NoReply, 1)
            assert bus.register(2) == 22


def test_an_address_that_is_in_use_is_left_alone():
    bus = two()
    error = raises(BusError, do, bus, set_address, 1, 2)
    assert error.address == 2 and "2" in str(error)
    assert writes(bus) == []
    assert (bus.register(1), bus.register(2)) == (11, 22)


def test_an_address_in_use_is_seen_though_one_answer_is_lost_or_snd_nke_not_known():
    bus = two()
    bus.line.faults = [lost]
    raises(BusError, do, bus, set_address, 1, 2)
    bus = two()
    bus.line._slaves[1].nke_acknowledged = False
    raises(BusError, do, bus, set_address, 1, 2)
    assert bus.register(1) == 11


def test_an_address_that_is_none_is_refused_before_anything_is_sent():
    bus = two()
    for new in (-1, 251, 253, 255, 1000):
        assert str(new) in str(raises(ValueError, do, bus, set_address, 1, new))
    assert bus.line.sent == []


def test_an_address_that_was_not_taken_is_told_with_the_one_it_has():
    bus = two()
    lock(bus)
    error = raises(NotTaken, do, bus, set_address, 1, 5)
    assert (error.address, error.what, error.wanted, error.found) == (1, "address", 5, 1)
    assert bus.register(1) == 11


def test_a_meter_that_is_gone_afterwards_is_told():
    bus = two()
    goes_astray(bus, 0x51, address=77)
    error = raises(NotTaken, do, bus, set_address, 1, 5)
    assert (error.wanted, error.found) == (5, None)


def test_a_selected_meter_gets_an_address_of_its_own_among_others_at_the_same():
    bus = Bus([meter("12345678", 0, value=11), meter("87654321", 0, value=22)])
    assert run(bus.clock, bus.master.select("87654321"))
    do(bus, set_address, 253, 7)
    assert bus.register(7) == 22
    assert bus.register(0) == 11
    # It is not the one that has the address already.
    run(bus.clock, bus.master.select("12345678"))
    lock(bus)
    assert raises(NotTaken, do, bus, set_address, 253, 8).found == 0


def test_the_only_meter_is_set_by_254():
    bus = Bus([meter("12345678", 0, value=11)])
    do(bus, set_address, 254, 9)
    assert bus.register(9) == 11


def test_nobody_there_is_no_reply():
    for setting, value in ((set_address, 5), (set_baud, 300), (set_identification, "11111111")):
        bus = Bus([])
        raises(NoReply, do, bus, setting, 1, value)
        assert bus.line.baud == 2400


# Baud rate.


def test_a_meter_and_the_line_go_on_at_the_new_baud_rate():
    for old in BAUDS:
        for new, ci in ((300, 0xB8), (600, 0xB9), (1200, 0xBA), (2400, 0xBB), (4800, 0xBC), (9600, 0xBD)):
            bus = two(old)
            do(bus, set_baud, 1, new)
            assert writes(bus) == [bytes((ci,))]
            assert bus.line.baud == new
            assert bus.register(1) == 11
            if new != old:
                bus.fails(NoReply, 2)


def test_a_rate_that_no_meter_has_is_refused():
    bus = two()
    for new in (0, 1000, 115200):
        assert str(new) in str(raises(ValueError, do, bus, set_baud, 1, new))
    assert bus.line.sent == []


def test_a_rate_that_the_meter_does_not_know_changes_nothing():
    bus = two()
    raises(NoReply, do, bus, set_baud, 1, 38400)
    assert writes(bus)[0] == b"\xbf"
    assert bus.line.baud == 2400
    assert bus.register(1) == 11


def test_a_rate_that_was_not_taken_is_told_and_the_line_goes_back():
    for baud in BAUDS:
        bus = two(baud)
        lock(bus)
        error = raises(NotTaken, do, bus, set_baud, 1, 1200)
        assert (error.address, error.what, error.wanted, error.found) == (1, "baud rate", 1200, baud)
        assert bus.line.baud == baud
        assert bus.register(1) == 11


def test_a_meter_that_answers_at_neither_rate_is_told():
    bus = two()
    goes_astray(bus, 0xB8, baud=600)
    error = raises(NotTaken, do, bus, set_baud, 1, 300)
    assert (error.wanted, error.found) == (300, None)
    assert bus.line.baud == 2400


def test_a_selected_meter_gets_another_baud_rate():
    bus = two()
    run(bus.clock, bus.master.select("87654321"))
    bus.line.faults = [None, lost]
    do(bus, set_baud, 253, 9600)
    assert bus.register(2) == 22


# Application reset.


def test_the_application_is_reset_with_a_subcode_or_without():
    for subcode, sent in ((None, b"\x50"), (0, b"\x50\x00"), (0x30, b"\x50\x30")):
        bus = two()
        do(bus, reset_application, 1, subcode)
        assert writes(bus) == [sent]
        assert bus.line._slaves[0].reset_subcode == subcode
        # It is over when the meter can be read.
        bus.line.faults = [None] + [lost] * 3
        raises(NoReply, do, bus, reset_application, 1)


# Identification.


def test_a_meter_gets_another_identification_or_a_whole_secondary_address():
    for digits, sent, now in (
        ("00112233", b"\x51\x0c\x79\x33\x22\x11\x00", "0011223332ad0102"),
        ("9999999977040107", b"\x51\x07\x79\x99\x99\x99\x99\x77\x04\x01\x07", "9999999977040107"),
        ("12345670ff04ff0f", b"\x51\x07\x79\x70\x56\x34\x12\xff\x04\xff\x0f", "12345670ff04ff0f"),
    ):
        bus = two()
        do(bus, set_identification, 1, digits)
        assert writes(bus) == [sent]
        assert bus.read(1).telegram.secondary_address == now


def test_what_is_no_identification_is_refused_before_anything_is_sent():
    bus = two()
    for digits in ("", "1234567", "123456789", "1234567F", "f2345678", "x2345678", "1234567F32ad0102"):
        raises(ValueError, do, bus, set_identification, 1, digits)
    assert bus.line.sent == []


def test_an_identification_that_was_not_taken_is_told_with_the_one_it_has():
    bus = two()
    lock(bus)
    error = raises(NotTaken, do, bus, set_identification, 1, "00112233")
    assert (error.what, error.wanted, error.found) == ("identification", "00112233", "1234567832ad0102")
    assert "00112233" in str(error) and "12345678" in str(error)


# Clock.


def with_clock(bus):
    slave = bus.line._slaves[0]
    slave.clock = MeterClock(bus.clock.ms, date_time(2020, 1, 1, 0, 0))
    slave._body = lambda: encode_record(b"\x04", b"\x13", 5) + b"\x04\x6d" + slave.clock.shown()
    return slave.clock


def test_the_clock_is_set_in_local_time_and_read_back():
    for moment in ((2026, 11, 23, 2, 30), (2000, 2, 29, 23, 59), (2079, 12, 31, 0, 0)):
        bus = two()
        clock = with_clock(bus)
        do(bus, set_clock, 1, moment)
        assert writes(bus) == [b"\x51\x04\x6d" + date_time(*moment)]
        assert clock.shown() == date_time(*moment)


def test_a_clock_that_has_gone_on_is_right():
    bus = two()
    clock = with_clock(bus)
    # It keeps its seconds, and a minute is over while it is read.
    set_to = clock.set

    def keeps_seconds(raw):
        set_to(raw)
        clock._set_ms -= 59990

    clock.set = keeps_seconds
    do(bus, set_clock, 1, (2026, 11, 23, 2, 30))
    assert clock.shown() == date_time(2026, 11, 23, 2, 31)


def test_a_clock_that_was_not_taken_or_is_not_shown_is_told():
    bus = two()
    with_clock(bus)
    lock(bus)
    error = raises(NotTaken, do, bus, set_clock, 1, (2026, 11, 23, 2, 30))
    assert (error.what, error.wanted, error.found) == ("clock", "2026-11-23T02:30", "2020-01-01T00:00")
    bus = two()
    assert raises(NotTaken, do, bus, set_clock, 1, (2026, 11, 23, 2, 30)).found is None


def test_a_clock_that_goes_wrong_is_told():
    for minutes in (-1, 2, 60, 24 * 60):
        bus = two()
        clock = with_clock(bus)
        set_to = clock.set

        def off(raw, set_to=set_to, clock=clock, minutes=minutes):
            set_to(raw)
            clock._minutes += minutes

        clock.set = off
        raises(NotTaken, do, bus, set_clock, 1, (2026, 11, 23, 2, 30))


def test_what_is_no_moment_is_refused_before_anything_is_sent():
    bus = two()
    with_clock(bus)
    for moment in ((2026, 13, 1, 0, 0), (2026, 1, 32, 0, 0), (2026, 1, 1, 24, 0), (2026, 1, 1, 0, 60)):
        raises(ValueError, do, bus, set_clock, 1, moment)
    assert bus.line.sent == []


def test_a_fault_in_any_answer_is_repeated():
    for at in range(8):
        bus = two()
        for setting, address, value in ((set_address, 1, 5), (set_identification, 5, "00000001"), (set_baud, 5, 9600)):
            bus.line.faults = [None] * at + [lost]
            do(bus, setting, address, value)
        del bus.line.faults[:]
        assert register(bus.read(5)) == 11
        assert bus.read(5).telegram.identification == "00000001"
