"""What a simulated meter can be told: its addresses, its clock, its baud rate; and what it takes of it."""

from busline import slave
from slavetalk import ACK, NKE, SEND_CLEAR, UD2, ask, tell

from lumbus.sim.meter_clock import MeterClock
from lumbus.sim.slave import Slave
from mbus.parse import parse_frame
from mbus.telegram import Telegram


def test_the_primary_address_is_set_from_0_to_250():
    meter = slave(1)
    assert tell(meter, 0x51, "017afb") == ACK
    assert meter.address == 1
    assert tell(meter, 0x51, "017afa", control=SEND_CLEAR) == ACK
    assert ask(meter, NKE) == b"" and ask(meter, NKE, 250) == ACK


def test_the_identification_and_the_whole_secondary_address_are_set():
    meter = slave()
    assert tell(meter, 0x51, "0c7944332211") == ACK
    assert meter.secondary_text == "1122334432ad0102"
    assert tell(meter, 0x51, "07796655443324402304", control=SEND_CLEAR) == ACK
    assert meter.secondary_text == "3344556624402304"
    assert tell(meter, 0x55, "0c7911223344") == ACK
    assert meter.secondary_text == "1122334424402304"
    assert Telegram(parse_frame(ask(meter, UD2))).identification == "11223344"


def test_the_clock_is_set_and_goes_on():
    now = [0]
    meter = Slave(1, bytes(8), lambda: b"\x04\x6d" + meter.clock.shown(), clock=MeterClock(lambda: now[0]))
    # 2024-02-28T23:59
    assert tell(meter, 0x51, "046d3b371c32") == ACK
    assert meter.clock.shown().hex() == "3b371c32"
    now[0] = 60000
    assert ask(meter, UD2)[-6:-2].hex() == "00201d32"
    now[0] = 60000 * 1441
    assert meter.clock.shown().hex() == "00200133"


def test_what_is_no_time_is_not_taken():
    clock = MeterClock(lambda: 0)
    before = clock.shown()
    for raw in ("80371c32", "3c371c32", "3b381c32", "3b370032", "3b371e32", "3b371c30", "3b371c3d", "3b37fcfc"):
        assert clock.set(bytes.fromhex(raw)) is False
        assert clock.shown() == before


def test_the_clock_runs_through_centuries_of_minutes():
    now = [0]
    # 2000-01-01T00:00, then a hundred years less one minute.
    clock = MeterClock(lambda: now[0], bytes.fromhex("00200101"))
    for days, shown in ((366, "00202101"), (366 + 59, "00202103"), (36524, "0020 7f cc")):
        now[0] = days * 86400000
        assert clock.shown() == bytes.fromhex(shown), days


def test_a_baud_rate_is_taken_where_the_meter_has_it():
    meter = slave()
    for ci, baud in ((0xB8, 300), (0xBB, 2400), (0xBD, 9600)):
        meter.baud = None
        assert tell(meter, ci, control=0x43) == ACK
        assert meter.baud == baud
    assert tell(meter, 0xBE, control=0x43) == b""
    assert meter.baud == 9600


def test_a_locked_meter_acknowledges_and_stays_as_it_is():
    meter = slave()
    meter.locked = True
    for ci, data in ((0x51, "017a05"), (0x51, "0c7944332211"), (0xB8, "")):
        assert tell(meter, ci, data, control=0x43) == ACK
    assert (meter.address, meter.secondary_text, meter.baud) == (1, "1625047832ad0102", None)


def test_unknown_records_are_ignored_and_half_ones_not_understood():
    meter = slave()
    assert tell(meter, 0x51, "0413112233440c7944332211") == ACK
    assert meter.secondary_text[:8] == "11223344"
    assert tell(meter, 0x51, "0c7944", control=SEND_CLEAR) == b""
