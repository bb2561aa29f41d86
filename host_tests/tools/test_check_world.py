"""The simulated world of `lumbus check`, against slow and simple versions of itself."""

import random

import pytest

from lumbus.check import load
from lumbus.check.distortion import Distortion
from lumbus.check.energy import KWH, WH, Energy
from lumbus.check.experiment import make_load
from lumbus.check.faults import FOREVER, forms, parse
from lumbus.check.load import DAY, MOST_MW, SECOND
from lumbus.check.meter import Meter
from lumbus.check.plain import PlainComparison
from lumbus.check.pulses import LOOK_MS, PulseInput
from lumbus.check.talk import Talk
from lumbus.profiles import load as load_profile
from uplink.history import PulseHistory
from uplink.profile_form import profile_of

PROFILE = profile_of(load_profile("m1pro40"))
AGES = [1000, 2000, 4000, 8000, 16000, 32000, 60000]


def kinds():
    return [
        ("household", "import"),
        ("solar", "both"),
        ("random", "import"),
        ("random", "both"),
        ("constant:7", "export"),
    ]


@pytest.mark.parametrize("kind, energy", kinds())
def test_a_day_of_a_load_is_the_same_alone(kind, energy):
    first, again = (make_load(kind, 3, energy) for _ in range(2))
    days = [first(number) for number in range(4)]
    assert again(2) == days[2]
    for number, steps in enumerate(days):
        times = [at for at, _ in steps]
        assert times[0] == number * DAY
        assert times == sorted(set(times)) and times[-1] < (number + 1) * DAY
        assert all(abs(power) <= MOST_MW for _, power in steps)
    assert make_load(kind, 4, energy)(2) != days[2] or kind.startswith("constant")


def test_a_household_uses_what_one_does():
    energy = Energy(load.household(5), 5000)
    used = [energy.both(day * DAY)[0] / KWH for day in range(31)]
    assert 7 < used[30] / 30 < 13
    assert all(4 < b - a < 20 for a, b in zip(used, used[1:]))
    powers = [power for day in range(30) for _, power in load.household(5)(day)]
    assert min(powers) >= 55_000 and max(powers) > 3_000_000


def test_the_sun_turns_energy_round():
    flips = [power < 0 for _, power in load.solar(1)(0)]
    assert sum(a != b for a, b in zip(flips, flips[1:])) > 10


@pytest.mark.parametrize("constant", [5000, 1000, 7000, 333])
def test_energy_is_the_sum_of_power_times_time(constant):
    made = load.at_random(9, True)
    energy = Energy(made, constant)
    steps = made(0) + made(1) + [(2 * DAY, 0)]
    for at in (0, 1, 777 * SECOND + 13, DAY - 1, DAY, DAY + 5_000_000_001):
        imported = exported = 0
        for (begin, power), (end, _) in zip(steps, steps[1:]):
            flowed = power * max(0, min(end, at) - begin)
            imported += max(0, flowed)
            exported -= min(0, flowed)
        assert energy.both(at) == (imported * energy.scale, exported * energy.scale)
        # A pulse is 1/constant kWh, exactly.
        assert energy.count(at) == (imported + exported) * constant // KWH


def test_a_pulse_comes_when_the_accumulator_is_full():
    energy = Energy(load.solar(2), 5000, 0.4)
    chance = random.Random(1)
    for _ in range(300):
        latest = chance.randrange(DAY)
        count = energy.count(latest)
        at = energy.pulse_at(count, latest)
        assert at <= latest and energy.count(at) == count and (not count or energy.count(at - 1) == count - 1)
        assert energy.pulse_at(count + 1, latest) == latest + 1


def test_the_past_can_be_asked_for():
    energy = Energy(load.household(1), 5000)
    before = energy.both(3 * DAY - 1000 * SECOND)
    energy.both(3 * DAY + 1000 * SECOND)
    assert energy.both(3 * DAY - 1000 * SECOND) == before
    assert energy.both_far(20 * DAY)[0] > before[0]


# The light's input


def looked_often(energy, phase, lag, seed, faults, until_ms):
    """The firmware's history as looks each 50 ms make it."""
    distortion = Distortion(energy, lag, seed, faults)
    history = PulseHistory()
    base = distortion.counted(0)
    for at_ms in range(phase, until_ms + 1, LOOK_MS):
        history.add(at_ms, distortion.counted(1000 * at_ms) - base)
    return history


@pytest.mark.parametrize("kind", ["household", "random", "constant:40", "solar"])
@pytest.mark.parametrize("specs, lag", [((), 0), (("missed=3@400", "extra=9@600"), 0), (("drop=0.2@100+500",), 2)])
def test_the_history_says_what_looks_each_50_ms_say(kind, specs, lag):
    faults = [parse(spec) for spec in specs]
    energies = [Energy(make_load(kind, 8, "import"), 5000, 0.3) for _ in range(2)]
    source = PulseInput(energies[0], lag, 8, faults)
    source.start(0)
    history = PulseHistory()
    chance = random.Random(4)
    request = 0
    for _ in range(20):
        request += chance.randint(55_000, 65_000)
        now = request + chance.randint(300, 500)
        source.set_moments(request, now, AGES)
        source.update(history)
        often = looked_often(energies[1], source._look_phase, lag, 8, faults, now)
        assert often.count <= history.count <= often.count + 1
        ages = AGES[:6]
        got, want = ([0] * 6 for _ in range(2))
        history.counts_back(request, ages, got)
        often.counts_back(request, ages, want)
        # Never too early; the rings of the often looked at forget, so that one may say less.
        true = [source.count_by(request - age) for age in ages]
        assert all(w <= g <= t for w, g, t in zip(want, got, true)), (got, want, true)
        if history.count == often.count and not lag and not specs:
            assert history.last_ms == often.last_ms
        energies[1] = Energy(make_load(kind, 8, "import"), 5000, 0.3)


def test_a_planned_poll_sees_its_pulse():
    source = PulseInput(Energy(load.constant(100), 5000), 0, 1, ())
    source.start(0)
    # One pulse in 7.2 s.
    at = source.reached_ms(10, 100_000)
    assert 72_000 <= at < 72_000 + LOOK_MS
    assert source.count_by(at) == 10
    assert source.reached_ms(10, 71_000) is None


def test_lost_and_false_pulses_are_counted():
    energy = Energy(load.constant(720), 5000)
    faults = [parse("missed=5@100"), parse("drop=0.5@1000+2000"), parse("extra=7@5000")]
    distortion = Distortion(energy, 0, 1, faults)
    assert distortion.counted(99 * SECOND) == 99
    assert distortion.counted(200 * SECOND) == 195
    assert distortion.changed(faults[0], 200 * SECOND) == 5
    lost = distortion.changed(faults[1], 4000 * SECOND)
    assert 880 < lost < 1120
    assert distortion.counted(6000 * SECOND) == 6000 - 5 - lost + 7


def test_a_light_that_lags_loses_nothing():
    energy = Energy(load.constant(720), 5000)
    distortion = Distortion(energy, 2, 1, ())
    behind = {energy.count(at * SECOND) - distortion.counted(at * SECOND) for at in range(100, 300)}
    assert behind == {0, 1, 2}
    counts = [distortion.counted(at * SECOND) for at in range(100, 300)]
    assert counts == sorted(counts)


# The meter


def a_meter(*specs, refresh_s=1, watts=3600):
    energy = Energy(load.constant(watts), 5000)
    return Meter(energy, PROFILE, refresh_s * SECOND, 1, [parse(spec) for spec in specs])


def steps(meter, at_s):
    return meter.read(at_s * SECOND)["import"][0]


def test_a_register_is_as_old_as_its_refresh():
    meter = a_meter(refresh_s=15)
    ages = []
    for at in range(1000 * SECOND, 1100 * SECOND, 100_000):
        meter.read(at)
        true = meter.true(at)[0]
        ages += [age for age in range(17) if meter.true(at - age * SECOND)[0] // meter.step == meter.shown[0]]
        assert meter.shown[0] <= true // meter.step
    assert 0 in ages and max(ages) >= 14


def test_the_values_fit_each_other():
    for watts in (0, 5, 60, 800, 13_000, 13_248):
        numbers = a_meter(watts=watts).read(5000 * SECOND)
        ui = numbers["voltage"][0] * numbers["current"][0] * abs(numbers["power_factor"][0]) / 1e6
        # A hundredth of an ampere and of a power factor.
        assert abs(ui - numbers["power"][0]) <= 0.5 + 2.4 + 0.01 * watts
        assert 18_400 < numbers["voltage"][0] <= 27_600 and numbers["current"][0] <= 4800


def test_what_goes_wrong_with_registers():
    assert steps(a_meter(), 100) == steps(a_meter(), 95)
    stuck = a_meter("stuck@100+200")
    before = steps(stuck, 101)
    assert steps(stuck, 299) == before and not stuck.is_true
    assert steps(stuck, 302) >= before + 19 and stuck.is_true
    late = a_meter("late=50@100")
    assert steps(late, 99) >= steps(late, 101) + 4
    assert steps(late, 103) >= steps(late, 99)
    fell = a_meter("fell=5@100")
    before = steps(fell, 99)
    assert before - 500 <= steps(fell, 102) <= before - 499
    exchanged = a_meter("exchange@100")
    identity = exchanged.identity
    steps(exchanged, 102)
    assert exchanged.identity != identity and exchanged.identity[8:] == identity[8:]


def test_what_goes_wrong_with_values():
    meter = a_meter("power=2@100+50", "current=3@200", "voltage=300@300")
    assert meter.read(120 * SECOND)["power"] == (7200, 0)
    assert meter.read(160 * SECOND)["power"] == (3600, 0)
    assert meter.read(250 * SECOND)["current"][0] > 4500 and meter.read(301 * SECOND)["voltage"] == (30000, -2)


def test_the_register_wraps_when_it_is_told_to():
    meter = a_meter()
    meter.wrap_after(meter.energy.both(100 * SECOND))
    assert steps(meter, 99) == 9_999_999 and steps(meter, 102) == 0


def test_a_conversation_takes_its_time_on_the_wire():
    talk = Talk(2400, 1)
    for _ in range(100):
        sampled, end, taken = talk.moments(1_000_000)
        assert 1_000_000 + 5 * 11 * SECOND // 2400 <= sampled < end < taken
        assert 0.3 * SECOND < end - 1_000_000 < 0.4 * SECOND


def test_plain_comparison_needs_more_than_a_step():
    register_of = lambda energy: energy // 50 * 50  # noqa: E731
    for phase in range(50):
        plain = PlainComparison(50, 1)
        assert not plain.take(register_of(1000 + phase), 0, 0)
        assert not any(plain.take(register_of(1000 + phase + n), n, n) for n in range(500))
        assert any(plain.take(register_of(1000 + phase + n), n - 51, n - 51) for n in range(100, 200))
    assert WH


# What can be asked for


@pytest.mark.parametrize(
    "spec", ["missed=10@12h", "drop=0.1@1d+30m", "stuck@5", "fell@1m", "fell=2.5@1m", "clock=-5@1.5h"]
)
def test_good_specs(spec):
    fault = parse(spec)
    assert fault.text == spec
    assert fault.until_us == FOREVER or fault.until_us - fault.at_us == 1800 * SECOND


@pytest.mark.parametrize(
    "spec, part",
    [
        ("", "unknown kind ''"),
        ("missed", "needs @T"),
        ("missed=2@", "after @ must stand seconds"),
        ("missed=2.5@1h", "a whole number of pulses"),
        ("missed=@1h", "behind missed="),
        ("missed=3@1h+5", "missed=N@T"),
        ("drop=2@1h", "0...1"),
        ("drop=1e-6@1h+x", "after + must stand"),
        ("stuck=3@1h", "takes no value"),
        ("reboot@1h", "needs +D"),
        ("constant=1000@1h", "takes no @T"),
        ("voltage=high@1h", "volts"),
    ],
)
def test_bad_specs_say_what_is_wrong(spec, part):
    with pytest.raises(ValueError) as error:
        parse(spec)
    assert part in str(error.value) and repr(spec) in str(error.value)


def test_every_form_is_shown():
    assert "drop=RATE@T[+D]" in forms() and "stuck@T[+D]" in forms() and "constant=N" in forms()
