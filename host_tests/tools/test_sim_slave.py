"""The simulated meter as a slave: what it answers, to whom, and what it does with what it is told."""

from busline import Counter, slave
from slavetalk import ACK, NKE, SEND, SEND_CLEAR, UD1, UD2, UD2_CLEAR, ask, tell

from lumbus.sim.fcb import IGNORES, MUTE, STUCK
from lumbus.sim.forms import FIXED, VARIABLE_MSB_FIRST
from lumbus.sim.misbehave import Cut, Damaged, Late, Noise, Reports, Silent
from lumbus.sim.slave import Slave
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus_service.encode import encode_record


def numbers(raw):
    """The records' integers, manufacturer data left out."""
    return [record.number()[0] for record in Telegram(parse_frame(raw)) if record.function is not None]


def pages(count):
    return lambda: [encode_record(b"\x04", b"\x04", page) for page in range(count)]


def read_out(meter, count):
    """The numbers of `count` telegrams, with the FCB toggled."""
    return [numbers(ask(meter, UD2_CLEAR if i % 2 else UD2)) for i in range(count)]


# Addresses.


def test_it_answers_at_its_own_address_and_at_254_in_its_own_name():
    meter = slave(7)
    assert ask(meter, NKE, 7) == ask(meter, NKE, 254) == ACK
    for address in (7, 254):
        assert parse_frame(ask(meter, UD2, address)).address == 7
        ask(meter, NKE, 7)


def test_it_says_nothing_to_another_address_nor_to_253_nor_255():
    meter = slave(7)
    for address in (0, 6, 8, 253, 255):
        for control in (NKE, UD2, UD1):
            assert ask(meter, control, address) == b""


def test_it_does_what_255_says():
    meter = slave(7)
    assert tell(meter, 0x51, "017a09", 255) == b""
    assert meter.address == 9


def test_what_it_does_not_know_it_does_not_answer():
    meter = slave()
    for ci in (0x00, 0x54, 0x72, 0xB7, 0xC0, 0xFF):
        assert tell(meter, ci) == b""
    # A reply, an acknowledge, requests of other kinds, SND_UD in a short frame.
    for control in (0x08, 0x44, 0x48, 0x49, 0x53, 0x43):
        assert ask(meter, control) == b""
    assert tell(meter, 0x51, control=0x40) == b""
    assert meter.answer(parse_frame(ACK)) == b""


# Frame count.


def test_a_repeat_gets_the_same_telegram_and_a_new_fcb_the_next():
    counter = Counter(5)
    meter = slave(1, counter)
    first = ask(meter, UD2)
    counter.value = 6
    assert ask(meter, UD2) == first
    assert numbers(ask(meter, UD2_CLEAR)) == [6]
    counter.value = 7
    assert numbers(ask(meter, UD2_CLEAR)) == [6]
    assert numbers(ask(meter, UD2)) == [7]


def test_snd_nke_forgets_the_fcb():
    counter = Counter(5)
    meter = slave(1, counter)
    ask(meter, UD2)
    counter.value = 6
    assert ask(meter, NKE) == ACK
    assert numbers(ask(meter, UD2)) == [6]


def test_without_fcv_every_request_is_new_and_gets_the_first_telegram():
    meter = slave(1, pages(3))
    assert [numbers(ask(meter, 0x4B)) for _ in range(3)] == [[0], [0], [0]]


def test_a_command_is_obeyed_once_however_often_it_is_repeated():
    meter = slave()
    done = []
    restart = meter.restart
    meter.restart = lambda subcode: (done.append(subcode), restart(subcode))
    assert [tell(meter, 0x50) for _ in range(3)] == [ACK] * 3
    assert done == [None]
    assert tell(meter, 0x50, "10", control=SEND_CLEAR) == ACK
    assert done == [None, 0x10]


def test_masters_that_count_in_one_row_and_in_one_for_each_kind_both_get_on():
    for controls in ((SEND, UD2_CLEAR, SEND, UD2_CLEAR), (SEND, UD2, SEND_CLEAR, UD2_CLEAR)):
        counter = Counter(0)
        meter = slave(1, counter)
        seen = []
        for control in controls:
            counter.value += 1
            if control & 0x0F == 3:
                assert tell(meter, 0x50, control=control) == ACK
            else:
                seen += numbers(ask(meter, control))
        assert seen == [2, 4]


def test_the_fcb_of_253_is_another_one():
    counter = Counter(1)
    meter = slave(1, counter)
    ask(meter, UD2)
    counter.value = 2
    tell(meter, 0x52, "78042516ffffffff", 253)
    assert numbers(ask(meter, UD2, 253)) == [2]
    counter.value = 3
    assert numbers(ask(meter, UD2, 253)) == [2]
    assert numbers(ask(meter, UD2)) == [1]


def test_a_meter_with_one_memory_takes_both_for_the_same():
    counter = Counter(1)
    meter = slave(1, counter)
    meter.one_memory = True
    ask(meter, UD2)
    counter.value = 2
    tell(meter, 0x52, "78042516ffffffff", 253)
    assert numbers(ask(meter, UD2, 253)) == [1]


def test_wrong_ways_with_the_fcb():
    for habit, want in ((IGNORES, [[0], [1], [2]]), (MUTE, [[0], None, [1]]), (STUCK, [[0], [0], [0]])):
        meter = slave(1, pages(3))
        meter.fcb = habit
        raws = [ask(meter, control) for control in (UD2, UD2, UD2_CLEAR)]
        assert [numbers(raw) if raw else None for raw in raws] == want
        ask(meter, NKE)
        assert numbers(ask(meter, UD2_CLEAR)) == [0]


def test_ways_with_snd_nke():
    meter = slave(1, Counter(1))
    meter.nke_acknowledged = False
    ask(meter, UD2)
    meter._body.value = 2
    assert ask(meter, NKE) == b""
    assert numbers(ask(meter, UD2)) == [2]
    meter.nke_obeyed = False
    meter._body.value = 3
    assert ask(meter, NKE) == b""
    assert numbers(ask(meter, UD2)) == [2]


# Read-outs.


def test_a_read_out_of_several_telegrams_steps_on_and_starts_over():
    meter = slave(1, pages(3))
    raws = [ask(meter, UD2_CLEAR if i % 2 else UD2) for i in range(4)]
    assert [numbers(raw) for raw in raws] == [[0], [1], [2], [0]]
    more = [list(Telegram(parse_frame(raw)))[-1].more_follow for raw in raws]
    assert more == [True, True, False, True]


def test_snd_nke_and_an_application_reset_begin_it_again():
    for restart in (lambda meter: ask(meter, NKE), lambda meter: tell(meter, 0x50, "00")):
        meter = slave(1, pages(3))
        assert read_out(meter, 2) == [[0], [1]]
        assert restart(meter) == ACK
        assert read_out(meter, 1) == [[0]]
    assert meter.reset_subcode == 0


def test_a_read_out_is_of_one_moment():
    made = []

    def body():
        made.append(1)
        return [encode_record(b"\x04", b"\x04", len(made))] * 2

    assert read_out(slave(1, body), 3) == [[1], [1], [2]]


def test_class_1_data_are_announced_given_once_and_then_acknowledged():
    meter = slave(1, Counter(9))
    assert ask(meter, UD1) == ACK
    meter.class1 = [encode_record(b"\x02", b"\xfd\x17", 4), encode_record(b"\x02", b"\xfd\x17", 8)]
    assert parse_frame(ask(meter, UD2)).control == 0x28
    first = ask(meter, 0x5A)
    assert numbers(first) == [4] and parse_frame(first).control == 0x28
    assert ask(meter, 0x5A) == first
    last = ask(meter, UD1)
    assert numbers(last) == [8] and parse_frame(last).control == 0x08
    assert ask(meter, 0x5A) == ACK


def test_the_access_number_counts_answers_with_data_and_no_repeats():
    meter = slave()
    raws = [ask(meter, control) for control in (UD2, UD2, UD2_CLEAR)]
    assert [Telegram(parse_frame(raw)).access_number for raw in raws] == [1, 1, 2]


def test_most_significant_byte_first():
    meter = Slave(1, bytes.fromhex("7804251632ad0102"), lambda: encode_record(b"\x04", b"\x04", 77), VARIABLE_MSB_FIRST)
    raw = ask(meter, UD2)
    assert raw[6:15].hex() == "7616250478ad320102"
    assert raw[19:-2].hex() == "04040000004d"
    telegram = Telegram(parse_frame(raw))
    assert telegram.secondary_address == "1625047832ad0102" == meter.secondary_text
    assert numbers(raw) == [77]


def test_fixed_data():
    meter = Slave(1, bytes.fromhex("7804251632ad0107"), lambda: bytes.fromhex("e97e1027000008070605"), FIXED)
    assert ask(meter, UD2)[6:-2].hex() == "73780425160100e97e1027000008070605"


# Faults.


def test_each_fault_is_for_one_answer_and_the_list_outlasts_requests_to_others():
    meter = slave()
    meter.faults = [Silent(), None, Cut(3), Noise(b"\x55", b"\xaa")]
    ask(meter, NKE, 9)
    assert ask(meter, NKE) == b""
    whole = ask(meter, UD2)
    assert ask(meter, UD2) == whole[:-3]
    assert ask(meter, UD2) == b"\x55" + whole + b"\xaa"
    assert ask(meter, UD2) == whole


def test_damage_has_its_place_and_its_bits():
    meter = slave()
    whole = ask(meter, UD2)
    meter.faults = [Damaged(6, 0x80), Damaged(), Damaged(999, 1)]
    hurt = [ask(meter, UD2) for _ in range(3)]
    places = [[(i, a ^ b) for i, (a, b) in enumerate(zip(whole, raw)) if a != b] for raw in hurt]
    assert places == [[(6, 0x80)], [(len(whole) // 2, 4)], [(len(whole) - 1, 1)]]


def test_a_busy_meter_reports_an_application_error_and_then_gives_its_data():
    meter = slave(1, Counter(3))
    meter.faults = [Reports(8)]
    assert ask(meter, UD2)[4:-2].hex() == "08017008"
    assert numbers(ask(meter, UD2)) == [3]
    meter.faults = [Reports(8)]
    assert ask(meter, NKE) == ACK


def test_a_standing_fault_is_used_behind_the_list():
    meter = slave()
    meter.always = Silent()
    meter.faults = [Late(5)]
    assert ask(meter, NKE) == ACK
    assert ask(meter, NKE) == b""
