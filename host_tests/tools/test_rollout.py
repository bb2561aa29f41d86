"""lumbus update through a real mosquitto, with gateways that speak as real ones do."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fleetreleases import application, put
from needs import require_program
from ptybus import Run
from updatefleet import FakeFleet

from lumbus.engines.mosquitto import Mosquitto
from lumbus.rollout import command

ROOT = Path(__file__).resolve().parents[2]
PATIENT = ("--soak", "0", "--rate", "20000", "--yes", "--json")


@pytest.fixture
def stage(tmp_path, monkeypatch):
    # The broker is on this computer: what it keeps comes at once.
    monkeypatch.setattr(command, "_QUIET_S", 0.3)
    with Stage(tmp_path) as stage:
        yield stage


class Stage:
    """A broker and a fleet at it that is to be filled before begin()."""

    def __init__(self, folder: Path):
        require_program("mosquitto")
        self.release, self.public = put(folder, application())
        self.state = folder / "lumbus-0.2.0.rollout.json"
        self.broker = Mosquitto(folder)
        self.broker.start()
        self.fleet = FakeFleet(self.broker.port, self.release.read_bytes())

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_) -> None:
        self.fleet.close()
        self.broker.stop()
        assert self.fleet.faults == []

    def arguments(self, *more: str) -> list[str]:
        where = f"mqtt://127.0.0.1:{self.broker.port}"
        return ["update", where, "--release", str(self.release), "--public", str(self.public), *PATIENT, *more]

    def start(self, *more: str) -> subprocess.Popen:
        """In a process of its own, which a test can interrupt."""
        return subprocess.Popen(
            [sys.executable, "-m", "lumbus", *self.arguments(*more)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        )

    def tells(self) -> list[int]:
        return [len(gateway.told) for gateway in self.fleet.gateways.values()]


def events(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def until(condition, limit_s: float = 60) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_200_gateways_become_healthy_in_four_waves(capsys, stage):
    for number in range(200):
        stage.fleet.add(f"g{number:03}", "loses" if number % 10 == 0 else "healthy")
    stage.fleet.add("there", version="0.2.0")
    stage.fleet.add("closed", key=None)
    stage.fleet.begin()
    run = Run(capsys, *stage.arguments("--waves", "1,10,50,100%"))
    assert run.code == 0, run.err
    told = events(run.out)
    plan, end = told[0], told[-1]
    assert [len(wave) for wave in plan["waves"]] == [1, 9, 40, 150]
    assert plan["left_out"]["there"] == "runs 0.2.0 already" and "no key" in plan["left_out"]["closed"]
    assert (end["event"], end["result"], end["counts"]) == ("end", "done", {"healthy": 200})
    begun = [each["wave"] for each in told if each["event"] == "wave" and each["state"] == "rolling"]
    assert begun == [1, 2, 3, 4]
    # Nobody is told before its wave, and nobody twice.
    order = [each["gateway"] for each in told if each["event"] == "gateway" and each["state"] == "told"]
    assert order == [name for wave in plan["waves"] for name in wave]
    assert stage.tells() == [1] * 200 + [0, 0]
    # Another time there is nothing to do, with the state file and without it.
    again = Run(capsys, *stage.arguments())
    assert again.code == 0 and "nothing is to be done" in again.err
    stage.state.unlink()
    again = Run(capsys, *stage.arguments())
    assert again.code == 0 and events(again.out)[0]["waves"] == [] and max(stage.tells()) == 1


def test_a_failing_share_stops_it_behind_its_wave(capsys, stage):
    for number in range(40):
        stage.fleet.add(f"g{number:02}", "rolls_back")
    stage.fleet.begin()
    run = Run(capsys, *stage.arguments("--waves", "4,100%", "--stop-at", "50%"))
    end = events(run.out)[-1]
    assert (run.code, end["result"]) == (1, "stopped")
    assert "of the 4 in wave 1 did not become healthy, more than 50%; no other is told" in end["text"]
    assert sum(stage.tells()) == 4
    # The same again stops at once; who mended the fleet takes those again.
    run = Run(capsys, *stage.arguments("--waves", "4,100%", "--stop-at", "50%"))
    assert run.code == 1 and sum(stage.tells()) == 4
    for gateway in stage.fleet.gateways.values():
        gateway.does = "healthy"
    run = Run(capsys, *stage.arguments("--waves", "4,100%", "--stop-at", "50%", "--retry"))
    assert run.code == 0 and stage.fleet.states() == {"healthy": 40}


def test_each_way_to_fail_is_named(capsys, stage):
    for does in ("refuses", "old", "mute", "stuck", "healthy"):
        stage.fleet.add(does, does)
    stage.fleet.add("away", is_online=False)
    stage.fleet.begin()
    run = Run(capsys, *stage.arguments("--waves", "100%", "--stop-at", "100%", "--patience", "0.08"))
    assert run.code == 0, run.err
    last = {each["gateway"]: (each["state"], each["text"]) for each in events(run.out) if each["event"] == "gateway"}
    assert last == {
        "refuses": ("refused", "there is no key in the configuration"),
        "old": ("refused", "unknown; known are aim, identify, interval"),
        "mute": ("silent", "was told and did not answer"),
        "stuck": ("silent", "went silent while on trial"),
        "away": ("silent", "is offline"),
        "healthy": ("healthy", None),
    }
    assert "4 silent" not in events(run.out)[-1]["text"] and "2 refused, 3 silent" in events(run.out)[-1]["text"]


def test_interrupted_it_goes_on_and_tells_nobody_twice(capsys, stage):
    for number in range(36):
        stage.fleet.add(f"g{number:02}")
    stage.fleet.begin()
    first = stage.start("--waves", "12,100%", "--at-once", "3")
    until(lambda: sum(gateway.state == "healthy" for gateway in stage.fleet.gateways.values()) >= 15)
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=30)
    assert first.returncode == 130, err
    assert "Traceback" not in err and events(out)[-1]["result"] == "interrupted"
    assert stage.fleet.states().get("healthy") < 36
    second = Run(capsys, *stage.arguments("--waves", "12,100%", "--at-once", "3"))
    assert second.code == 0, second.err
    assert events(second.out)[-1]["counts"] == {"healthy": 36} and stage.tells() == [1] * 36
    # It is bound to that rollout.
    other = Run(capsys, *stage.arguments("--fleet", "g1*", "--waves", "12,100%"))
    assert other.code == 2 and "is of another rollout: --fleet all, not g1*" in other.err and other.out == ""


def test_the_broker_goes_and_comes_back(stage):
    for number in range(16):
        stage.fleet.add(f"g{number:02}")
    stage.fleet.begin()
    run = stage.start("--waves", "100%", "--at-once", "2")
    until(lambda: sum(gateway.state == "healthy" for gateway in stage.fleet.gateways.values()) >= 4)
    stage.broker.stop()
    stage.broker.start()
    out, err = run.communicate(timeout=90)
    assert run.returncode == 0, err
    told = events(out)
    assert told[-1]["counts"] == {"healthy": 16}
    assert [each["state"] for each in told if each["event"] == "broker"] == ["away", "back"]


def test_who_comes_online_late_is_taken(stage):
    stage.fleet.add("here")
    late = stage.fleet.add("late", is_online=False)
    stage.fleet.begin()
    run = stage.start("--waves", "100%")
    until(lambda: stage.fleet.gateways["here"].state == "healthy")
    assert late.told == []
    late.go(True)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0 and events(out)[-1]["counts"] == {"healthy": 2}, err


def test_from_a_server_they_are_told_where(capsys, stage):
    gateway = stage.fleet.add("one")
    stage.fleet.begin()
    run = Run(capsys, *stage.arguments("--url", "https://files.example/lumbus-0.2.0.lum"))
    assert run.code == 0, run.err
    assert gateway.told[0]["from"] == "https://files.example/lumbus-0.2.0.lum"
    assert gateway.told[0]["size"] == stage.release.stat().st_size


def test_a_wrong_signature_is_refused_before_anybody_is_told(capsys, stage):
    gateway = stage.fleet.add("one")
    stage.fleet.begin()
    data = stage.release.read_bytes()
    stage.release.write_bytes(data.replace(b"version 0.2.0", b"version 0.2.9"))
    run = Run(capsys, *stage.arguments())
    assert run.code == 1 and "is not signed with the key" in run.err and run.out == ""
    assert gateway.told == [] and not stage.state.exists()


def test_a_dry_run_tells_nobody(capsys, stage):
    for number in range(12):
        stage.fleet.add(f"g{number:02}", board="esp32-devkitc" if number % 2 else "olimex-esp32-poe")
    stage.fleet.begin()
    arguments = [
        each for each in stage.arguments("--fleet", "board=olimex*", "--dry-run") if each not in ("--json", "--yes")
    ]
    run = Run(capsys, *arguments)
    assert run.code == 0 and not stage.state.exists() and sum(stage.tells()) == 0
    assert "lumbus 0.2.0 to 6 gateways" in run.out and "6 gateways not taken by --fleet" in run.out
    none = Run(capsys, *stage.arguments("--fleet", "roof-*"))
    assert none.code == 3 and "--fleet roof-* takes none of the 12 gateways" in none.err


def test_the_help_has_examples_and_exit_codes(capsys):
    run = Run(capsys, "update", "--help")
    assert run.code == 0
    for words in ("examples:", "exit codes:", "--waves N,N,N%", "(1,10,50,100%)", "LUMBUS_MQTT_PASSWORD"):
        assert words in run.out


def test_wrong_usage(capsys, tmp_path):
    release, public = put(tmp_path, application())
    usual = ["update", "mqtt://127.0.0.1:1", "--release", str(release), "--public", str(public)]
    for more, why, code in (
        (["--json"], "--json asks nothing", 2),
        ([], "no terminal", 2),
        (["--yes", "--fleet", "a/b"], "--fleet", 2),
        (["--yes", "--waves", "10,5"], "--waves", 2),
        (["--yes", "--url", "http://files.example/x"], "--url: must be https://", 2),
        (["--yes"], "nothing listens at 127.0.0.1:1", 4),
    ):
        run = Run(capsys, *usual, *more)
        assert run.code == code and why in run.err, (more, run.err)
    run = Run(capsys, "update", "/dev/ttyUSB0", *usual[2:], "--yes")
    assert run.code == 2 and "lumbus deploy" in run.err
