"""A compiled layout: reads what the decoder reads, refuses everything else, allocates nothing."""

import sys

from checks import raises

from mbus.errors import TelegramError
from mbus.frame import RSP_UD, encode_long
from mbus.layout import Layout
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus_service.encode import encode_header, encode_record, encode_telegram

SECONDARY = bytes.fromhex("7804251632ad0102")
# The pairs that a profile would name, in no order of the telegram.
IMPORT = (b"\x04", b"\x84\x3b")
POWER = (b"\x02", b"\x2b")
BCD = (b"\x8c\x10", b"\x13")
WANTED = (BCD, IMPORT, POWER)
TOP = 7 + 12


def body(imported=123456, power=-150, volume=99887766, text="abc"):
    return (
        encode_record(b"\x04", b"\x6d", b"\x01\x02\x03\x04")
        + encode_record(IMPORT[0], IMPORT[1], imported)
        + b"\x2f\x2f"
        + encode_record(b"\x0d", b"\xfd\x0e", text)
        + encode_record(POWER[0], POWER[1], power)
        + encode_record(BCD[0], BCD[1], volume)
        + b"\x0f\x01\x02\x03"
    )


def telegram(access=1, status=0, **numbers):
    return encode_telegram(1, encode_header(SECONDARY, access, status), body(**numbers))


def layout():
    return Layout(telegram(), WANTED)


def fixed_again(raw):
    """The frame with its checksum put right."""
    raw = bytearray(raw)
    raw[-2] = sum(raw[4:-2]) & 0xFF
    return bytes(raw)


def test_it_reads_the_telegram_it_was_made_from():
    known = layout()
    assert known.read(telegram())
    assert known.values == [99887766, 123456, -150]


def test_it_reads_new_numbers_under_another_access_number_and_status():
    known = layout()
    for n, (imported, power, volume) in enumerate(((0, 0, 0), (2**31 - 1, -32767, 12), (-5, 32767, -9999999))):
        raw = telegram(access=n + 2, status=n, imported=imported, power=power, volume=volume, text="xyz")
        assert known.read(raw)
        assert known.values == [volume, imported, power]
        decoded = {(r.dib, r.vib): r for r in Telegram(parse_frame(raw))}
        assert known.values == [decoded[pair].number()[0] // decoded[pair].meaning.multiplier for pair in WANTED]


def test_a_memoryview_will_do():
    known = layout()
    assert known.read(memoryview(telegram(imported=7)))
    assert known.values[1] == 7


def test_no_valid_value_is_none():
    known = layout()
    raw = bytearray(telegram())
    at = bytes(raw).index(b"\x2b") + 1
    raw[at : at + 2] = b"\x00\x80"
    at = bytes(raw).index(b"\x8c\x10\x13") + 3
    raw[at : at + 4] = b"\x00\x0a\x00\x00"
    assert known.read(fixed_again(raw))
    assert known.values == [None, 123456, None]


def test_any_changed_byte_that_is_not_data_is_refused_and_leaves_the_values():
    good = telegram()
    free = {TOP - 4, TOP - 3}  # access number and status
    known = layout()
    known.read(good)
    at = TOP
    for record in Telegram(parse_frame(good)):
        first = TOP + record.offset + len(record.dib) + len(record.vib)
        free |= set(range(first + (record.dib[0] & 15 == 13), first + len(record.data)))
        at = first + len(record.data)
    assert at == len(good) - 2
    before = known.values[:]
    for at in range(len(good)):
        for bit in range(8):
            raw = bytearray(good)
            raw[at] ^= 1 << bit
            # As it comes: one bit wrong is damage, wherever it is (ACD and DFC of the C field count in the sum too).
            assert not known.read(bytes(raw)), (at, bit)
            assert known.values == before
            if 4 <= at < len(good) - 2 and at not in free:
                # A valid frame, but of another layout or from another meter.
                allowed = at == 4 and bit in (4, 5)
                assert known.read(fixed_again(raw)) == allowed, (at, bit)


def test_another_length_is_refused():
    known = layout()
    good = telegram()
    for raw in (b"", b"\xe5", good[:-1], good + b"\x00", telegram(text="abcd")):
        assert not known.read(raw)


def test_short_header_and_none():
    for ci, head in ((0x7A, b"\x05\x00\x00\x00"), (0x78, b"")):
        raw = encode_long(RSP_UD, 1, ci, head + body())
        known = Layout(raw, WANTED)
        again = encode_long(RSP_UD, 1, ci, (b"\x06\x10\x00\x00" if head else b"") + body(power=3))
        assert known.read(again)
        assert known.values == [99887766, 123456, 3]


def test_what_cannot_be_compiled_is_refused():
    raises(TelegramError, Layout, telegram(), ((b"\x04", b"\x05"),))
    # A date has a number's data field; a text has none.
    raises(TelegramError, Layout, telegram(), ((b"\x0d", b"\xfd\x0e"),))
    raises(TelegramError, Layout, encode_long(RSP_UD, 1, 0x76, telegram()[7:-2]), WANTED)
    raises(TelegramError, Layout, encode_long(RSP_UD, 1, 0x70, b"\x08"), WANTED)
    raises(TelegramError, Layout, encode_telegram(1, encode_header(SECONDARY, 1), b"\x04\x03\x01"), ())


def test_the_longest_frame():
    rows = b"".join([encode_record(b"\x02", b"\x2b", n) for n in range(59)]) + b"\x2f" * 4
    raw = encode_telegram(1, encode_header(SECONDARY, 1), rows)
    known = Layout(raw[:], ((b"\x02", b"\x2b"),))
    assert known.read(raw) and known.values == [0]
    last = encode_telegram(1, encode_header(SECONDARY, 1), b"\x2f" * 234 + encode_record(b"\x04", b"\x03", 77))
    assert len(last) == 261
    known = Layout(last, ((b"\x04", b"\x03"),))
    assert known.read(last) and known.values == [77]


def test_reading_allocates_nothing():
    if sys.implementation.name != "micropython":
        return
    import micropython

    known = layout()
    # Below 2**30: a small integer on a 32-bit board too.
    raws = [telegram(imported=n, power=-n, volume=n * 1000) for n in (0, 1, 32767)]
    raws.append(telegram(imported=2**30 - 1, power=-1, volume=-1))
    raws.append(telegram(imported=-5, power=-1, volume=-1))
    bad = [raws[0][:-1], raws[0][:-2] + b"\x00\x16"]
    results = [None] * len(raws)
    micropython.heap_lock()
    try:
        for i in range(len(raws)):
            results[i] = known.read(raws[i])
        refused = known.read(bad[0]) or known.read(bad[1])
    finally:
        micropython.heap_unlock()
    assert results == [True] * len(raws) and not refused
