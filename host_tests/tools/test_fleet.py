"""Small fleets: each fault, and nothing is lost; and nothing is left of a run that was killed."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from fleetruns import FLEET, require_postgresql, run, sound
from needs import require_program

SMALL = ("--devices", "20", "--rate", "40", "--ramp", "1")


def test_everything_fails_at_mosquitto_and_postgresql():
    require_program("mosquitto")
    require_postgresql()
    faults = ("broker@2+1", "reboot=1/4@3.5", "collector@4+0.5", "network@5+2", "database=kill@6+0.5")
    told = [part for fault in faults for part in ("--fault", fault)]
    result = run(*SMALL, "--seconds", "8", "--broker", "mosquitto", "--store", "postgresql", *told)
    sound(result)
    assert (result["broker"], result["store"]) == ("mosquitto", "postgresql")
    assert result["collector_starts"] == 2
    # All of them after the broker, a quarter and a third after the others.
    assert result["reconnects"] >= 20 + 7
    assert result["replayed"] > 0
    assert result["p50_delay_s"] <= result["p99_delay_s"]
    assert set(result["cpu_s"]) == {"broker", "database", "collectors", "devices"}


def test_the_node_that_leads_fails_in_a_cluster():
    require_program("nats-server")
    result = run(*SMALL, "--seconds", "5", "--broker", "nats", "--fault", "leader@2+2")
    sound(result)
    assert (result["broker"], result["store"]) == ("nats", "sqlite")
    (told,) = result["faults"]
    assert told["struck"].endswith("which led the messages' stream")
    assert result["reconnects"] >= 6
    assert 100 < result["bytes_per_row"] < 4000


def test_a_row_that_somebody_took_away_is_lost(tmp_path):
    require_program("mosquitto")
    file = tmp_path / "lumbus.db"
    options = ("--devices", "5", "--rate", "10", "--ramp", "0.5", "--seconds", "4", "--drain", "3", "--json")
    command = [*FLEET, *options, "--broker", "mosquitto", "--store", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        taken = taken_away(file, time.monotonic() + 60)
        told = json.loads(process.communicate(timeout=120)[0])
    assert process.returncode == 1
    assert told["accepted"] == told["stored"] + 1
    assert (told["lost"], told["lost_first"]) == (1, [taken])
    assert [taken in line for line in told["wrong"]] == [True]


def taken_away(file: Path, deadline: float) -> str:
    """gateway/boot/seq of a row that is in the database no more."""
    while time.monotonic() < deadline:
        time.sleep(0.1)
        if file.exists():
            with closing(sqlite3.connect(file, timeout=30)) as database, database:
                if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'readings'").fetchone():
                    query = "DELETE FROM readings WHERE rowid = 1 RETURNING gateway, boot, seq"
                    if found := database.execute(query).fetchall():
                        return "/".join(map(str, found[0]))
    raise AssertionError("nothing was stored")


def descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for file in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in file.read_text().split()]
    return found[1:]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_a_run_that_was_ended(how, tmp_path):
    require_program("mosquitto")
    command = [*FLEET, *SMALL, "--broker", "mosquitto", "--json"]
    # Who is killed puts no folder away.
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    deadline = time.monotonic() + 60
    # mosquitto, a collector and the devices.
    while len(ours := descendants(process.pid)) < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, how)
    told = process.communicate(timeout=60)
    while any(map(alive, ours)):
        assert time.monotonic() < deadline + 60
        time.sleep(0.05)
    assert told[0] == ""
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert not list(tmp_path.iterdir())
        assert told[1] == "lumbus fleet: interrupted\n"
