"""Search by secondary address: simulated meters whose answers collide as on the wire, in simulated time."""

from checks import raises
from masterbus import BAUDS, Bus, lost
from searchbus import FIVE, Search, damaged, expected, five, meter
from simtime import run

from lumbus.sim.misbehave import Noise, Silent
from lumbus.sim.slave import Slave
from mbus.errors import DamagedReply
from mbus_service.search import search_secondary


def test_five_meters_are_found_by_secondary_address_at_every_baud_rate():  # not in WebAssembly: long
    for baud in BAUDS:
        for think_us in ([None] * 5, [20000, 20300, 21000, 40000, 60000], [80000, 20000, 80000, 20000, 20000]):
            slaves = five()
            for slave, think in zip(slaves, think_us):
                slave.think_us = think
            search = Search(Bus(slaves, baud), search_secondary)
            assert search.clean() == expected(slaves), (baud, think_us)
            assert not search.damage()
            assert search.is_steady()
            assert not any(slave.selected for slave in slaves)


def test_unconfigured_meters_are_found_whose_addresses_are_all_0():
    slaves = [meter(identification, 0, value=i) for i, identification in enumerate(FIVE)]
    search = Search(Bus(slaves), search_secondary)
    assert search.clean() == expected(slaves)


def test_meters_that_speak_as_one_do_not_hide_one_another():  # not in WebAssembly: long
    # The first says 1 only where the second does: so together they are heard as the first, if the checksum allows it.
    for identifications in (("12345678", "12345679"), ("12345618", "12345658"), ("10000000", "50000000")):
        for access in range(0, 256, 32):
            slaves = [meter(identification, 0, value=7) for identification in identifications]
            for slave in slaves:
                slave._access = access
            assert Search(Bus(slaves), search_secondary).clean() == expected(slaves), (identifications, access)


def test_one_meter_is_found_without_a_walk():
    bus = Bus([meter("5A0C0001", 3)])
    search = Search(bus, search_secondary)
    assert search.clean() == [(3, "5A0C0001")]
    assert len(search.progress) == 2


def test_an_empty_bus_is_searched_in_no_time():
    for baud in BAUDS:
        bus = Bus([], baud)
        search = Search(bus, search_secondary)
        assert search.found == []
        assert len(bus.controls()) == 2 + 3
        assert search.is_steady()


def test_meters_that_differ_in_the_first_or_in_the_last_digit_only():
    for identifications in (("10000000", "20000000"), ("00000001", "00000002"), ("00000000", "90000000")):
        slaves = [meter(identification, i) for i, identification in enumerate(identifications)]
        assert Search(Bus(slaves), search_secondary).clean() == expected(slaves)


def test_digits_a_to_e_are_tried_where_a_collision_is_not_explained_without():
    slaves = [meter("1234567A", 1), meter("1234567B", 2)]
    assert Search(Bus(slaves), search_secondary).clean() == expected(slaves)
    slaves = [meter("12345671", 1), meter("C2345671", 2)]
    assert Search(Bus(slaves), search_secondary).clean() == expected(slaves)


def test_digits_a_to_e_are_tried_everywhere_where_that_is_asked_for():
    slaves = [meter("12345671", 1), meter("12345672", 2), meter("1234567E", 3)]
    assert Search(Bus(slaves), search_secondary).clean() == expected(slaves[:2])
    search = Search(Bus(slaves), search_secondary, "FFFFFFFF", True)
    assert search.clean() == expected(slaves)
    assert search.is_steady()


def test_a_mask_limits_the_search():
    slaves = five()
    slaves.append(meter("12345670", 9, "77040102"))
    for mask, count in (
        ("1234567F", 3),
        ("FFFFFFFF32AD0102", 5),
        ("ffffffff7704ffff", 1),
        ("12345678", 1),
        ("0000000F", 1),
        ("7FFFFFFF", 0),
    ):
        search = Search(Bus(slaves), search_secondary, mask)
        assert len(search.clean()) == count, mask
        assert search.is_steady()
    for mask in ("", "1234", "FFFFFFFG"):
        bus = Bus(slaves)
        raises(ValueError, Search, bus, search_secondary, mask)
        assert bus.line.sent == []


def test_one_fault_anywhere_loses_no_meter_and_gives_none_twice():
    at = 0
    last = 1
    while at < last:
        for fault in (lost, damaged):
            slaves = [meter("12345678", 1), meter("12345679", 2), meter("12345618", 3)]
            bus = Bus(slaves)
            bus.line.faults = [None] * at + [fault]
            search = Search(bus, search_secondary, "123456FF")
            # With a telegram, though something else may have been heard.
            found = sorted([(one.address, one.secondary[:8]) for one in search.found if one.telegram])
            assert found == expected(slaves), (fault, at)
            assert len(search.found) == 3, (fault, at)
            last = len(bus.line.sent)
        at += 4


def test_a_meter_that_does_not_acknowledge_its_digit_twice_is_asked_again():
    for at in range(40):
        slaves = [meter("12345678", 1), meter("12345679", 2)]
        slaves[0].faults = [None] * at + [Silent(), Silent()]
        search = Search(Bus(slaves), search_secondary, "1234567F")
        assert sorted([one.address for one in search.found if one.telegram]) == [1, 2], at


def test_a_damaged_reading_of_one_meter_is_tried_again():
    for fault in (damaged, lost):
        slaves = [meter("12345678", 1)]
        bus = Bus(slaves)
        bus.line.faults = [None] + [fault] * 3
        assert Search(bus, search_secondary, "12345678").clean() == expected(slaves)


def test_two_that_garble_do_not_hide_behind_a_third_that_answers_later():
    slaves = [meter("81599418", 1, value=8), meter("81599417", 2, value=3), meter("81599444", 3, value=9)]
    for slave, think_us in zip(slaves, (20300, 20000, 80000)):
        slave.think_us = think_us
    assert Search(Bus(slaves, 9600), search_secondary).clean() == expected(slaves)


class Busy(Slave):
    """It acknowledges, and gives no data: as who speaks while the question comes."""

    def _respond(self, body):
        return b""


def test_an_acknowledge_behind_another_is_heard_though_its_meter_says_no_more():
    for think_us in (22000, 24000, 26000, 30000, 40000, 60000, 80000):
        slaves = [meter("12345678", 1), meter("12345679", 2, slave=Busy)]
        slaves[1].think_us = think_us
        search = Search(Bus(slaves, 9600), search_secondary, "1234567F")
        assert [one.address for one in search.found if one.telegram] == [1], think_us
        assert [one.secondary[:8] for one in search.found if not one.telegram] == ["12345679"], think_us


def test_a_meter_that_loses_every_third_answer_is_found():
    for first in range(3):
        slaves = [meter("12345678", 1), meter("12345679", 2)]
        slaves[0].faults = [None] * first + [Silent(), None, None] * 40
        search = Search(Bus(slaves), search_secondary)
        assert sorted([(one.address, one.secondary[:8]) for one in search.found if one.telegram]) == expected(slaves)


def test_a_slow_meter_that_answers_behind_a_quick_one_is_not_lost():
    for baud in (2400, 9600):
        slaves = [meter("12345678", 1), meter("12345679", 2)]
        slaves[0].think_us = 11 * 1000000 // baud
        slaves[1].think_us = 330 * 1000000 // baud + 50000
        assert Search(Bus(slaves, baud), search_secondary).clean() == expected(slaves)


def test_meters_with_the_same_identification_are_told_as_what_they_are():
    slaves = [meter("12345678", 1, "32ad0102", 5), meter("12345678", 2, "77040107", 6), meter("00000009", 3)]
    search = Search(Bus(slaves), search_secondary)
    assert search.clean() == expected(slaves[2:])
    (one,) = search.damage()
    assert (one.secondary, one.address, one.telegram) == ("12345678ffffffff", None, None)
    assert one.damage.kind == "collision" and one.damage.raw
    # With the manufacturer they can be told apart.
    assert Search(Bus(slaves), search_secondary, "12345678FFFFFF02").clean() == expected(slaves[:1])


def test_a_meter_that_was_not_deselected_is_given_once_and_hides_nobody():
    rude = meter("99990000", 9)
    rude._select = lambda frame: b"\xe5"
    rude._reset_link = lambda address, memory: b"\xe5"
    rude.selected = True
    slaves = [meter("10000000", 1), rude]
    search = Search(Bus(slaves), search_secondary)
    assert [one.address for one in search.found if one.telegram].count(9) == 1
    assert [one.secondary[:8] for one in search.found if one.damage and not one.telegram] == ["10000000"]


def test_noise_with_every_answer_hides_no_meter():
    slaves = [meter("12345678", 1), meter("12345679", 2)]
    for slave in slaves:
        slave.always = Noise(b"\x00\x55")
    search = Search(Bus(slaves), search_secondary)
    found = sorted([(one.address, one.secondary[:8]) for one in search.found if one.telegram])
    assert found == expected(slaves)


def test_a_bus_that_cannot_be_searched_ends_the_search():
    bus = Bus([])
    bus.line.write = lambda data: bus.line.speak(b"\x31\x92\x45" * 9, bus.clock.ms() * 1000 + 60000)
    raises(DamagedReply, Search, bus, search_secondary)
    assert bus.clock.ms() < 3600000


def test_a_meter_without_an_identification_in_its_header_is_found_when_it_is_alone():
    slave = meter("12345678", 5)
    slave._ci = 0x79
    (one,) = Search(Bus([slave]), search_secondary).found
    assert (one.address, one.telegram, one.damage) == (5, None, None)


def test_a_search_leaves_room_for_other_conversations():
    slaves = five()
    bus = Bus(slaves)
    seen = []

    async def poll():
        while True:
            reply = await bus.master.read(1)
            seen.append(reply.telegram.secondary_address[:8])
            await bus.clock.sleep_ms(2000)

    found = []
    search = search_secondary(bus.master, found.append, lambda *what: None)
    run(bus.clock, search, poll(), limit_ms=10000000)
    assert sorted([one.address for one in found]) == [slave.address for slave in slaves]
    assert len(seen) > 10 and set(seen) == {"12345678"}
