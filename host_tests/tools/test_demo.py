"""The whole main job, end to end: real interpreters, a real pseudo-terminal, a real broker.

All runs are started at once, a few at a time; each test waits for its own.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from needs import require_runtime

SECONDS = 45
AT_ONCE = 6
FAULTS = {
    "plain": [],
    "missed": ["missed=60@12"],
    "extra": ["extra=60@12"],
    "stuck": ["stuck@12"],
    "noise": ["noise@2"],
    "echo": ["echo"],
    "silent": ["silent=10@12"],
    "broker-down": ["broker-down=10@12"],
    "killed": ["broker-down=12@10", "kill@17"],
}
RUNS = {(runtime, "m1pro40", name) for runtime in ("micropython", "cpython") for name in FAULTS}
RUNS |= {(runtime, "finder-7e23", name) for runtime in ("micropython", "cpython") for name in ("plain", "missed")}


def play(runtime: str, profile: str, name: str) -> tuple[int, str, str]:
    arguments = ["--seconds", str(SECONDS), "--speed", "40", "--json", "--runtime", runtime, "--profile", profile]
    for fault in FAULTS[name]:
        arguments += ["--fault", fault]
    run = subprocess.run(
        [sys.executable, "-m", "lumbus", "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS + 60,
        stdin=subprocess.DEVNULL,
    )
    return run.returncode, run.stdout, run.stderr


@pytest.fixture(scope="module")
def runs(request):
    """{run: Future of (exit code, stdout, stderr)} of the runs whose tests were selected."""
    wanted = {
        item.callspec.params["run"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec") and "run" in item.callspec.params
    }
    pool = ThreadPoolExecutor(AT_ONCE)
    futures: dict[tuple, Future] = {run: pool.submit(play, *run) for run in sorted(wanted)}
    yield futures
    pool.shutdown(cancel_futures=True)


def ids(run):
    return "-".join(run)


def result(runs, run) -> dict:
    require_runtime(run[0])
    code, out, err = runs[run].result()
    assert code == 0, err
    lines = out.splitlines()
    assert len(lines) == 1, "something else than the JSON object on standard output"
    got = json.loads(lines[0])
    assert got["runtime"] == run[0]
    assert got["lost"] == 0
    assert got["duplicates"] == 0
    assert got["out_of_order"] == 0
    assert got["readings"] == got["received"]
    # Of a start that was killed the last status is what is known.
    assert got["published"] == got["received"] or (run[2] == "killed" and 0 < got["published"] < got["received"])
    return got


@pytest.mark.parametrize("run", sorted(r for r in RUNS if r[2] == "killed"), ids=ids)
def test_what_was_accepted_outlives_a_kill_while_the_broker_is_away(runs, run):
    got = result(runs, run)
    assert got["boots"] == 2
    assert got["replayed"] >= 2
    assert [event["kind"] for event in got["events"]] == ["away"]
    assert got["fused_error_wh"] <= got["fused_bound_wh"]


@pytest.mark.parametrize(
    "run", sorted(r for r in RUNS if r[2] in ("plain", "noise", "echo", "silent", "broker-down")), ids=ids
)
def test_ends_in_agreement_with_nothing_lost(runs, run):
    got = result(runs, run)
    assert got["verdict"] == "agree"
    assert got["events"] == []
    assert got["fused_error_wh"] <= got["fused_bound_wh"]
    assert got["fused_bound_wh"] < 10
    assert got["readings"] >= SECONDS // 2 - (7 if run[2] == "silent" else 2)
    if run[0] == "micropython":
        # Of 220 KiB.  It was 20000 before the check learnt to learn; the bench has what is wanted.
        assert got["heap_free_min"] > 8000


@pytest.mark.parametrize("run", sorted(r for r in RUNS if r[2] in ("missed", "extra")), ids=ids)
def test_lost_or_added_pulses_are_one_event_whose_bound_holds_them(runs, run):
    got = result(runs, run)
    assert [event["kind"] for event in got["events"]] == [{"missed": "pulses_missing", "extra": "pulses_extra"}[run[2]]]
    event = got["events"][0]
    assert event["pulses_low"] <= 60 <= event["pulses_high"]
    assert 12 < event["at_s"] < SECONDS
    assert got["verdict"] in ("learning", "agree")
    assert got["fused_error_wh"] <= got["fused_bound_wh"]


@pytest.mark.parametrize("run", sorted(r for r in RUNS if r[2] == "stuck"), ids=ids)
def test_a_standing_register_is_named_and_stays_named(runs, run):
    got = result(runs, run)
    assert [event["kind"] for event in got["events"]] == ["register_stuck"]
    assert got["verdict"] == "register_stuck"


def lumbus(*arguments: str, timeout: float = 60):
    return subprocess.run(
        [sys.executable, "-m", "lumbus", "demo", *arguments], capture_output=True, text=True, timeout=timeout
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "missed@20"], "missed takes =N"),
        (["--fault", "flood=1"], "unknown kind 'flood'"),
        (["--fault", "stuck=1"], "stuck takes no value"),
        (["--fault", "missed=x"], "whole number"),
        (["--fault", "stuck@soon"], "seconds into the run"),
        (["--power", "many"], "not a plain decimal"),
        (["--power", "99999"], "0...13250 W"),
        (["--speed", "0"], "1...1000"),
        (["--profile", "nothing"], "invalid choice"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(arguments, said):
    run = lumbus(*arguments)
    assert run.returncode == 2
    assert said in run.stderr.splitlines()[-1]


def test_people_see_each_reading_and_the_sum_of_it():
    run = lumbus("--seconds", "8", "--speed", "40", "--runtime", "cpython")
    assert run.returncode == 0, run.stderr
    assert "register kWh" in run.stdout
    assert run.stdout.count("learning") + run.stdout.count("agree") >= 4
    assert "0 lost, 0 twice" in run.stdout


def children(parent: int) -> list[str]:
    """The processes whose parent is this one, as /proc tells it."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(stat.parent.name)
    return found


def alive(pid: str) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_ctrl_c_ends_it_cleanly_with_no_stray_process(runtime):
    require_runtime(runtime)
    process = subprocess.Popen(
        [sys.executable, "-m", "lumbus", "demo", "--speed", "40", "--runtime", runtime],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "learning" in line or "agree" in line:
            break
    firmware = children(process.pid)
    assert firmware
    process.send_signal(2)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "0 lost" in out
    assert not any(alive(pid) for pid in firmware)


def test_a_killed_demo_leaves_no_firmware_behind():
    process = subprocess.Popen(
        [sys.executable, "-m", "lumbus", "demo", "--speed", "40", "--runtime", "cpython"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "learning" in line:
            break
    firmware = children(process.pid)
    assert firmware
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in firmware):
        assert time.monotonic() < deadline, "the firmware outlived the demo"
