"""Once against a real broker: Debian's mosquitto, on loopback, with a password."""

import argparse
import socket
import subprocess
import time

import pytest
from needs import require_program, require_runtime

from lumbus.demo.broker import free_port
from lumbus.demo.report import report
from lumbus.demo.stage import BASE, Stage

USER, PASSWORD = "gateway", "correct horse"


class Mosquitto:
    """The demo's broker, replaced."""

    def __init__(self, folder):
        self._program = require_program("mosquitto")
        self._folder = folder
        self.port = self.front_port = 0
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        passwords = self._folder / "passwords"
        subprocess.run([require_program("mosquitto_passwd"), "-b", "-c", str(passwords), USER, PASSWORD], check=True)
        passwords.chmod(0o644)
        rules = self._folder / "acl"
        rules.write_text(f"topic read {BASE}/#\nuser {USER}\ntopic readwrite {BASE}/#\n")
        for _ in range(5):
            if self._listens(passwords, rules):
                return
        raise AssertionError("mosquitto did not start")

    def _listens(self, passwords, rules) -> bool:
        """Whether it got the port: somebody else may have taken it since it was found free."""
        self.port = self.front_port = free_port()
        config = self._folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npassword_file {passwords}\n"
            f"acl_file {rules}\nuser root\n"
        )
        self._process = subprocess.Popen(
            [self._program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
        self.stop()
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


class PasswordStage(Stage):
    password = PASSWORD

    def firmware_config(self) -> dict:
        config = super().firmware_config()
        config["mqtt"] |= {"user": USER, "password": self.password}
        return config


def options(runtime: str) -> argparse.Namespace:
    return argparse.Namespace(
        runtime=runtime, profile="m1pro40", power="150", poll=1, speed=40, faults=[], json=True, verbose=False
    )


def play(stage: Stage, until, limit_s: float) -> None:
    stage.prepare(lambda text: None)
    stage.start_firmware()
    while not until(stage):
        assert stage.seconds() < limit_s, stage.console.read_text()
        assert stage.firmware is not None and stage.firmware.poll() is None, stage.console.read_text()
        stage.consumer.inbox.get(timeout=limit_s)


@pytest.mark.parametrize("runtime", ["micropython", "cpython"])
def test_every_reading_passes_a_real_broker(runtime, tmp_path):
    require_runtime(runtime)
    with PasswordStage(options(runtime), Mosquitto(tmp_path)) as stage:
        play(stage, lambda s: len(s.consumer.readings) >= 12, 40)
        seconds = stage.seconds()
        assert stage.end_firmware(), stage.console.read_text()
        stage.settle()
        got = report(stage, seconds)
        console = stage.console.read_text()
    assert got["lost"] == got["duplicates"] == 0
    assert got["readings"] == got["published"] == got["received"]
    assert got["verdict"] == "agree"
    assert stage.consumer.status["state"] == "offline"
    assert PASSWORD not in console


def test_a_refused_password_is_one_clear_line_and_the_metering_goes_on(tmp_path):
    stage = PasswordStage(options("cpython"), Mosquitto(tmp_path))
    stage.password = "wrong horse"
    with stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        while "refuses" not in stage.console.read_text() or "is 16250476" not in stage.console.read_text():
            assert stage.seconds() < 20, stage.console.read_text()
            assert stage.firmware is not None
            with pytest.raises(subprocess.TimeoutExpired):
                stage.firmware.wait(0.1)
        console = stage.console.read_text()
    told = [text for text in console.splitlines() if "mqtt 127.0.0.1" in text]
    assert len(told) == 1
    assert "refuses" in told[0] and "user name or password" in told[0]
    assert "wrong horse" not in console
