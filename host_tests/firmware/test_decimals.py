"""Exact decimals: text and back, digit by digit."""

from checks import raises

from mbus.exact import to_text
from uplink.decimals import parse, rescale


def test_text_has_no_exponent_and_keeps_every_place():
    for mantissa, exponent, text in (
        (0, 0, "0"),
        (0, -2, "0.00"),
        (0, 3, "0"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (12345, -2, "123.45"),
        (-12345, -2, "-123.45"),
        (5, -1, "0.5"),
        (-5, -1, "-0.5"),
        (5, -3, "0.005"),
        (-99, -3, "-0.099"),
        (100, -2, "1.00"),
        (12, 3, "12000"),
        (-12, 1, "-120"),
        (9999999, -2, "99999.99"),
        (2**63 - 1, -3, "9223372036854775.807"),
        (1, -12, "0.000000000001"),
        (10**20 + 1, -20, "1.00000000000000000001"),
    ):
        assert to_text(mantissa, exponent) == text


def test_parse_gives_the_digits_back():
    for text, expected in (
        ("0", (0, 0)),
        ("7", (7, 0)),
        ("-7", (-7, 0)),
        ("+7", (7, 0)),
        ("123.45", (12345, -2)),
        ("-12.50", (-1250, -2)),
        ("-0.5", (-5, -1)),
        ("0.005", (5, -3)),
        ("007", (7, 0)),
        ("99999.99", (9999999, -2)),
        ("9223372036854775.807", (9223372036854775807, -3)),
    ):
        assert parse(text) == expected


def test_what_was_written_is_read_back():
    for mantissa in (0, 1, -1, 10, 99, -100, 123456789, -(2**63) + 1, 10**30):
        for exponent in range(-12, 1):
            assert parse(to_text(mantissa, exponent)) == (mantissa, exponent)


def test_parse_refuses_what_is_no_plain_decimal():
    for text in (
        "",
        "-",
        "+",
        ".",
        "1.",
        ".5",
        "-.5",
        "1e3",
        "1,5",
        " 1",
        "1 ",
        "1.2.3",
        "--1",
        "1.-2",
        "nan",
        "0x10",
        "1_0",
    ):
        raises(ValueError, parse, text)


def test_the_error_shows_the_text():
    assert "1e3" in str(raises(ValueError, parse, "1e3"))


def test_rescale_is_exact_where_it_can_be():
    assert rescale(12345, -2, -2) == 12345
    assert rescale(12345, -2, -5) == 12345000
    assert rescale(12, 3, 0) == 12000
    assert rescale(1230, -1, 0) == 123


def test_rescale_rounds_towards_minus_infinity():
    assert rescale(1239, -1, 0) == 123
    assert rescale(-1231, -1, 0) == -124
    assert rescale(-1, -3, 0) == -1
    assert rescale(1, -3, 0) == 0
