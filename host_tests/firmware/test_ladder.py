"""What is believed of a register's age and of a light's lag, and what it takes."""

from uplink.interval import Interval
from uplink.ladder import LAG_MOST, Ladder

STEP = 50
FRESH = 1  # The register stepped right before the window.


NOW = [0]
SEEN = [100000]


class Reading:
    """What the ladder asks of a window."""

    def __init__(self, pas, register):
        self.at_ms = NOW[0]
        self.pb = SEEN[0]
        self.pas = pas
        self.register = register


def agree(ladder, times, pas, behind=FRESH, prompt=0, every_ms=60000, width=2, loads=(9, 4, 2)):
    """loads: pulses between readings, by turns."""
    for turn in range(times):
        NOW[0] += every_ms
        SEEN[0] += 100 * loads[turn % len(loads)]
        known = Interval(-width, [0] * len(ladder.ages))
        now = [SEEN[0] - before for before in pas]
        ladder.agreed(known, Reading(now, now[ladder.base] + 2 + width - behind), 1, prompt)


def counts(ladder, per_s):
    """How many pulses ago the ladder's ages were, for a load of so many a second."""
    return [age * per_s // 1000 for age in ladder.ages]


def test_a_meter_that_is_known_has_nothing_to_learn():
    ladder = Ladder(1000, 1000, STEP)
    assert ladder.ages == [1000]
    assert (ladder.level, ladder.lag, ladder.is_settled) == (0, 0, True)


def test_the_longest_age_is_believed_first():
    ladder = Ladder(1000, 60000, STEP)
    assert ladder.ages == [1000, 2000, 4000, 8000, 16000, 32000, 60000]
    assert (ladder.level, ladder.lag) == (6, LAG_MOST)


def test_a_refresh_of_nothing_has_ages_too():
    assert Ladder(0, 2000, STEP).ages == [0, 500, 1000, 2000]


def test_readings_behind_a_step_take_it_down_and_others_do_not():
    ladder = Ladder(1000, 60000, STEP)
    agree(ladder, 100, counts(ladder, 5), behind=1000)
    assert ladder.level == 6
    agree(ladder, 100, counts(ladder, 5))
    assert ladder.level < 2


def test_without_a_load_nothing_is_learnt():
    ladder = Ladder(1000, 60000, STEP)
    agree(ladder, 1000, counts(ladder, 0))
    assert ladder.level == 6


def test_one_load_says_so_much_only_whatever_it_lasts():
    """Its steps are evenly apart: they may keep step with a slow meter's refresh."""
    ladder = Ladder(1000, 60000, STEP)
    ladder.contradicted(2, 30, 1)
    agree(ladder, 5000, counts(ladder, 5), loads=(9,))
    assert ladder.level > 2
    agree(ladder, 100, counts(ladder, 5))
    assert ladder.level < 2


def test_readings_in_a_row_have_room_for_little():
    ladder = Ladder(1000, 60000, STEP)
    agree(ladder, 100, counts(ladder, 5), every_ms=100)
    assert ladder.level > 4


def test_one_old_register_is_an_accident_and_two_are_the_meters_way():
    ladder = Ladder(1000, 60000, STEP)
    agree(ladder, 200, counts(ladder, 5))
    ladder.contradicted(3, 30, 1)
    assert ladder.level == 6
    assert ladder.base == 0 and ladder.learnt_ms() is None
    ladder.contradicted(3, 30, 1)
    assert ladder.base == 4
    assert ladder.learnt_ms() == 16000
    agree(ladder, 5000, counts(ladder, 5))
    assert ladder.level > 4


def test_an_accident_is_forgiven_after_long():
    ladder = Ladder(1000, 60000, STEP)
    ladder.contradicted(2, 30, 1)
    agree(ladder, 5000, counts(ladder, 5))
    ladder.contradicted(2, 30, 1)
    assert ladder.base == 0


def test_a_prompt_light_is_believed_and_a_late_one_is_told():
    ladder = Ladder(1000, 60000, STEP)
    agree(ladder, 10, counts(ladder, 0), prompt=2, width=1)
    assert ladder.lag == 1
    agree(ladder, 10, counts(ladder, 0), prompt=1, width=1)
    assert ladder.lag == 0
    assert not ladder.has_lagged
    # Nothing of the register's age explains it.
    ladder.contradicted(ladder.top, 2, 1)
    ladder.contradicted(ladder.top, 2, 1)
    assert ladder.has_lagged
    assert ladder.lag == LAG_MOST


def test_where_less_than_two_pulses_are_left_a_lag_of_one_is_believed_for_longer():
    for width, lag in ((2, 0), (1, 1)):
        ladder = Ladder(1000, 60000, STEP)
        agree(ladder, 20, counts(ladder, 0), prompt=2, width=width)
        assert ladder.lag == lag


def test_evidence_stays_a_small_integer():
    ladder = Ladder(1000, 60000, 1 << 20)
    agree(ladder, 3000, counts(ladder, 18), every_ms=10**9)
    assert max(ladder._evidence.steps) < 1 << 30
