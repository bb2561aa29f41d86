"""`lumbus check`: what it prints, its exit codes, and short runs of the real cross-check in a known world."""

import json

import pytest

from lumbus.check.command import run_all, run_one
from lumbus.check.experiment import Experiment, Plan
from lumbus.check.faults import parse
from lumbus.check.ledger import Ledger
from lumbus.check.report import summed
from lumbus.check.table import markdown, measure
from lumbus.cli import main
from lumbus.profiles import load as load_profile
from uplink.event import Event
from uplink.window import Window

M1PRO = load_profile("m1pro40")
KEYS = {
    "days",
    "readings",
    "false_alarms",
    "injected",
    "detections",
    "missed_detections",
    "final_error_wh",
    "soundness_violations",
    "seconds",
}
DETECTION = {"fault", "class", "delay_s", "delay_readings", "pulses_low", "pulses_high", "true_pulses"}


def plan(*specs, **more):
    return Plan(M1PRO, faults=tuple(parse(spec) for spec in specs), **more)


def clean(result):
    return not (result["false_alarms"] or result["soundness_violations"] or result["wrong_bounds"])


def test_the_object_has_what_it_promises(capsys):
    assert main(["check", "--json", "--days", "1", "--fault", "missed=60@8h", "--seed", "4"]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert err == "" and result.keys() >= KEYS
    assert result["days"] == 1 and 1430 <= result["readings"] <= 1441
    assert result["injected"] == ["missed=60@8h"] and result["missed_detections"] == 0
    (found,) = result["detections"]
    assert found.keys() >= DETECTION and found["class"] == "pulses_missing"
    assert found["pulses_low"] <= found["true_pulses"] == 60 <= found["pulses_high"]
    assert 60 < found["delay_s"] < 3600 and 2 <= found["delay_readings"] <= 60
    assert abs(found["delay_s"] / 60 - found["delay_readings"]) < 2
    assert clean(result)


def test_the_same_seed_gives_the_same_run():
    first, again, other = (run_one(plan("missed=60@8h", days=1, seed=seed)) for seed in (4, 4, 5))
    for result in (first, again, other):
        del result["seconds"]
    assert first == again != other


def test_seeds_are_summed(capsys):
    code = main(["check", "--json", "--days", "0.5", "--seeds", "3", "--jobs", "2", "--fault", "missed=60@4h"])
    result = json.loads(capsys.readouterr().out)
    assert code == 0 and result["days"] == 1.5 and result["seeds"] == [1, 2, 3]
    assert [d["seed"] for d in result["detections"]] == [1, 2, 3]
    (row,) = result["medians"]
    assert row["named"] == 3 and row["never"] == 0
    assert row["delay_readings"] == sorted(d["delay_readings"] for d in result["detections"])[1]


def test_what_was_never_named_counts_as_late():
    results = [run_one(plan("missed=60@4h", days=0.3, seed=seed)) for seed in (1, 2, 3)]
    for result in results[1:]:
        result["missed"] = [{"fault": "missed=60@4h", "seed": 2}]
        result["detections"] = []
    (row,) = summed(results)["medians"]
    assert row["named"] == 1 and row["never"] == 2 and row["delay_readings"] is None


def test_people_get_a_table(capsys):
    assert main(["check", "--days", "0.5", "--fault", "missed=60@4h"]) == 0
    out = capsys.readouterr().out
    for part in ("false alarms", "soundness violations", "missed=60@4h", "pulses_missing", "1 of 1"):
        assert part in out


def test_what_goes_unnamed_is_told_and_gives_1(capsys):
    # Ten minutes are not enough to settle.
    assert main(["check", "--days", "0.1", "--fault", "missed=1@2.35h"]) == 1
    assert "never named: missed=1@2.35h (seed 1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, part",
    [
        (["--fault", "missed=3"], "missed=N@T"),
        (["--fault", "missed=3@9d"], "give more --days"),
        (["--load", "constant:20000"], "0...13248"),
        (["--load", "wind"], "household, solar, random"),
        (["--days", "0"], "0.001"),
        (["--days", "nan"], "a number"),
        (["--least", "5"], "--timed"),
        (["--timed", "--least", "70"], "must rise"),
        (["--step", "20"], "invalid choice"),
        (["--plot", "picture.txt"], ".png"),
        (["--seeds", "0"], "1...10000"),
        (["--load", "solar", "--energy", "export"], "leave --energy out"),
    ],
)
def test_wrong_usage_is_told_and_gives_2(arguments, part, capsys):
    with pytest.raises(SystemExit) as end:
        main(["check", *arguments])
    assert end.value.code == 2
    assert part in capsys.readouterr().err.splitlines()[-1]


# Sound, whatever the load does


@pytest.mark.parametrize(
    "more",
    [
        {"load": "household"},
        {"load": "household", "energy": "both"},
        {"load": "household", "energy": "export", "seed": 2},
        {"load": "solar", "energy": "both"},
        {"load": "constant:0"},
        {"load": "constant:13248"},
        {"load": "constant:61", "poll_s": 20},
        {"load": "household", "least_s": 10, "most_s": 240},
        {"load": "solar", "energy": "both", "least_s": 10, "most_s": 240},
    ],
    ids=lambda more: ",".join(str(value) for value in more.values()),
)
def test_a_day_of_each_load_gives_no_alarm_and_sound_bounds(more):
    result = run_one(plan(days=1.5, **more))
    assert clean(result), (result["alarms"], result["violations"])
    assert result["readings"] > 300


@pytest.mark.parametrize("constant, step", [(100, 1000), (10_000, 1), (1000, 100), (333, 10)])
def test_other_meters(constant, step):
    profile = {**M1PRO, "pulse_constant": constant, "register_step_wh": step}
    result = run_one(Plan(profile, days=1))
    assert clean(result), (result["alarms"], result["violations"])


def test_a_slow_refresh_is_no_disagreement():
    result = run_one(plan(days=2, refresh_s=15))
    assert clean(result), (result["alarms"], result["violations"])


@pytest.mark.parametrize(
    "spec, kind",
    [("missed=100@8h", "pulses_missing"), ("drop=0.5@8h+2h", "pulses_missing"), ("extra=100@8h", "pulses_extra"),
     ("stuck@8h", "register_stuck"), ("fell=5@8h", "register_fell"), ("wrap@8h", "register_wrapped"),
     ("exchange@8h", "meter_exchanged"), ("constant=1000", "pulse_constant_wrong"), ("reboot@8h+1h", "away"),
     ("power=1.5@8h", "power_disagrees"), ("current=0.5@8h", "values_disagree"), ("voltage=290@8h", "out_of_range")],
)  # fmt: skip
@pytest.mark.parametrize("seed", [1, 2])
def test_what_happened_is_named(spec, kind, seed):
    result = run_one(plan(spec, days=1, seed=seed))
    assert not result["missed"] and clean(result), result
    assert result["detections"][0]["class"] == kind


@pytest.mark.parametrize("spec", ["late=5@8h", "late=50@8h", "clock=-3600@8h"])
def test_what_is_no_disagreement_is_not_named(spec):
    result = run_one(plan(spec, days=1))
    assert clean(result), result["alarms"]


# The judge itself


# A window of no length.
NOW = (10**7, 10**7)


def event(number, kind, low=None, high=None):
    told = Event(number, kind, Window(0, 0, (), [0], 0, None), 0)
    told.pulses_low, told.pulses_high = low, high
    return told


def ledger(*specs, changed=lambda fault, at: int(fault.value) if at >= fault.at_us else 0, believed=()):
    judge = Ledger([parse(spec) for spec in specs], changed, believed)
    judge.readings = 1
    judge.begin(10**7)
    return judge


def test_a_right_event_is_a_detection_and_a_second_one_an_alarm():
    judge = ledger("missed=5@3")
    assert judge.unproven(10**7)
    judge.hear(event(1, "pulses_missing", 3, 9), NOW, 10_000)
    assert not judge.unproven(10**7) and not judge.alarms and not judge.missed()
    assert judge.detections[0]["delay_s"] == 7 and judge.detections[0]["true_pulses"] == 5
    judge.hear(event(1, "pulses_missing", 4, 6), NOW, 20_000)
    assert not judge.alarms and not judge.wrong_bounds
    judge.hear(event(2, "pulses_missing", 1, 6), NOW, 30_000)
    assert len(judge.alarms) == 1


def test_a_wrong_class_and_a_wrong_count_are_told():
    judge = ledger("missed=5@3")
    judge.hear(event(1, "pulses_extra", 3, 9), NOW, 10_000)
    judge.hear(("lamp_flicker", ""), NOW, 10_000)
    assert [a["class"] for a in judge.alarms] == ["pulses_extra", "lamp_flicker"]
    assert judge.missed() == ["missed=5@3"]
    judge.hear(event(2, "pulses_missing", 6, 9), NOW, 10_000)
    assert judge.wrong_bounds[0]["true_pulses"] == 5 and judge.detections


def test_a_loss_that_goes_on_is_unproven_again():
    judge = ledger("drop=0.5@3", changed=lambda fault, at: at // 10**6)
    judge.hear(event(1, "pulses_missing", 3, 12), NOW, 10_000)
    assert not judge.unproven(10**7) and judge.unproven(2 * 10**7)
    judge.hear(event(1, "pulses_missing", 13, 30), (2 * 10**7, 2 * 10**7), 20_000)
    assert not judge.unproven(2 * 10**7) and len(judge.detections) == 1 and not judge.wrong_bounds


def test_facts_are_alarms_unless_they_are_so():
    judge = ledger(believed=("refresh_learnt",))
    judge.hear(("refresh_learnt", "15 s"), NOW, 10_000)
    judge.hear(("refresh_learnt", "30 s"), NOW, 20_000)
    judge.hear(("light_lag_learnt", ""), NOW, 20_000)
    assert [d["class"] for d in judge.detections] == ["refresh_learnt"]
    assert [a["class"] for a in judge.alarms] == ["light_lag_learnt"]
    assert judge.facts == {"refresh_learnt": 2, "light_lag_learnt": 1}


def test_a_bound_that_leaves_out_the_truth_is_found():
    experiment = Experiment(plan(days=0.2))
    fill = experiment.check._fill

    def spoil(reading, *rest):
        fill(reading, *rest)
        if reading.at_ms > 3_600_000 and reading.fused_mwh is not None:
            reading.fused_mwh += 3 * reading.bound_mwh

    experiment.check._fill = spoil
    result = run_all([plan(days=0.2)])[0]
    outcome = experiment.run()
    assert outcome.ledger.violations and not result["violations"]


# The table and the picture


def test_the_table_of_delays():
    rows = measure(2, 1, 2, (60,))
    assert rows[0]["lost"] == 60 and rows[0]["regular"] < 60
    seconds = {"regular_s": None, "timed_s": 450.0, "plain_s": 7200.0}
    text = markdown([*rows, {"lost": 1, "regular": None, "timed": 7.5, "plain": 120, **seconds}])
    assert "| 1 | 0.2 Wh | not found | 7.5 (8 min) | 120 (2.0 h) |" in text


def test_the_picture_is_drawn(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    file = tmp_path / "run.png"
    assert main(["check", "--days", "0.3", "--fault", "missed=60@3h", "--plot", str(file)]) == 0
    assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_size > 20_000
    assert main(["check", "--days", "0.1", "--plot", str(tmp_path / "none" / "x.png")]) == 2
    assert "choose another file" in capsys.readouterr().err


def test_without_matplotlib_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("lumbus.check.plot.find_spec", lambda name: None)
    assert main(["check", "--plot", "x.png"]) == 2
    assert "pip install '.[plot]'" in capsys.readouterr().err
