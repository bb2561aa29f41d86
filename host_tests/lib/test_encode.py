"""Encoding: what is encoded is decoded to the same, and what does not fit is refused."""

from checks import raises

from mbus.encode import encode_header, encode_record, encode_telegram, manufacturer_code
from mbus.errors import FrameError, MBusError
from mbus.frame import parse_frame
from mbus.record import records
from mbus.telegram import Telegram

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
    for kind in (0, 5, 8, 13, 15):
        raises(MBusError, encode_record, bytes((kind,)), b"\x03", 0)


def test_a_chain_stands_in_front_as_given():
    raw = encode_record(b"\xc4\xff\x7f", b"\x83\xbb\xff\x01", 5)
    (record,) = records(raw)
    assert (record.dib, record.vib) == (b"\xc4\xff\x7f", b"\x83\xbb\xff\x01")
    assert (record.storage, record.tariff, record.subunit) == (511, 15, 3)


def test_manufacturer_letters_become_two_bytes():
    assert manufacturer_code("AAA") == 0x0421
    assert manufacturer_code("LMB") == 0x31A2
    assert manufacturer_code("ZZZ") == 0x6B5A


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
