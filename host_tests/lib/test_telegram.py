"""Telegrams: the header's fields, and what is refused."""

from checks import raises

from mbus.errors import ApplicationError, RecordError, TelegramError, UnsupportedCI
from mbus.frame import RSP_UD, encode_long, encode_short
from mbus.parse import parse_frame
from mbus.telegram import Telegram

HEADER = bytes.fromhex("40302010a2310902ff045aa5")


def telegram(data, ci=0x72):
    return Telegram(parse_frame(encode_long(RSP_UD, 7, ci, data)))


def test_header_fields_are_least_significant_byte_first():
    t = telegram(HEADER)
    assert t.identification == "10203040"
    assert t.manufacturer == "LMB"
    assert (t.version, t.medium) == (9, "electricity")
    assert (t.access_number, t.status, t.configuration) == (255, 4, 0xA55A)
    assert t.secondary_address == "10203040a2310902"
    assert t.frame.address == 7


def test_an_identification_may_have_hexadecimal_digits():
    assert telegram(bytes.fromhex("efcdab10") + HEADER[4:]).identification == "10abcdef"


def test_media_have_names_and_unknown_ones_a_number():
    for code, name in (
        (0, "other"),
        (2, "electricity"),
        (3, "gas"),
        (7, "water"),
        (15, "unknown"),
        (0x10, "medium_10"),
        (0x16, "medium_16"),
    ):
        assert telegram(HEADER[:7] + bytes((code,)) + HEADER[8:]).medium == name


def test_a_header_alone_has_no_records():
    assert list(telegram(HEADER)) == []


def test_records_can_be_iterated_again():
    t = telegram(HEADER + b"\x01\x03\x05\x01\x03\x06")
    assert [r.number() for r in t] == [(5, 0), (6, 0)]
    assert [r.number() for r in t] == [(5, 0), (6, 0)]


def test_a_truncated_record_is_an_error_behind_the_whole_ones():
    seen = []

    def go():
        for record in telegram(HEADER[:10] + b"\x00\x00" + b"\x01\x03\x05\x04\x03\x06"):
            seen.append(record.number())

    error = raises(RecordError, go)
    assert seen == [(5, 0)]
    assert error.offset == 3 and isinstance(error, TelegramError)


def test_a_short_header_is_refused():
    for size in range(12):
        error = raises(TelegramError, telegram, HEADER[:size])
        assert "%d of 12" % size in str(error)


def test_the_meters_own_error_is_told_with_its_code():
    assert raises(ApplicationError, telegram, b"\x08", 0x70).code == 8
    assert raises(ApplicationError, telegram, b"", 0x70).code == 0


def test_another_ci_is_refused_by_its_number():
    for ci in (0x00, 0x51, 0x60, 0x71, 0xFF):
        assert raises(UnsupportedCI, telegram, HEADER, ci).ci == ci


def test_a_frame_without_user_data_is_no_telegram():
    raises(TelegramError, Telegram, parse_frame(b"\xe5"))
    raises(TelegramError, Telegram, parse_frame(encode_short(0x7B, 1)))
