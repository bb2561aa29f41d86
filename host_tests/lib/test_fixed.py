"""Fixed data telegrams: units, binary and BCD, and the historic counter."""

from checks import raises

from mbus.errors import MBusError
from mbus.fixed import FixedTelegram
from mbus.frame import Frame, encode_long


def telegram(hexes):
    return FixedTelegram(Frame(encode_long(8, 1, 0x73, bytes.fromhex(hexes))))


def counters(hexes):
    return [(c.quantity, c.unit, c.value, c.qualifiers) for c in telegram(hexes).counters()]


def test_header_and_medium():
    given = telegram("44332211" + "07" + "00" + "6cec" + "00000000" * 2)
    assert (given.identification, given.access_number, given.status) == ("11223344", 7, 0)
    # Medium 1 in the low half, 3 in the high one: 1 + 4 x 3.
    assert given.medium == "heat_cooling"


def test_bcd_and_binary():
    assert counters("00000000" + "0000" + "052c" + "78563412" + "01000000") == [
        ("energy", "kWh", "12345678", []),
        ("volume", "m3", "1", []),
    ]
    assert counters("00000000" + "0001" + "0514" + "01000100" + "ffffffff") == [
        ("energy", "kWh", "65537", []),
        ("power", "W", "-1", []),
    ]


def test_a_historic_counter_has_the_unit_of_the_first():
    assert counters("00000000" + "0002" + "293e" + "35010000" + "12000000") == [
        ("volume", "l", "135", ["at_fixed_date"]),
        ("volume", "l", "12", ["historic", "at_fixed_date"]),
    ]


def test_every_unit_is_told_or_refused():
    for code in range(64):
        first = telegram("00000000" + "0000" + "%02x3f" % code + "01000000" * 2).counters()[0]
        assert (first.value is None) == (first.error is not None)
        assert (first.error is None) == (2 <= code <= 0x39 or code in (0x3F,)), code


def test_digits_that_are_none_are_no_value():
    first = telegram("00000000" + "0000" + "0505" + "0a000000" * 2).counters()[0]
    assert (first.value, first.error) == (None, "no valid value")


def test_what_is_no_fixed_telegram_is_refused():
    raises(MBusError, telegram, "00")
    raises(MBusError, FixedTelegram, Frame(encode_long(8, 1, 0x72, bytes(16))))
    raises(MBusError, FixedTelegram, Frame(b"\xe5"))
