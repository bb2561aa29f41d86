"""Records: DIB, VIB and data, their numbers, and what a bad one costs."""

from checks import raises

from mbus.errors import MBusError, RecordError
from mbus.integers import SIZES
from mbus.record import FUNCTIONS, Record, integer, records


def parsed(text):
    return list(records(bytes.fromhex(text)))


def only(text):
    (record,) = parsed(text)
    return record


def until_error(text):
    """(the records before it, the RecordError)."""
    given = []

    def go():
        for record in records(bytes.fromhex(text)):
            given.append(record)

    return given, raises(RecordError, go)


def number(text):
    return only(text).number()


def test_a_record_keeps_its_bytes():
    record = only("8410833b01020304")
    assert (record.dib, record.vib, record.data) == (b"\x84\x10", b"\x83\x3b", b"\x01\x02\x03\x04")


def test_the_function_is_in_bits_4_and_5():
    assert [FUNCTIONS[only("%02x0300" % (dif | 1)).function] for dif in (0x00, 0x10, 0x20, 0x30)] == [
        "instantaneous",
        "maximum",
        "minimum",
        "error",
    ]


def test_storage_tariff_and_subunit_grow_by_each_dife():
    for dib, expected in (
        ("01", (0, 0, 0)),
        ("41", (1, 0, 0)),
        ("8100", (0, 0, 0)),
        ("8101", (2, 0, 0)),
        ("c10f", (31, 0, 0)),
        ("8110", (0, 1, 0)),
        ("8130", (0, 3, 0)),
        ("819010", (0, 5, 0)),
        ("8140", (0, 0, 1)),
        ("818040", (0, 0, 2)),
        ("81c040", (0, 0, 3)),
        ("c1ff7f", (511, 15, 3)),
        ("c1" + "ff" * 9 + "7f", (2**41 - 1, 2**20 - 1, 2**10 - 1)),
    ):
        record = only(dib + "0300")
        assert (record.storage, record.tariff, record.subunit) == expected, dib


def test_data_is_as_long_as_the_dif_says():
    for kind, size in enumerate((0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, None, 6, None)):
        if size is not None:
            assert SIZES[kind] == size
            two = parsed("%02x03" % kind + "00" * size + "010307")
            assert [len(r.data) for r in two] == [size, 1]


def test_binary_is_twos_complement_at_every_size():
    for kind, size in ((1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (7, 8)):
        top = 1 << (8 * size - 1)
        for value in (0, 1, -1, 100, -100, top - 1, -top + 1):
            data = (value & (2 * top - 1)).to_bytes(size, "little")
            assert integer(kind, data) == value, (kind, value)


def test_the_most_negative_value_is_no_valid_value():
    for kind, size in ((1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (7, 8)):
        assert integer(kind, bytes(size - 1) + b"\x80") is None


def test_bcd_reads_every_digit():
    assert integer(0x09, b"\x42") == 42
    assert integer(0x0A, b"\x34\x12") == 1234
    assert integer(0x0B, b"\x56\x34\x12") == 123456
    assert integer(0x0C, b"\x78\x56\x34\x12") == 12345678
    assert integer(0x0E, b"\x12\x90\x78\x56\x34\x12") == 123456789012
    assert integer(0x0C, b"\x00\x00\x00\x90") == 90000000


def test_f_in_the_top_digit_of_bcd_is_a_minus():
    assert integer(0x0C, b"\x99\x00\x00\xf0") == -99
    assert integer(0x09, b"\xf5") == -5
    assert integer(0x0A, b"\x99\xf9") == -999
    assert integer(0x0C, b"\x00\x00\x00\xf0") == 0


def test_any_other_hexadecimal_digit_of_bcd_is_no_valid_value():
    for size, kind in ((1, 9), (2, 10), (3, 11), (4, 12), (6, 14)):
        for digit in range(2 * size):
            for bad in range(10, 16):
                data = bytearray(size)
                data[digit >> 1] = bad << 4 * (digit & 1)
                minus = bad == 15 and digit == 2 * size - 1
                assert integer(kind, data) == (0 if minus else None), data


def test_number_applies_the_vib():
    assert number("02fd480109") == (2305, -1)
    assert number("0c13990000f0") == (-99, -3)
    assert number("01210f") == (900, 0)
    assert number("0c06ffffffff") is None


def test_what_is_no_integer_is_refused_with_a_reason():
    for text in ("0d0302abcd", "0003", "0803"):
        reason = str(raises(ValueError, only(text).number))
        assert "data field %x" % (int(text[:2], 16) & 15) in reason


def test_a_vib_without_a_value_is_refused_with_its_reason():
    assert "error 15" in str(raises(ValueError, only("01831505").number))


def test_fillers_are_no_records():
    assert parsed("") == []
    assert parsed("2f2f2f") == []
    assert [r.data for r in parsed("2f0103052f2f0103062f")] == [b"\x05", b"\x06"]


def test_manufacturer_data_goes_to_the_end_and_is_not_read():
    first, second = parsed("0103050f2f0103ff")
    assert not first.is_manufacturer
    assert second.is_manufacturer and second.function is None and not second.more_follow
    assert (second.dib, second.vib, second.data) == (b"\x0f", b"", b"\x2f\x01\x03\xff")
    assert (second.storage, second.tariff, second.subunit) == (0, 0, 0)
    assert second.meaning.quantity == "manufacturer_specific"


def test_1f_says_that_more_records_follow():
    record = only("1f")
    assert record.more_follow and record.is_manufacturer and record.data == b""
    assert not only("010305").more_follow


def test_a_record_without_value_does_not_cost_those_behind_it():
    values = parsed("016f05" + "0d0302abcd" + "0c03ffffffff" + "050300000000" + "010307")
    assert len(values) == 5
    assert values[1].data == b"\x02\xab\xcd"
    assert values[-1].number() == (7, 0)


def test_variable_data_of_no_bytes_is_a_record():
    assert [r.data for r in parsed("0d7800010307")] == [b"\x00", b"\x07"]


def test_ten_extensions_are_read_and_eleven_refused():
    assert len(only("81" + "80" * 9 + "00" + "0305").dib) == 11
    assert len(only("01" + "83" + "f6" * 9 + "7605").vib) == 11
    for name, text in (
        ("DIB", "81" + "80" * 10 + "000305"),
        ("VIB", "0183" + "f6" * 10 + "7605"),
    ):
        given, error = until_error("010307" + text)
        assert [r.number() for r in given] == [(7, 0)]
        assert error.offset == 3 and name in str(error)


def test_what_is_cut_off_ends_with_an_error_and_the_records_before_it():
    whole = "010307" + "8410fdc9ff0105060708"
    for size in range(4, len(whole) // 2):
        given, error = until_error(whole[: 2 * size])
        assert [r.data for r in given] == [b"\x07"], size
        assert error.offset == 3
        assert isinstance(error, MBusError)
    assert len(parsed(whole)) == 2


def test_a_length_that_cannot_be_told_ends_the_records():
    for text in ("3f", "4f", "7f", "8f00", "0d78", "0d78f7", "0d7803abcd", "017c0141"):
        given, error = until_error("010307" + text)
        assert len(given) == 1
        assert error.offset == 3


def test_any_kind_of_buffer_is_read():
    raw = b"\x02\x03\x10\x00"
    for given in (raw, bytearray(raw), memoryview(raw)):
        (record,) = records(given)
        assert record.number() == (16, 0)
        assert isinstance(record.data, bytes)


def test_a_record_can_be_made_by_hand():
    assert Record(b"\x44", b"\x03", b"\x05\x00\x00\x00").storage == 1
