"""The soak: that it counts what it says, and a bounded run of it."""

import json
import subprocess
import sys

import pytest
from needs import require_program, require_runtime

from lumbus.cli import main
from lumbus.soak.count import Received, Start, summary, wrong

SOUND = Start(heap=[(600_000, 1000), (3_600_000, 1010)], ended="CUT", steps=5, stall_us=9000)


def reading(boot: int, seq: int, **more) -> dict:
    return {"boot": boot, "seq": seq, "uptime_s": 1, "ts": 1, "pulses": seq, "energy_import_kwh": 1.23, **more}


def received(*readings: dict) -> Received:
    got = Received()
    for one in readings:
        got.take(one)
    return got


def judged(accepted: set, got: Received, *starts: Start) -> list[str]:
    return wrong(summary(list(starts or (SOUND,)), accepted, got, 0))


def test_all_in_order_is_sound():
    got = received(reading(1, 1), reading(1, 2), reading(2, 1, replayed=True), reading(2, 1))
    assert judged({(1, 1), (1, 2), (2, 1)}, got) == []
    result = summary([SOUND], {(1, 1)}, got, 3)
    assert (result["duplicates"], result["replayed"], result["received"], result["power_cuts"]) == (1, 1, 3, 1)


@pytest.mark.parametrize(
    ("accepted", "readings", "words"),
    [
        ({(1, 1), (1, 2)}, [reading(1, 1)], "1 accepted readings never came: [(1, 2)]"),
        ({(1, 1), (1, 2)}, [reading(1, 2), reading(1, 1)], "1 readings came before an earlier one"),
        ({(1, 1), (2, 1)}, [reading(2, 1), reading(1, 1)], "1 readings came before an earlier one"),
        ({(1, 1)}, [reading(1, 1), reading(1, 1, pulses=7)], "one number and two contents"),
        (set(), [], "nothing was accepted"),
    ],
)
def test_what_is_wrong_is_said(accepted, readings, words):
    faults = judged(accepted, received(*readings))
    assert len(faults) == 1 and words in faults[0]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (Start(heap=[(1, 1000), (2, 6000)], ended="END"), "the heap grew from 1000 to 6000"),
        (Start(heap=[(n * 3_600_000, n * 1000) for n in range(2, 8)], ended="END"), "the heap grew from 3000 to 7000"),
        (Start(ended="END", stall_us=51_000), "took 51.0 ms"),
        (Start(ended="END", stall_cpu_us=51_000), "took 51.0 ms"),
        (Start(ended=""), "1 starts ended without a word"),
    ],
)
def test_a_start_that_is_not_sound_is_told(start, words):
    faults = judged({(1, 1)}, received(reading(1, 1)), start)
    assert len(faults) == 1 and words in faults[0]


def heap_of(*used: int) -> tuple:
    """(start, end) of what samples each half an hour say."""
    start = Start(heap=[(600_000 + 1_800_000 * k, bytes_) for k, bytes_ in enumerate(used)])
    result = summary([start], set(), Received(), 0)
    return result["heap_start"], result["heap_end"]


def test_the_heap_is_looked_at_when_it_is_warm():
    assert heap_of(100, 300) == (100, 300)
    warm = (500, 490, 510, 505, 900, 495, 505, 500)
    # One that was high by chance is none; one that grows for good is.
    assert heap_of(100, 300, 400, 450, *warm) == (500, 505)
    assert heap_of(100, 300, 400, 450, *range(1000, 9000, 1000)) == (2000, 8000)


def test_what_fills_rings_in_the_first_hours_is_no_growth():
    cold = Start(heap=[(600_000, 1000), (3_000_000, 4000)], ended="END")
    assert judged({(1, 1)}, received(reading(1, 1)), cold) == []


@pytest.mark.parametrize("text", ["rain", "power=x", "power=0"])
def test_faults_that_do_not_exist_are_refused(text, capsys):
    with pytest.raises(SystemExit):
        main(["soak", "--faults", text])
    assert text.split("=")[0] in capsys.readouterr().err


def test_four_hours_with_everything_failing_lose_nothing():
    require_runtime("micropython")
    require_program("mosquitto")
    run = subprocess.run(
        [sys.executable, "-m", "lumbus", "soak", "--hours", "4", "--seed", "5", "--json"],
        capture_output=True,
        text=True,
        timeout=200,
    )
    got = json.loads(run.stdout)
    # How long a step takes depends on the machine; the command judges it, a test that shares it does not.
    assert [line for line in got["wrong"] if "step of the loop" not in line] == [], run.stderr
    assert got["lost"] == got["out_of_order"] == got["crashes"] == 0
    assert got["power_cuts"] >= 10 and got["accepted"] >= 60 and got["replayed"] > 0
