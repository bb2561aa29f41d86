"""The lamp's patterns, as somebody in front of the board sees them."""

from uplink.lamp import (
    DARK,
    DISAGREE,
    HELD,
    IDENTIFY,
    NO_BROKER,
    NO_METER,
    NO_NETWORK,
    RESET,
    SETUP,
    WELL,
    is_lit,
)

_MOST_MS = 12000


def flashes(pattern, begin=0):
    """[(begin, length)] of all that begins within 12 s, in ms."""
    found = []
    lit = False
    for now in range(begin, begin + _MOST_MS, 10):
        if is_lit(pattern, now) and not lit:
            found.append([now - begin, 0])
        lit = is_lit(pattern, now)
        if lit:
            found[-1][1] += 10
    return [tuple(flash) for flash in found]


def test_off_and_steady():
    assert flashes(DARK) == []
    assert flashes(RESET) == [(0, _MOST_MS)]


def test_even_blinking():
    assert flashes(IDENTIFY) == [(at, 250) for at in range(0, _MOST_MS, 500)]
    assert flashes(SETUP) == [(at, 1000) for at in range(0, _MOST_MS, 2000)]
    assert flashes(HELD) == [(at, 100) for at in range(0, _MOST_MS, 200)]


def test_what_is_wrong_is_counted_in_flashes():
    for count, pattern in ((2, NO_NETWORK), (3, NO_BROKER), (4, NO_METER), (5, DISAGREE)):
        expected = [(at + 500 * n, 200) for at in range(0, _MOST_MS, 4000) for n in range(count)]
        assert flashes(pattern) == expected


def test_between_two_groups_is_a_pause_that_is_seen():
    for pattern in (NO_NETWORK, NO_BROKER, NO_METER, DISAGREE):
        begins = [at for at, _ in flashes(pattern)]
        gaps = [b - a for a, b in zip(begins, begins[1:])]
        assert max(gaps) >= 3 * min(gaps)


def test_all_well_is_a_short_blink():
    assert flashes(WELL) == [(0, 100), (4000, 100), (8000, 100)]


def test_looks_that_come_a_little_late_see_every_flash():
    for pattern, least in ((WELL, 3), (NO_NETWORK, 6), (DISAGREE, 15)):
        for step in (51, 58, 63):
            seen = [is_lit(pattern, now) for now in range(0, _MOST_MS, step)]
            assert sum(b and not a for a, b in zip([False] + seen, seen)) >= least


def test_no_two_look_alike():
    patterns = (RESET, HELD, DARK, IDENTIFY, SETUP, NO_NETWORK, NO_BROKER, NO_METER, DISAGREE, WELL)
    seen = [tuple(flashes(pattern)) for pattern in patterns]
    assert len(set(seen)) == len(patterns)
