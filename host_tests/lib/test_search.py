"""Search by primary address and for the baud rate: simulated meters whose answers collide as on the wire."""

from masterbus import BAUDS, NKE, Bus, DeafToNke, lost
from searchbus import Search, damaged, expected, five, meter
from simtime import run

from lumbus.sim.misbehave import Late
from mbus.timing import BAUD_RATES
from mbus_service.search import detect_baud, search_primary


def test_five_meters_are_found_by_primary_address_at_every_baud_rate():
    for baud in BAUDS:
        slaves = five()
        search = Search(Bus(slaves, baud), search_primary, 0, 250 if baud == 2400 else 32)
        assert search.clean() == expected(slaves)
        assert [one.address for one in search.found] == [1, 8, 15, 22, 29]
        assert not search.damage()
        assert all(one.telegram.secondary_address == one.secondary for one in search.found)


def test_a_primary_search_asks_every_address_once_and_tells_how_far_it_is():
    bus = Bus([meter("00000000", 0), meter("00000001", 250)])
    search = Search(bus, search_primary)
    assert [one.address for one in search.found] == [0, 250]
    assert search.is_steady()
    assert [what[0] for what in search.progress] == list(range(252))
    assert bus.controls().count(NKE) == 251


def test_a_part_of_the_addresses_can_be_searched():
    bus = Bus(five())
    search = Search(bus, search_primary, 8, 15)
    assert [one.address for one in search.found] == [8, 15]
    assert {request[2] for request in bus.line.sent} == set(range(8, 16))
    assert search.progress[-1][:2] == (8, 8)


def test_a_silent_address_costs_two_requests():
    for baud in BAUDS:
        bus = Bus([], baud)
        search = Search(bus, search_primary, 1, 100)
        assert len(bus.controls()) == 200
        assert search.took_ms <= 200 * ((6 * 11 + 330 + 33) * 1000 // baud + 50 + 60 + 10)


def test_meters_at_the_same_address_are_told_with_what_was_heard():
    for baud in BAUDS:
        for late_ms in (0, 1, 7, 60, 200):
            two = [meter("12345678", 3, value=77), meter("87654321", 3, value=1234)]
            two[1].always = Late(late_ms) if late_ms < 70 or baud == 300 else Late(60)
            search = Search(Bus(two, baud), search_primary, 2, 4)
            (one,) = search.found
            assert (one.address, one.damage.kind in ("collision", "parity")) == (3, True), (baud, late_ms)
            assert one.damage.raw


def test_a_meter_deaf_to_snd_nke_and_one_whose_acknowledge_is_lost_are_found():
    bus = Bus([DeafToNke(meter("12345678", 5))])
    assert Search(bus, search_primary, 4, 6).clean() == [(5, "12345678")]
    for fault in (lost, damaged):
        bus = Bus([meter("12345678", 5)])
        bus.line.faults = [fault]
        assert Search(bus, search_primary, 5, 6).clean() == [(5, "12345678")]


def test_one_fault_anywhere_loses_no_meter_of_a_primary_search():
    for fault in (lost, damaged):
        for at in range(20):
            slaves = [meter("12345678", 1), meter("12345679", 2)]
            bus = Bus(slaves)
            bus.line.faults = [None] * at + [fault]
            search = Search(bus, search_primary, 1, 3)
            assert [(one.address, one.secondary[:8]) for one in search.found] == expected(slaves), (fault, at)


def test_noise_where_nobody_is_is_no_meter():
    bus = Bus([])
    bus.line.faults = [lambda reply: b"\x00\x68\xff"] * 2
    assert Search(bus, search_primary, 1, 3).found == []


def test_a_meter_that_acknowledges_and_gives_no_data_is_told_by_its_address():
    bus = Bus([meter("12345678", 5)])
    bus.line._slaves[0]._respond = lambda body: b""
    (one,) = Search(bus, search_primary, 4, 6).found
    assert (one.address, one.secondary, one.telegram) == (5, None, None)
    assert one.damage.raw == b""


def test_a_meter_whose_telegram_is_not_decoded_is_found():
    for ci, body, secondary in (
        (0x73, bytes.fromhex("e9 7e 01 00 00 00 35 01 00 00".replace(" ", "")), "12345678ffffffff"),
        (0x79, b"", None),
    ):
        slave = meter("12345678", 5)
        slave._ci = ci
        slave._body = lambda body=body: body
        (one,) = Search(Bus([slave]), search_primary, 5, 5).found
        assert (one.address, one.secondary, one.damage) == (5, secondary, None)
        assert (one.telegram is None) == (secondary is None)


# Baud rates.


def test_the_baud_rate_is_detected_and_the_line_left_so():
    for own in BAUD_RATES:
        bus = Bus([meter("12345678", 5)], own)
        bus.line.set_baud(1200)
        assert run(bus.clock, detect_baud(bus.master, 5)) == own
        assert bus.line.baud == own
        assert bus.read(5).telegram


def test_without_an_answer_the_line_keeps_its_rate():
    bus = Bus([meter("12345678", 5)], 2400)
    assert run(bus.clock, detect_baud(bus.master, 6)) is None
    assert run(bus.clock, detect_baud(bus.master, 5, (300, 9600))) is None
    assert bus.line.baud == 2400
    assert bus.read(5).telegram


def test_only_the_rates_given_are_tried_in_their_order():
    bus = Bus([meter("12345678", 5)], 300)
    rates = []
    bus.line.set_baud = lambda baud, plain=bus.line.set_baud: rates.append(baud) or plain(baud)
    assert run(bus.clock, detect_baud(bus.master, 254, (9600, 2400, 300, 600))) == 300
    assert rates == [9600, 2400, 300]
