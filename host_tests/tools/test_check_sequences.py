"""Whatever happens one after the other: nothing is named that did not happen, and every bound that should hold does."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbus.check.command import run_one
from lumbus.check.experiment import Plan
from lumbus.check.faults import parse
from lumbus.profiles import load as load_profile

# What happens begins within the first hour of a slot and is over in its second.
SLOT_S = 5 * 3600
COUNTS = st.sampled_from((1, 2, 3, 5, 10, 50, 400))
RATES = st.sampled_from(("0.02", "0.1", "0.5", "1"))
LASTS = st.integers(60, 5400)
FAULTS = st.one_of(
    st.builds("missed={}@{{}}".format, COUNTS),
    st.builds("extra={}@{{}}".format, COUNTS),
    st.builds("drop={}@{{}}+{}".format, RATES, LASTS),
    st.builds("stuck@{{}}+{}".format, LASTS),
    st.builds("reboot@{{}}+{}".format, LASTS),
    st.builds("late={}@{{}}".format, st.integers(1, 50)),
    st.builds("clock={}@{{}}".format, st.integers(-100_000, 100_000)),
    st.builds("power={}@{{}}+{}".format, st.sampled_from(("0", "0.5", "2")), LASTS),
    st.builds("current={}@{{}}+{}".format, st.sampled_from(("0.5", "2")), LASTS),
    st.builds("voltage={}@{{}}+{}".format, st.sampled_from(("0", "100", "300")), LASTS),
    st.sampled_from(("fell@{}", "exchange@{}", "wrap@{}")),
)
WORLDS = st.sampled_from(
    [("household", "import"), ("household", "both"), ("household", "export"), ("solar", "both"),
     ("random", "import"), ("random", "both"), ("constant:61", "import"), ("constant:9000", "import")]
)  # fmt: skip


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.integers(1, 10_000),
    WORLDS,
    st.booleans(),
    st.lists(st.tuples(FAULTS, st.integers(0, 3600)), min_size=1, max_size=3),
)
def test_sequences(seed, world, timed, happenings):
    load, energy = world
    specs = [spec.format((i + 1) * SLOT_S + at) for i, (spec, at) in enumerate(happenings)]
    if sum("wrap" in spec for spec in specs) > 1:
        specs = specs[:1]
    least, most = (10, 240) if timed else (None, None)
    days = (len(specs) + 1) * SLOT_S / 86_400
    faults = tuple(parse(spec) for spec in specs)
    result = run_one(Plan(load_profile("m1pro40"), days, 60, least, most, seed, load, faults, energy=energy))
    assert not result["alarms"] and not result["violations"] and not result["wrong_bounds"], specs
