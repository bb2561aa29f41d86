"""Which pulse constant the light has, by what the registers leave possible."""

from uplink.constants import Constants


def play(real, profile=5000, steps=100, phase=3, drop=0):
    """A reading every 3 Wh of a register with 10 Wh steps; one pulse in `drop` is lost."""
    check = Constants(profile, 10)
    energy = phase
    while energy < 10 * steps:
        energy += 3
        pulses = energy * real // 1000
        if drop:
            # Pseudo-random, but each time the same.
            pulses -= sum((n * 7919 % 1000) * drop < 1000 for n in range(pulses))
        check.take(energy // 10 * 10, pulses, pulses)
        if check.looks_like is not None:
            break
    return check


def test_the_right_one_is_left_in_peace():
    for constant in (100, 400, 1000, 1600, 5000, 10000, 4321):
        check = play(constant, constant)
        assert check.looks_like is None
        assert not check.is_open
        assert not check.is_doubtful()


def test_a_wrong_one_is_named_by_its_number():
    for real in (400, 1000, 2000, 2500, 4000, 6400, 10000):
        check = play(real)
        assert check.looks_like == real


def test_it_is_doubtful_until_it_is_decided():
    check = Constants(5000, 10)
    assert not check.is_doubtful() or check.is_open
    check.take(0, 0, 0)
    check.take(10, 11, 11)
    assert check.is_doubtful()


def test_a_light_that_has_died_is_no_constant():
    check = Constants(5000, 10)
    for wh in range(0, 2000, 10):
        check.take(wh, 0, 0)
    assert check.looks_like is None


def test_an_unusual_constant_is_no_guess():
    assert play(3000).looks_like is None
