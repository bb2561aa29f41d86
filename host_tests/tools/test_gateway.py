"""`lumbus gateway`: real Blinka on a pseudo-terminal, the simulated meter and a broker, end to end."""

import contextlib
import fcntl
import json
import queue
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from gatewaystage import GatewayStage
from needs import missing
from ptybus import Run

from lumbus.gateway.identity import identity_of
from lumbus.gateway.options import LightOption, light
from lumbus.trouble import Trouble

CONFIG = {
    "version": 2,
    "mqtt": {"host": "127.0.0.1", "tls": False},
    "meters": [{"profile": "m1pro40", "address": 1}],
}


@pytest.fixture(autouse=True)
def blinka():
    if find_spec("adafruit_blinka") is None:
        missing("adafruit-blinka is not installed")


def until(stage, reached, limit_s: float) -> None:
    while not reached(stage.consumer):
        assert stage.seconds() < limit_s, stage.console.read_text()
        assert stage.is_running(), stage.console.read_text()
        with contextlib.suppress(queue.Empty):
            stage.consumer.inbox.get(timeout=0.2)


def test_it_reads_counts_the_light_publishes_and_names_what_is_missing():
    with GatewayStage(lit=True) as stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        until(stage, lambda c: len(c.readings) >= 4 and c.readings[-1]["verdict"] == "agree", 40)
        agreed = next(r for r in reversed(stage.consumer.readings) if r["verdict"] == "agree")
        assert agreed["pulses"] > 0
        assert agreed["power_light_w"] > 0
        error_wh = stage.fused_error_wh(agreed)
        assert error_wh is not None and error_wh <= float(agreed["fused_bound_wh"])
        # 60 blinks that nobody sees.
        stage.meter.withhold += 60
        until(stage, lambda c: any(e["kind"] == "pulses_missing" for e in c.events.values()), 60)
        assert stage.end_firmware(signal.SIGTERM), stage.console.read_text()
        stage.settle()
        console = stage.console.read_text()
    lines = console.splitlines()
    assert lines[0] == "lights: /dev/gpiochip0 line 17"
    assert "on linux-blinka, boot 1" in console and "WARNING" not in console
    assert stage.consumer.duplicates == stage.consumer.out_of_order == 0
    assert stage.consumer.status["state"] == "offline"
    word = stage.consumer.readings
    assert f"ended: {len(word)} readings accepted, {len(word)} acknowledged" in console
    (event,) = [e for e in stage.consumer.events.values() if e["kind"] == "pulses_missing"]
    assert event["pulses_low"] <= 60 <= event["pulses_high"]


def test_without_a_light_it_says_so_and_publishes():
    with GatewayStage(lit=False) as stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        until(stage, lambda c: len(c.readings) >= 3, 25)
        folder = stage.state
        # The folder is taken while it runs.
        with open(folder / ".lock") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert stage.end_firmware(signal.SIGINT), stage.console.read_text()
        stage.settle()
        console = stage.console.read_text()
        kept = {path.name for path in folder.iterdir()}
    (line,) = [line for line in console.splitlines() if line.startswith("lights: ")]
    assert line.startswith("lights: none.") and "nothing is cross-checked" in line
    assert all("pulses" not in reading for reading in stage.consumer.readings)
    assert stage.consumer.verdict == "unchecked"
    assert {"boot", "identity", "starts.json"} <= kept, kept
    assert "Traceback" not in console


def gateway(folder: Path, *arguments: str):
    command = [sys.executable, "-m", "lumbus", "gateway", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)


def folder_with(tmp_path: Path, **more) -> Path:
    config = {**CONFIG, "meters": [{**CONFIG["meters"][0], **more}]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_what_is_wrong_with_the_equipment_is_told_at_once(tmp_path):
    run = gateway(folder_with(tmp_path, light=0), "--serial", "/dev/no-such-line", "--identity", "B827EB123456")
    assert run.returncode == 2, run.stderr
    told = [line for line in run.stdout.splitlines() if line.startswith("config: ")]
    assert told[0].startswith("config: bus: cannot open the serial line /dev/no-such-line (")
    assert told[1] == (
        "config: meters[0]: light: light 0: this gateway was given no light; name it with --light CHIP:LINE"
    )
    assert (tmp_path / "identity").read_text() == "b827eb123456\n"


def test_a_light_that_cannot_be_had_is_named(tmp_path):
    if find_spec("gpiod") is None:
        missing("gpiod is not installed")
    folder = folder_with(tmp_path, light=0)
    run = gateway(folder, "--serial", "/dev/no-such-line", "--light", "gpiochip99:7", "--identity", "020000000001")
    assert run.returncode == 2
    assert "config: meters[0]: light: line 7 of /dev/gpiochip99 cannot be had ([Errno 2]" in run.stdout


def test_without_a_configuration_nothing_is_begun(capsys, tmp_path):
    run = Run(capsys, "gateway", tmp_path, "--serial", "/dev/null")
    assert run.code == 2 and "there is no config.json" in run.complaint and "lumbus config init" in run.complaint
    run = Run(capsys, "gateway", tmp_path / "nowhere", "--serial", "/dev/null")
    assert run.code == 2 and "nowhere is not there" in run.complaint


def test_a_folder_has_one_gateway(capsys, tmp_path):
    with open(tmp_path / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run = Run(capsys, "gateway", folder_with(tmp_path), "--serial", "/dev/null")
    assert run.code == 2 and "another gateway runs with" in run.complaint


def test_what_is_not_installed_is_said(capsys, tmp_path, monkeypatch):
    for absent, arguments in (("adafruit_blinka", ()), ("gpiod", ("--light", "gpiochip0:17"))):
        monkeypatch.setattr("lumbus.gateway.run.find_spec", lambda name, absent=absent: None if name == absent else 1)
        run = Run(capsys, "gateway", folder_with(tmp_path), "--serial", "/dev/null", *arguments)
        assert run.code == 2 and "missing" in run.complaint and "pip install" in run.complaint


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("gpiochip0:17", LightOption("/dev/gpiochip0", 17)),
        ("/dev/gpiochip4:0", LightOption("/dev/gpiochip4", 0)),
        ("gpiochip0:27:high,down", LightOption("/dev/gpiochip0", 27, True, "down")),
        ("gpiochip0:5:low,none", LightOption("/dev/gpiochip0", 5, False, None)),
    ],
)
def test_lights_are_named_by_chip_and_line(text, wanted):
    assert light(text) == wanted


@pytest.mark.parametrize("text", ["17", "gpiochip0", "gpiochip0:", "gpiochip0:x", "gpiochip0:1:dim", ":5"])
def test_a_light_that_is_none_is_refused(capsys, text):
    run = Run(capsys, "gateway", "x", "--serial", "/dev/null", "--light", text)
    assert run.code == 2 and "--light" in run.err


def adapter(network: Path, name: str, mac: str, is_real: bool) -> None:
    (network / name).mkdir(parents=True)
    (network / name / "address").write_text(mac + "\n")
    if is_real:
        (network / name / "device").mkdir()


def test_the_identity_is_the_first_real_adapter_s_and_stays(tmp_path):
    network, folder = tmp_path / "net", tmp_path / "gateway"
    folder.mkdir()
    with pytest.raises(Trouble, match="--identity"):
        identity_of(folder, None, network)
    adapter(network, "lo", "00:00:00:00:00:00", False)
    adapter(network, "docker0", "02:42:00:00:00:01", False)
    adapter(network, "wlan0", "b8:27:eb:00:00:02", True)
    adapter(network, "eth0", "B8:27:EB:00:00:01", True)
    assert identity_of(folder, None, network) == "b827eb000001"
    adapter(network, "aaa0", "b8:27:eb:00:00:00", True)
    assert identity_of(folder, None, network) == "b827eb000001"
    assert identity_of(folder, "020000000001", network) == "020000000001"
    assert identity_of(folder, None, network) == "020000000001"
    (folder / "identity").write_text("nonsense")
    with pytest.raises(Trouble, match="must have 12 hex digits"):
        identity_of(folder, None, network)
