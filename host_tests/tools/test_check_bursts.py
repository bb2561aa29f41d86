"""`lumbus check`: a lamp and glitches before the light, edge by edge, and what the firmware makes of them."""

import pytest
from flashes import trouble_of

from lumbus.check import load
from lumbus.check.burst import bursts
from lumbus.check.distortion import Distortion
from lumbus.check.energy import Energy
from lumbus.check.experiment import Experiment, Plan
from lumbus.check.faults import parse
from lumbus.check.pulses import PulseInput
from lumbus.profiles import load as load_profile
from uplink.light import FLICKER, TOO_FAST, Light

SECOND = 1_000_000


def distorted(*specs, watts=3600, lag=0):
    faults = [parse(spec) for spec in specs]
    return Distortion(Energy(load.constant(watts), 5000), lag, 1, faults), faults


def test_a_lamp_takes_the_true_pulses_and_adds_none():
    distortion, faults = distorted("flicker@100+60")
    # Five pulses a second; one at each end may be saved, or be what the lamp's begin is taken for.
    assert distortion.changed(faults[0], 99 * SECOND) == 0
    assert -302 <= distortion.changed(faults[0], 200 * SECOND) <= -290
    assert distortion.counted(300 * SECOND) == 1500 + distortion.changed(faults[0], 200 * SECOND)


def test_glitches_at_a_small_load_all_count():
    distortion, faults = distorted("toofast@100+60", watts=36)
    added = distortion.changed(faults[0], 200 * SECOND)
    # 34...46 ms apart.
    assert 1490 <= added <= 1510


def test_glitches_among_the_fastest_pulses_cost_more_than_they_add():
    distortion, faults = distorted("toofast@100+60", watts=13000)
    assert distortion.changed(faults[0], 200 * SECOND) < -100


def test_any_moment_can_be_asked_for_in_any_order():
    forwards, _ = distorted("flicker@100+5", "toofast@107+5", "missed=3@90")
    backwards, _ = distorted("flicker@100+5", "toofast@107+5", "missed=3@90")
    moments = [at * SECOND // 20 for at in range(0, 150 * 20)]
    counts = [forwards.counted(at) for at in moments]
    assert [backwards.counted(at) for at in reversed(moments)] == counts[::-1]
    assert counts == sorted(counts)
    for count in range(counts[0] + 1, counts[-1], 7):
        at = forwards.reached(count, moments[-1])
        assert forwards.counted(at) >= count > forwards.counted(max(0, at - 1001))


def test_bursts_that_overlap_are_one():
    faults = [parse(spec) for spec in ("toofast@100+50", "flicker@120+60", "flicker@500+1", "flicker@503+1")]
    assert [len(some) for some in bursts(faults)] == [2, 1, 1]


@pytest.mark.parametrize("kind, trouble", [("flicker", FLICKER), ("toofast", TOO_FAST)])
def test_the_light_sees_it_while_it_is_there(kind, trouble):
    faults = [parse(f"{kind}@95+20")]
    source = PulseInput(Energy(load.constant(1800), 5000), 0, 3, faults)
    light = Light(source, 5000, 13250, source.clock, source.filter)
    source.start(0)
    told = []
    last = 0
    for now in range(10_000, 400_000, 10_000):
        source.set_moments(now - 400, now, [1000])
        source.watch(light)
        count = light.look()
        assert last <= light.history.count <= count == source.count_by(now) or 94_000 < now < 116_000
        last = light.history.count
        told.append((now // 1000, trouble_of(light)))
    named = [at for at, what in told if what == trouble]
    assert {what for _, what in told} == {None, trouble}
    # A minute after its last sign it is forgotten.
    assert named[0] == 100 and 170 <= named[-1] <= 180


@pytest.mark.parametrize("kind, trouble", [("flicker", FLICKER), ("toofast", TOO_FAST)])
@pytest.mark.parametrize(
    "more",
    [{}, {"load": "solar", "energy": "both"}, {"load": "constant:13000"}, {"load": "constant:30"}],
    ids=lambda more: more.get("load", "household"),
)
def test_it_is_named_and_nothing_else_and_bounds_stay_sound(kind, trouble, more):
    for seed in (1, 2, 3):
        plan = Plan(load_profile("m1pro40"), 0.5, seed=seed, faults=(parse(f"{kind}@6h+60"),), **more)
        ledger = Experiment(plan).run().ledger
        assert ledger is not None
        assert [d["class"] for d in ledger.detections] == [trouble]
        assert ledger.detections[0]["delay_s"] < 90
        assert not ledger.alarms and not ledger.violations and not ledger.wrong_bounds and not ledger.missed()


def test_a_restart_in_the_midst_of_it():
    for specs in (("flicker@6h+60", "reboot@21620+20"), ("toofast@6h+60", "reboot@21620+120")):
        plan = Plan(load_profile("m1pro40"), 0.4, faults=tuple(parse(spec) for spec in specs))
        ledger = Experiment(plan).run().ledger
        assert ledger is not None
        assert not ledger.alarms and not ledger.violations and not ledger.missed()
