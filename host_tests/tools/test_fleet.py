"""Small fleets: each fault, and nothing is lost; and nothing is left of a run that was killed."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from fleetruns import FLEET, require_postgresql, run, sound
from needs import require_program

SMALL = ("--devices", "20", "--rate", "40", "--ramp", "1")


def test_broker_collector_network_and_power_fail_at_mosquitto():
    require_program("mosquitto")
    faults = (
        "--fault",
        "broker@2+1",
        "--fault",
        "reboot=1/4@3.5",
        "--fault",
        "collector@4+0.5",
        "--fault",
        "network@5+2",
    )
    result = run(*SMALL, "--seconds", "8", "--broker", "mosquitto", *faults)
    sound(result)
    assert result["broker"] == "mosquitto"
    assert result["store"] == "sqlite"
    assert result["collector_starts"] == 2
    # All of them after the broker, a quarter and a third after the others.
    assert result["reconnects"] >= 20 + 7
    assert result["replayed"] > 0
    assert result["p50_delay_s"] <= result["p99_delay_s"]
    assert 100 < result["bytes_per_row"] < 4000
    assert set(result["cpu_s"]) == {"broker", "database", "collectors", "devices"}


def test_the_node_that_leads_fails_in_a_cluster():
    require_program("nats-server")
    result = run(*SMALL, "--seconds", "9", "--broker", "nats", "--fault", "leader@3+3")
    sound(result)
    (told,) = result["faults"]
    assert told["struck"].endswith("which led the messages' stream")
    assert result["reconnects"] >= 6


def test_the_database_is_killed():
    require_program("mosquitto")
    require_postgresql()
    result = run(
        *SMALL, "--seconds", "6", "--broker", "mosquitto", "--store", "postgresql", "--fault", "database=kill@3"
    )
    sound(result)
    assert result["store"] == "postgresql"
    assert result["collector_starts"] == 1


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
def test_nothing_is_left_of_a_run_that_was_ended(how):
    require_program("mosquitto")
    process = subprocess.Popen(
        [*FLEET, *SMALL, "--broker", "mosquitto", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
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
        assert told[1] == "lumbus fleet: interrupted\n"
