"""Numbers of 2**30 and above: exact on a board too, where small integers have 31 bits.

A computer of 64 bits hides what goes wrong there, so this is for the run in
WebAssembly; the numbers are made with shifts, none is taken from the decoder.
"""

import sys

from mbus.exact import to_text
from mbus.fixed import FixedTelegram
from mbus.frame import Frame, encode_long
from mbus.layout import Layout
from mbus.record import records
from mbus.value import text
from mbus_service.encode import encode_header, encode_record, encode_telegram

SECONDARY = bytes.fromhex("7804251632ad0102")
# Where a small integer ends, and the sign bits of 4, 6 and 8 bytes.
EDGES = (30, 31, 32, 40, 47, 62, 63)
SIZES = ((4, 4), (6, 6), (7, 8))


def around(bits):
    return [(1 << bits) + more for more in (-2, -1, 0, 1, 2)]


def wire(value, size):
    """Two's complement, least significant byte first, by division alone."""
    out = bytearray()
    for _ in range(size):
        out.append(value & 255)
        value >>= 8
    return bytes(out)


def bcd(digits):
    return bytes(reversed(bytes.fromhex(digits)))


def only(data):
    (record,) = records(data)
    return record


def test_the_interpreter_in_webassembly_has_small_integers_of_31_bits():
    if "wasm_inside" in sys.modules:
        assert sys.maxsize == (1 << 31) - 1


def test_binary_registers_around_every_edge():
    seen = 0
    for kind, size in SIZES:
        for bits in EDGES:
            for value in around(bits):
                if value >= 1 << (8 * size - 1):
                    continue
                for number in (value, -value):
                    record = only(bytes((kind, 0x03)) + wire(number, size))
                    assert record.number() == (number, 0)
                    assert text(record) == (str(number), None)
                    seen += 1
    assert seen == 122


def test_registers_scaled_by_their_vif():
    # 10 kWh, Wh and mWh a digit: 2**31 - 1 of each.
    for vif, says in ((0x07, "21474836470000"), (0x03, "2147483647"), (0x00, "2147483.647")):
        assert text(only(bytes((4, vif)) + b"\xff\xff\xff\x7f")) == (says, None)


def test_a_number_without_a_sign_uses_all_32_bits():
    # FD 17: error flags.
    for value in (1 << 30, 1 << 31, (1 << 32) - 1):
        assert text(only(b"\x04\xfd\x17" + wire(value, 4))) == (str(value), None)


def test_the_most_negative_is_no_valid_value_and_its_neighbour_is():
    for kind, size in SIZES:
        least = -(1 << (8 * size - 1))
        assert only(bytes((kind, 0x03)) + wire(least, size)).number() is None
        assert only(bytes((kind, 0x03)) + wire(least + 1, size)).number() == (least + 1, 0)


def test_bcd_of_12_digits():
    for digits in ("001073741823", "001073741824", "004294967296", "100000000000", "999999999999"):
        record = only(b"\x0e\x03" + bcd(digits))
        assert record.number() == (int(digits), 0)
        assert text(only(b"\x0e\x00" + bcd(digits)))[0] == to_text(int(digits), -3)
    assert only(b"\x0e\x03" + bcd("f73741824000")).number() == (-73741824000, 0)


def test_numbers_of_variable_length():
    assert text(only(b"\x0d\x03\xc8" + bcd("1234567890123456")))[0] == "1234567890123456"
    assert text(only(b"\x0d\x03\xd8" + bcd("1234567890123456")))[0] == "-1234567890123456"


def test_real_is_exact_beyond_31_bits():
    cases = (
        ("0000804e", "1073741800"),
        ("0000004f", "2147483600"),
        ("0000804f", "4294967300"),
        ("ffff7f4e", "1073741760"),
        ("ffff7f7f", "340282350000000000000000000000000000000"),
        ("000080cf", "-4294967300"),
    )
    for data, says in cases:
        assert text(only(b"\x05\x03" + bytes.fromhex(data))) == (says, None), data


def test_encoding_gives_them_back():
    for kind, size in SIZES:
        for bits in EDGES:
            for value in around(bits):
                if value < 1 << (8 * size - 1):
                    assert only(encode_record(bytes((kind,)), b"\x03", value)).data == wire(value, size)
    assert encode_record(b"\x0e", b"\x03", 999999999999) == b"\x0e\x03" + bcd("999999999999")


def test_a_layout_reads_them():
    def telegram(four, eight, digits):
        body = b"\x04\x03" + wire(four, 4) + b"\x07\x03" + wire(eight, 8) + b"\x0e\x13" + bcd(digits)
        return encode_telegram(1, encode_header(SECONDARY, 5), body)

    wanted = [(b"\x04", b"\x03"), (b"\x07", b"\x03"), (b"\x0e", b"\x13")]
    layout = Layout(telegram(0, 0, "000000000000"), wanted)
    for bits in EDGES[:-1]:
        for value in around(bits):
            low = value & 0x7FFFFFFF
            digits = "%012d" % (value % 10**12)
            assert layout.read(telegram(-low, value, digits))
            assert layout.values == [-low, value, int(digits)]


def test_storage_numbers_have_41_bits():
    record = only(b"\xc4" + b"\x8f" * 9 + b"\x0f" + b"\x03" + wire(1, 4))
    assert record.storage == (1 << 41) - 1
    record = only(b"\x84" + b"\x80" * 7 + b"\x08" + b"\x03" + wire(1, 4))
    assert record.storage == 8 << 29


def test_fixed_counters():
    data = bytes.fromhex("44332211" + "07" + "01" + "0505")
    telegram = FixedTelegram(Frame(encode_long(8, 1, 0x73, data + wire((1 << 31) - 1, 4) + wire(1 << 30, 4))))
    assert [counter.value for counter in telegram.counters()] == ["2147483647", "1073741824"]
