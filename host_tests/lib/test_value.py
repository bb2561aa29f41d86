"""Values as text: dates, REAL, texts and variable data, and what has none."""

from mbus.real import decimal
from mbus.record import records
from mbus.value import date_text as date
from mbus.value import text


def value(hexes):
    (record,) = records(bytes.fromhex(hexes))
    return text(record)


def test_type_g_is_a_date():
    assert date(bytes.fromhex("df1c")) == "2014-12-31"
    assert date(bytes.fromhex("e11f")) is None  # month 15
    assert date(b"\0\0") is None
    assert date(b"\xff\xff") is None
    assert date(bytes.fromhex("e1f1")) is None  # year 127: every year


def test_type_f_is_a_date_and_a_time():
    assert date(bytes.fromhex("0a0ccd13")) == "2014-03-13T12:10"
    assert date(bytes.fromhex("8a0ccd13")) is None  # time invalid
    assert date(bytes.fromhex("0a2ccd13")) == "2014-03-13T12:10"
    assert date(bytes.fromhex("0a4ccd13")) == "2114-03-13T12:10"
    assert date(bytes.fromhex("0a8ccd13")) == "2014-03-13T12:10"  # summer time: local all the same


def test_type_i_and_j_have_seconds():
    assert date(bytes.fromhex("000008162700")) == "2016-07-22T08:00"
    assert date(bytes.fromhex("1e0008162700")) == "2016-07-22T08:00:30"
    assert date(bytes.fromhex("1e3b17")) == "23:59:30"


def test_a_date_of_another_length_is_refused_with_a_reason():
    assert value("016d05") == (None, "1 bytes are no date")
    assert value("026cffff") == (None, "no valid date")


def test_real_is_the_shortest_decimal_that_reads_back():
    for raw, want in (
        ("0000803f", (1, 0)),
        ("000000bf", (-5, -1)),
        ("cdcccc3d", (1, -1)),
        ("a0c85146", (13426156, -3)),
        ("ffff7f7f", (34028235, 31)),
        ("01000000", (1, -45)),
        ("00000080", (0, 0)),
        ("0000004b", (8388608, 0)),
    ):
        assert decimal(bytes.fromhex(raw)) == want, raw
    for raw in ("0000c0ff", "0000807f"):
        assert decimal(bytes.fromhex(raw)) is None


def test_real_is_scaled_by_the_vif():
    assert value("052ecdcccc3d") == ("100", None)
    assert value("05030000c0ff") == (None, "no valid value")


def test_texts_are_turned_round_and_their_pads_dropped():
    assert value("0d78023442") == ("B4", None)
    assert value("0d78042020" + "4120") == ("A", None)
    assert value("0d7800") == ("", None)


def test_variable_numbers_and_bytes():
    assert value("0d13c23412") == ("1.234", None)
    assert value("0d13d23412") == ("-1.234", None)
    assert value("0d13c1af") == (None, "no valid value")
    assert value("0d78e30102ff") == ("0102ff", None)
    assert value("0d78f0" + "11" * 16) == ("11" * 16, None)


def test_manufacturer_data_is_hex_in_wire_order():
    assert value("0f0102ff") == ("0102ff", None)


def test_what_cannot_be_told_says_why():
    assert value("0003") == (None, "there is no integer in data field 0")
    assert value("01fd7f05") == ("5", None)
    assert value("01831505") == (None, "the meter reports record error 15")


def test_numbers_of_meters_versions_and_flags_have_no_sign():
    assert value("017afa") == ("250", None)
    assert value("0478ffffffff") == ("4294967295", None)
    assert value("01fd1780") == ("128", None)
    assert value("02fd1b0080") == ("32768", None)
    assert value("01fd08f0") == ("240", None)
    # Quantities and money have one.
    assert value("01fd00f0") == ("-0.016", None)
    assert value("022bfaff") == ("-6", None)
