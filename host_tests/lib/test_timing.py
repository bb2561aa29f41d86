"""Times on the wire: from the baud rate, never too short."""

from mbus.timing import BAUD_RATES, bits_ms, chars_ms, reply_ms, rest_ms


def test_the_baud_rates_are_doubled_from_300():
    assert list(BAUD_RATES) == [300 << n for n in range(8)]


def test_a_character_has_eleven_bits():
    for baud in BAUD_RATES:
        for count in (0, 1, 5, 62, 261):
            assert chars_ms(count, baud) == bits_ms(11 * count, baud)


def test_the_longest_frame_takes_what_the_standard_makes_it():
    assert [chars_ms(261, baud) for baud in (300, 2400, 9600)] == [9570, 1197, 300]


def test_times_are_rounded_up():
    for baud in BAUD_RATES:
        for bits in range(0, 400, 7):
            assert bits * 1000 <= bits_ms(bits, baud) * baud < bits * 1000 + baud


def test_a_reply_may_take_330_bits_and_50_ms():
    assert [reply_ms(baud) for baud in (300, 2400, 9600)] == [1150, 188, 85]


def test_the_bus_rests_for_33_bits():
    assert [rest_ms(baud) for baud in (300, 2400, 9600)] == [110, 14, 4]
