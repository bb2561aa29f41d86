"""The JSON of telegrams of every form, and the words for what a meter reports by number."""

import pytest
from explained import HEADER, LONG

from lumbus.decode import decode
from mbus.frame import encode_long

ENERGY = bytes.fromhex("0403e8030000")
SECRET = bytes((i * 37 + 11) % 256 for i in range(32))


def telegram(ci: int, data: bytes) -> dict:
    return decode(encode_long(0x08, 1, ci, data))


def error(record: str) -> str:
    (found,) = telegram(LONG, HEADER + bytes.fromhex(record))["records"]
    assert found["value"] is None
    return found["error"]


def test_a_short_header_has_no_identification():
    answer = telegram(0x7A, bytes.fromhex("05 04 0000") + ENERGY)
    assert answer["header"] == {
        "identification": None,
        "manufacturer": None,
        "version": None,
        "medium": None,
        "access_number": 5,
        "status": "04",
        "configuration": "0000",
    }
    assert [r["value"] for r in answer["records"]] == ["1000"] and answer["error"] is None


def test_without_a_header_there_is_none():
    answer = telegram(0x78, ENERGY)
    assert answer["header"] is None and answer["error"] is None
    assert [r["value"] for r in answer["records"]] == ["1000"]


@pytest.mark.parametrize(
    ("ci", "data"),
    [
        (0x73, "78563412 0a 00 e97e 01000000 35010000"),
        (0x77, "12345678 0a 00 7ee9 00000001 00000135"),
    ],
)
def test_fixed_data_in_both_orders_is_the_same(ci, data):
    answer = telegram(ci, bytes.fromhex(data))
    assert answer["error"] is None and answer["ci"] == f"{ci:02x}"
    assert answer["header"]["identification"] == "12345678"
    assert answer["header"]["medium"] == "water" and answer["header"]["manufacturer"] is None
    first, second = answer["records"]
    assert (first["quantity"], first["value"], first["unit"], first["data"]) == ("volume", "1", "l", "01000000")
    assert (second["value"], second["qualifiers"]) == ("135", ["historic"])


def test_most_significant_byte_first_is_turned():
    answer = telegram(0x76, bytes.fromhex("10203040 31a2 01 02 05 00 0000 0413 00000102"))
    assert answer["header"]["identification"] == "10203040" and answer["header"]["manufacturer"] == "LMB"
    assert [r["value"] for r in answer["records"]] == ["0.258"]


def test_encrypted_records_are_named_and_the_header_is_given():
    answer = telegram(LONG, HEADER[:-2] + bytes.fromhex("2005") + SECRET)
    assert answer["error"] == {"kind": "encrypted", "message": "the records are encrypted (mode 5): AES-128, CBC"}
    assert answer["header"]["identification"] == "10203040" and answer["header"]["configuration"] == "0520"
    assert answer["records"] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "unspecified error"),
        (1, "CI field not implemented"),
        (2, "buffer too long"),
        (3, "too many records"),
        (4, "premature end of record"),
        (5, "more than 10 DIFEs"),
        (6, "more than 10 VIFEs"),
        (7, "a reserved code"),
        (8, "application busy"),
        (9, "too many readouts"),
    ],
)
def test_an_application_error_has_words(code, words):
    answer = telegram(0x70, bytes((code,)))
    assert answer["error"] == {
        "kind": "application",
        "message": f"the meter reports application error {code}: {words}",
    }
    assert answer["header"] is None and answer["records"] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x01, "too many DIFEs"),
        (0x0B, "too many VIFEs"),
        (0x0E, "VIF and DIF do not match"),
        (0x10, "a reserved code"),
        (0x15, "no data available"),
        (0x18, "data error"),
        (0x1C, "premature end of record"),
    ],
)
def test_a_record_error_has_words(code, words):
    assert error(f"0283{code:02x}0100") == f"the meter reports record error {code:02x}: {words}"


@pytest.mark.parametrize(
    ("record", "digits"),
    [
        ("0c13 dddbedbd", "bdeddbdd"),
        ("0a13 1a00", "001a"),
        ("0e13 00000000f0a0", "a0f000000000"),
        ("0d13 c2 a112", "12a1"),
    ],
)
def test_a_bcd_number_that_is_none_keeps_its_digits(record, digits):
    assert error(record) == f"no valid value (digits {digits})"


def test_digits_are_kept_of_fixed_data_too():
    answer = telegram(0x73, bytes.fromhex("78563412 0a 00 e97e 0100000a 35010000"))
    assert [r["error"] for r in answer["records"]] == ["no valid value (digits 0a000001)", None]


@pytest.mark.parametrize("record", ["0213 0080", "0513 0000c0ff", "0d13 c0"])
def test_what_has_no_digits_says_only_that_there_is_no_value(record):
    assert error(record) == "no valid value"
