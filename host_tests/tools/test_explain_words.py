"""`lumbus decode --explain`: what is said of each kind of byte, in the standard's words."""

import pytest
from explained import LONG, headings, records, said, says, telegram

from mbus.frame import encode_long


def test_a_frame_and_its_header():
    raw = encode_long(0x38, 49, LONG, bytes.fromhex("40302010 a231 01 04 0a 94 0000"))
    assert said(raw) == [
        ("68", "start", "of a long frame"),
        ("0f", "length", "15 bytes from the C field to the checksum"),
        ("0f", "length", "again"),
        ("68", "start", "again"),
        ("38", "C field", "RSP_UD from the meter, ACD 1, DFC 1"),
        ("31", "A field", "address 49"),
        ("72", "CI field", "variable data, long header"),
        ("40302010", "identification", "10203040"),
        ("a231", "manufacturer", "LMB"),
        ("01", "version", "1"),
        ("04", "medium", "heat outlet"),
        ("0a", "access number", "10"),
        ("94", "status", "10010100b: power low, temporary error, manufacturer's bits 100"),
        ("0000", "configuration", "mode 0: not encrypted"),
        ("f1", "checksum", "the sum of bytes 4 to 18, which is right"),
        ("16", "stop", ""),
    ]


def test_a_record_with_chains_of_extensions():
    assert records("dcd102 10 93740000") == [
        ("dc", "DIF", "8 digit BCD, maximum, storage +1; a DIFE follows"),
        ("d1", "DIFE", "storage +2, tariff +1, subunit +1; a DIFE follows"),
        ("02", "DIFE", "storage +64"),
        ("10", "VIF", "primary table: volume in 10^-6 m3"),
        ("93740000", "data", "0.007493 m3"),
    ]
    raw = telegram("dcd102 10 93740000 0a 2b f19f")
    assert headings(raw) == [
        *("frame", "header", "record 1: volume, maximum, storage 67, tariff 1, subunit 1", "record 2: power", "end"),
    ]
    assert said(raw)[-3] == ("f19f", "data", "no valid value (digits 9ff1)")


def test_tables_and_corrections():
    wh = "primary table: energy in Wh; a VIFE follows"
    vibs = {
        "fd48": ["table FDh goes on in the VIFE", "table FDh: voltage in 10^-1 V"],
        "fbae00": ["table FBh goes on in the VIFE", "table FBh: frequency in 10^-1 Hz; a VIFE follows", "says nothing"],
        "83bb74": [wh, "positive only; a VIFE follows", "times 10^-2"],
        "8376": [wh, "times 10^0"],
        "9351": [wh.replace("energy in Wh", "volume in 10^-3 m3"), "duration of first lower limit exceed, in 60 s"],
        "83fc01": [
            wh,
            "the table goes on in the next; a VIFE follows",
            "L1",
        ],
        "8315": [wh, "the meter reports record error 15: no data available"],
        "83ff73": [wh, "what comes is the manufacturer's own; a VIFE follows", "manufacturer's own"],
        "ff7c": ["manufacturer's own; a VIFE follows", "manufacturer's own"],
        "6f": ["primary table: reserved"],
        "25": ["primary table: operating time in 60 s"],
    }
    for vib, want in vibs.items():
        found = records("02" + vib + "0100")
        assert [words for _, name, words in found if name in ("VIF", "VIFE")] == want, vib
        assert [name for _, name, _ in found] == ["DIF", "VIF", *["VIFE"] * (len(want) - 1), "data"]


@pytest.mark.parametrize(
    ("vib", "names"), [("fc0374696e3b", "VIF,text length,text,VIFE"), ("fc3b0374696e", "VIF,VIFE,text length,text")]
)
def test_a_unit_in_plain_text_stands_before_or_behind_the_vifes(vib, names):
    found = records("02" + vib + "0100")
    assert [name for _, name, _ in found] == ["DIF", *names.split(","), "data"]
    assert ("74696e", "text", "'nit'") in found and ("03", "text length", "3 characters") in found


def test_kinds_of_data():
    for data, want in {
        "02 6c 3113": "2009-03-17",
        "04 6d 00001121": "2016-01-17T00:00",
        "05 2b 0000803f": "1 W",
        "02 2b 0080": "no valid value",
    }.items():
        assert records(data)[-1][2] == want
    assert records("0d 78 03 636261")[2:] == [
        ("03", "length", "text of 3 characters, last one first"),
        ("636261", "data", "abc"),
    ]
    assert records("0d 13 d1 12")[2:] == [("d1", "length", "negative BCD of 2 digits"), ("12", "data", "-0.012 m3")]
    assert records("0d 78 02 1b41")[-1] == ("1b41", "data", "A\\x1b")


def test_manufacturer_data_fillers_and_more_records():
    assert records("2f2f 01 13 05 2f 1f aabb") == [
        ("2f2f", "filler", ""),
        ("01", "DIF", "8 bit integer, instantaneous"),
        ("13", "VIF", "primary table: volume in 10^-3 m3"),
        ("05", "data", "0.005 m3"),
        ("2f", "filler", ""),
        ("1f", "DIF", "more records follow in the next telegram; manufacturer data to the end"),
        ("aabb", "manufacturer data", "the manufacturer's own"),
    ]
    assert headings(telegram("41 13 05 0f"))[2:] == ["record 1: volume, storage 1", "record 2", "end"]


def test_fixed_data_in_both_orders():
    fields = ("78563412", "0a", "04", "e9", "7e", "01000000", "35010000")
    turned = ("12345678", "0a", "04", "7e", "e9", "00000001", "00000135")
    want = (
        ("identification", "12345678"),
        ("access number", "10"),
        ("status", "00000100b: counters are BCD, of now, power low"),
        ("unit of counter 1", "volume in l; of both units' bytes, the medium: water"),
        ("unit of counter 2", "as counter 1, but historic"),
        ("counter 1", "1 l"),
        ("counter 2", "135 l"),
    )
    found = said(telegram("".join(fields), 0x73, b""), 7)[:-2]
    assert found == [(data, *words) for data, words in zip(fields, want, strict=True)]
    found = said(telegram("".join(turned), 0x77, b""), 7)[:-2]
    swapped = (*want[:3], want[4], want[3], *want[5:])
    assert found == [(data, *words) for data, words in zip(turned, swapped, strict=True)]


def test_most_significant_byte_first():
    raw = telegram("04 13 00000102", 0x76, bytes.fromhex("10203040 31a2 01 02 05 00 0500"))
    assert says(raw, "identification") == ["10203040"]
    assert says(raw, "manufacturer") == ["LMB"]
    assert says(raw, "configuration") == ["mode 5: AES-128, CBC, 0 blocks of 16 bytes"]
    assert said(raw)[-3] == ("00000102", "data", "0.258 m3")


def test_short_and_no_header():
    assert [name for _, name, _ in said(telegram("0113 05", 0x7A, bytes(4)), 7)][:4] == [
        *("access number", "status", "configuration"),
        "DIF",
    ]
    assert said(telegram("0113 05", 0x78, b""), 7)[0][1] == "DIF"


def test_what_a_master_sends_is_told_too():
    selection = encode_long(0x53, 253, 0x52, bytes.fromhex("ffff3412 ffff 01 ff"))
    assert [words for _, _, words in said(selection, 4)][:-2] == [
        "SND_UD from the master, FCB 0, FCV 1",
        "address 253, whichever is selected by secondary address",
        "selection by secondary address",
        "1234FFFF",
        "any",
        "1",
        "any",
    ]
    assert said(encode_long(0x73, 1, 0x51, bytes.fromhex("017a05")), 7)[:3] == [
        ("01", "DIF", "8 bit integer, instantaneous"),
        ("7a", "VIF", "primary table: bus address"),
        ("05", "data", "5"),
    ]
    assert says(encode_long(0x53, 1, 0xBB), "CI field") == ["set 2400 baud"]
