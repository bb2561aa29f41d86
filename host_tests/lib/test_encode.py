"""Encoding: what is encoded is decoded to the same, and what does not fit is refused."""

from checks import raises

from mbus.errors import FrameError, MBusError
from mbus.exact import to_text
from mbus.parse import parse_frame
from mbus.record import records
from mbus.telegram import Telegram
from mbus.value import text
from mbus_service.encode import date, date_time, encode_dib, encode_header, encode_record, encode_telegram

BINARY = ((1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (7, 8))
BCD = ((9, 1), (10, 2), (11, 3), (12, 4), (14, 6))


def back(dib, value):
    (record,) = records(encode_record(dib, b"\x03", value))
    return record.number()


def test_known_bytes():
    assert encode_record(b"\x04", b"\x04", 1) == b"\x04\x04\x01\x00\x00\x00"
    assert encode_record(b"\x02", b"\x2b", -1500) == b"\x02\x2b\x24\xfa"
    assert encode_record(b"\x0c", b"\x84\x3b", 12345678) == b"\x0c\x84\x3b\x78\x56\x34\x12"
    assert encode_record(b"\x0c", b"\x13", 0) == b"\x0c\x13\x00\x00\x00\x00"
    assert encode_record(b"\x0c", b"\x13", -99) == b"\x0c\x13\x99\x00\x00\xf0"


def test_binary_comes_back_at_every_size():
    for kind, size in BINARY:
        top = (1 << (8 * size - 1)) - 1
        for value in (0, 1, -1, 99, -99, top, -top, top // 3):
            assert back(bytes((kind,)), value) == (value, 0)


def test_bcd_comes_back_at_every_size():
    for kind, size in BCD:
        top = 10 ** (2 * size) - 1
        for value in (0, 1, 9, -9, top, top // 7, -(top // 10)):
            assert back(bytes((kind,)), value) == (value, 0)


def test_what_does_not_fit_is_refused():
    for kind, size in BINARY:
        top = 1 << (8 * size - 1)
        for value in (top, -top, -top - 1):
            raises(MBusError, encode_record, bytes((kind,)), b"\x03", value)
    for kind, size in BCD:
        for value in (10 ** (2 * size), -(10 ** (2 * size - 1))):
            raises(MBusError, encode_record, bytes((kind,)), b"\x03", value)


def test_data_fields_without_integer_are_refused():
    for kind in (0, 5, 8, 15):
        raises(MBusError, encode_record, bytes((kind,)), b"\x03", 0)


def test_a_chain_stands_in_front_as_given():
    raw = encode_record(b"\xc4\xff\x7f", b"\x83\xbb\xff\x01", 5)
    (record,) = records(raw)
    assert (record.dib, record.vib) == (b"\xc4\xff\x7f", b"\x83\xbb\xff\x01")
    assert (record.storage, record.tariff, record.subunit) == (511, 15, 3)


def test_a_telegram_comes_back():
    secondary = bytes.fromhex("40302010a2310102")
    body = encode_record(b"\x04", b"\x03", 1234) + encode_record(b"\x02", b"\x2b", -5)
    telegram = Telegram(parse_frame(encode_telegram(49, encode_header(secondary, 258, 4), body)))
    assert telegram.frame.address == 49
    assert (telegram.identification, telegram.manufacturer) == ("10203040", "LMB")
    assert (telegram.access_number, telegram.status) == (2, 4)
    assert [r.number() for r in telegram] == [(1234, 0), (-5, 0)]


def test_a_header_says_that_all_is_well_unless_told():
    assert encode_header(b"12345678", 257) == b"12345678\x01\x00\x00\x00"
    assert encode_header(b"12345678", 5, 8) == b"12345678\x05\x08\x00\x00"


def test_a_telegram_too_long_for_one_frame_is_refused():
    header = encode_header(bytes(8), 0)
    assert len(encode_telegram(1, header, bytes(240))) == 261
    raises(FrameError, encode_telegram, 1, header, bytes(241))


def only(raw):
    (record,) = records(raw)
    return record


def test_a_dib_says_what_it_was_made_of():
    for storage in (0, 1, 2, 31, 32, 12345, 2**41 - 1):
        for tariff in (0, 1, 3, 4, 2**20 - 1):
            for subunit in (0, 1, 2, 1023):
                for function in range(4):
                    record = only(encode_record(encode_dib(4, function, storage, tariff, subunit), b"\x03", 7))
                    got = (record.function, record.storage, record.tariff, record.subunit)
                    assert got == (function, storage, tariff, subunit)
    assert encode_dib(4) == b"\x04"
    assert encode_dib(12, storage=1) == b"\x4c"
    for bad in ((2**41, 0, 0), (0, 2**20, 0), (0, 0, 1024)):
        raises(MBusError, encode_dib, 4, 0, *bad)


def test_a_real_comes_back_as_the_decimal_that_was_given():
    for value in ((0, 0), (125, -1), (-99990, 0), (1, -3), (-2305, -1), (16777215, 0), (1, 38), (1, -45), (1, -38)):
        assert text(only(encode_record(b"\x05", b"\x2b", value)))[0] == to_text(*value), value


def test_a_real_is_the_nearest_one():
    # The same bytes as IEEE 754's round to nearest, ties to even.
    for value, raw in (
        ((16777217, 0), "0000804b"),
        ((16777219, 0), "0200804b"),
        ((1, -1), "cdcccc3d"),
        ((-1, 0), "000080bf"),
        ((34028235, 31), "ffff7f7f"),
        ((14, -46), "01000000"),
        ((7, -46), "00000000"),
        ((8, -46), "01000000"),
    ):
        assert encode_record(b"\x05", b"\x2b", value)[2:].hex() == raw, value
    raises(MBusError, encode_record, b"\x05", b"\x2b", (34028236, 31))


def test_texts_and_numbers_of_variable_length():
    for given in ("", "a", "kWh of the lift", "ü", "x" * 191):
        assert text(only(encode_record(b"\x0d", b"\xfd\x0e", given))) == (given, None)
    raises(MBusError, encode_record, b"\x0d", b"\xfd\x0e", "x" * 192)
    for number in (0, 5, -5, 99, 100, -12345, 10**29, 1 - 10**30):
        assert text(only(encode_record(b"\x0d", b"\x13", number)))[0] == to_text(number, -3)
    raises(MBusError, encode_record, b"\x0d", b"\x13", 10**30)


def test_bytes_are_the_data_itself():
    assert encode_record(b"\x02", b"\x6c", b"\xdf\x1c") == b"\x02\x6c\xdf\x1c"
    raises(MBusError, encode_record, b"\x02", b"\x6c", b"\xdf\x1c\x00")
    raises(MBusError, encode_record, b"\x04", b"\x6d", b"\xdf\x1c")


def test_dates_come_back():
    for day in ((1981, 1, 1), (1999, 12, 31), (2000, 2, 29), (2026, 11, 23), (2080, 6, 30)):
        assert text(only(encode_record(b"\x02", b"\x6c", date(*day))))[0] == "%04d-%02d-%02d" % day
        assert text(only(encode_record(b"\x04", b"\x6d", date_time(*day, 23, 59))))[0] == "%04d-%02d-%02dT23:59" % day
    assert text(only(encode_record(b"\x04", b"\x6d", date_time(2150, 1, 2, 3, 4))))[0] == "2150-01-02T03:04"
