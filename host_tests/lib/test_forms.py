"""Telegrams sent most significant byte first, and those with a short header or none."""

from checks import raises

from mbus.errors import TelegramError
from mbus.fixed import FixedTelegram
from mbus.frame import Frame, encode_long
from mbus.telegram import Telegram
from mbus.value import text
from mbus_service.encode import encode_header, encode_record

SECONDARY = bytes.fromhex("7804251632ad0102")
ROWS = (
    ("04", "843b", 123456),
    ("0c", "13", -99),
    ("0c", "13", 12345678),
    ("03", "2b", -70000),
    ("05", "2e", (125, -1)),
    ("02", "6c", bytes.fromhex("df1c")),
    ("04", "6d", bytes.fromhex("0b0bcd13")),
    ("0d", "fd0e", "left to right"),
    ("0d", "13", -4321),
)


def telegram(ci, head, body):
    return Telegram(Frame(encode_long(8, 1, ci, head + body)))


def row(dib, vib, value):
    return encode_record(bytes.fromhex(dib), bytes.fromhex(vib), value)


def turned(data):
    return bytes(reversed(data))


def msb_row(dib, vib, value):
    """The same record with its data most significant byte first; a length stays in front."""
    raw = row(dib, vib, value)
    start = len(dib) // 2 + len(vib) // 2 + (dib == "0d")
    return raw[:start] + turned(raw[start:])


def test_the_same_values_come_out_of_both_orders():
    usual = telegram(0x72, encode_header(SECONDARY, 5), b"".join([row(*r) for r in ROWS]))
    msb_head = turned(SECONDARY[:4]) + turned(SECONDARY[4:6]) + SECONDARY[6:] + b"\x05\x00\x00\x00"
    msb = telegram(0x76, msb_head, b"".join([msb_row(*r) for r in ROWS]))
    assert msb.identification == usual.identification == "16250478"
    assert (msb.manufacturer, msb.version, msb.medium) == (usual.manufacturer, usual.version, usual.medium)
    assert msb.secondary_address == usual.secondary_address
    assert [text(r) for r in msb] == [text(r) for r in usual]
    assert [(r.dib, r.vib, r.data) for r in msb] == [(r.dib, r.vib, r.data) for r in usual]
    assert text(list(msb)[7]) == ("left to right", None)
    assert text(list(msb)[8])[0] == "-4.321"


def test_the_configuration_is_turned_too():
    head = turned(SECONDARY[:4]) + turned(SECONDARY[4:6]) + SECONDARY[6:] + b"\x05\x00\x12\x34"
    assert telegram(0x76, head, b"").configuration == 0x1234


def test_manufacturer_data_stays_in_wire_order():
    (record,) = telegram(0x76, encode_header(SECONDARY, 5), b"\x0f\x01\x02\x03")
    assert record.data == b"\x01\x02\x03"


def test_a_short_header():
    given = telegram(0x7A, bytes((9, 4, 0, 0)), row("02", "2b", 70))
    assert (given.access_number, given.status, given.configuration) == (9, 4, 0)
    assert given.identification is None and given.manufacturer is None and given.secondary_address is None
    assert given.version is None and given.medium is None
    assert [r.number() for r in given] == [(70, 0)]
    for size in range(4):
        assert "%d of 4" % size in str(raises(TelegramError, telegram, 0x7A, bytes(size), b""))


def test_no_header():
    given = telegram(0x78, b"", row("02", "2b", 70))
    assert (given.access_number, given.status, given.configuration, given.identification) == (None,) * 4
    assert [r.number() for r in given] == [(70, 0)]


def test_fixed_data_in_both_orders():
    usual = bytes.fromhex("78563412" + "0a" + "00" + "e97e" + "01000000" + "35010000")
    msb = bytes.fromhex("12345678" + "0a" + "00" + "7ee9" + "00000001" + "00000135")
    one = FixedTelegram(Frame(encode_long(8, 5, 0x73, usual)))
    two = FixedTelegram(Frame(encode_long(8, 5, 0x77, msb)))
    assert one.identification == two.identification == "12345678"
    assert (one.access_number, one.status, one.medium) == (two.access_number, two.status, two.medium)
    values = [(c.quantity, c.unit, c.value, c.qualifiers) for c in one.counters()]
    assert values == [(c.quantity, c.unit, c.value, c.qualifiers) for c in two.counters()]
    assert values[0] == ("volume", "l", "1", [])
