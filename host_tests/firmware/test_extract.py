"""A profile's numbers: decoded once, then read through the layout, and always the same."""

from checks import raises

from mbus.errors import RecordError
from mbus.frame import Frame
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus_service.encode import encode_header, encode_record, encode_telegram
from uplink import extract
from uplink.extract import Extractor
from uplink.profile_files import load_profile

ROWS = (("04", "843b"), ("04", "843c"), ("02", "2b"), ("02", "fd47"))


class NoStorage:
    def read(self, name):
        return None


def extractor():
    return Extractor(load_profile(NoStorage(), "m1pro40"))


def telegram(*values, access=1, rows=ROWS, secondary=bytes(8), tail=b""):
    body = b"".join(
        [encode_record(bytes.fromhex(d), bytes.fromhex(v), n) for (d, v), n in zip(rows, values)],
    )
    return Telegram(parse_frame(encode_telegram(1, encode_header(secondary, access), body + tail)))


def expected(imported, exported, power, voltage):
    return {"import": (imported, 1), "export": (exported, 1), "power": (power, 0), "voltage": (voltage, -2)}


def test_the_second_telegram_is_not_taken_apart():
    given = extractor()
    for n in range(5):
        values = (1000 + n, n, -n, 23000 + n)
        assert given.numbers(telegram(*values, access=n)) == (expected(*values), True)
    assert given.decoded == 1


def test_no_valid_value_is_none_both_ways():
    given = extractor()
    good = telegram(1, 2, 3, 4)
    raw = bytearray(good.frame.raw)
    at = bytes(raw).index(b"\x02\x2b") + 2
    raw[at : at + 2] = b"\x00\x80"
    raw[-2] = sum(raw[4:-2]) & 0xFF
    without = Telegram(Frame(bytes(raw)))
    for order in ((good, without, good), (without, good, without)):
        given = extractor()
        for t in order:
            power = None if t is without else (3, 0)
            assert given.numbers(t)[0]["power"] == power
        assert given.decoded == 1


def test_another_layout_is_decoded_anew():
    given = extractor()
    given.numbers(telegram(1, 2, 3, 4))
    turned = (ROWS[1], ROWS[0], ROWS[2], ROWS[3])
    assert given.numbers(telegram(2, 1, 3, 4, rows=turned)) == (expected(1, 2, 3, 4), True)
    assert given.decoded == 2
    # Another meter under the same address has a layout of its own, even with the same records.
    assert given.numbers(telegram(7, 8, 9, 10, rows=turned, secondary=b"\x01" * 8))[0]["import"] == (8, 1)
    assert given.decoded == 3


def test_a_record_in_error_is_no_register_any_more():
    given = extractor()
    given.numbers(telegram(1, 2, 3, 4))
    rows = (("04", "84bb15"),) + ROWS[1:]
    assert "import" not in given.numbers(telegram(1, 2, 3, 4, rows=rows))[0]


def test_a_real_is_decoded_each_time():
    given = extractor()
    rows = ROWS[:2] + (("05", "2b"), ROWS[3])
    for n in range(3):
        numbers, whole = given.numbers(telegram(1, 2, (125 + n, -1), 4, rows=rows))
        assert whole and numbers["power"] == (125 + n, -1) and numbers["import"] == (1, 1)
    assert given.decoded == 3


def test_a_telegram_that_is_cut_is_never_learnt():
    given = extractor()
    numbers, whole = given.numbers(telegram(1, 2, 3, 4, tail=b"\x04\x03\x01"))
    assert not whole and numbers == expected(1, 2, 3, 4)
    assert given.numbers(telegram(5, 6, 7, 8)) == (expected(5, 6, 7, 8), True)
    assert given.decoded == 2
    raises(RecordError, given.numbers, telegram(rows=(), tail=b"\x04\x03\x01"))


def test_the_tables_that_take_telegrams_apart_are_not_kept():
    asked = []
    before, extract.forget = extract.forget, lambda *names: asked.append(names)
    try:
        _check_what_is_kept(asked)
    finally:
        extract.forget = before


def _check_what_is_kept(asked):
    given = extractor()
    assert given.numbers(telegram(1, 2, 3, 4)) == (expected(1, 2, 3, 4), True)
    assert asked == [(("vib", "record", "places"), "mbus"), (("matching",),)]
    # They come back by themselves.
    other = telegram(5, 6, 7, 8, secondary=bytes(7) + b"\x01")
    assert given.numbers(other) == (expected(5, 6, 7, 8), True)
    assert given.decoded == 2
    asked.clear()
    # Who goes on sending other layouts keeps them.
    for n in range(8):
        assert given.numbers(telegram(n, 2, 3, 4, secondary=bytes(6) + bytes((n + 1, 0))))[1]
    assert given.decoded == 10 and len(asked) == 4
