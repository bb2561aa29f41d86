"""Debian's mosquitto on loopback, with a password, in the demo's broker's place."""

import argparse
import contextlib
import queue
import socket
import subprocess
import time

from laidout import LaidOutMixin
from needs import require_program

from lumbus.demo.broker import free_port
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

    def more(self) -> str:
        """More of mosquitto's configuration."""
        return ""

    def free(self) -> int:
        return free_port()

    def _listens(self, passwords, rules) -> bool:
        """Whether it got the port: somebody else may have taken it since it was found free."""
        self.port = self.front_port = free_port()
        config = self._folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npassword_file {passwords}\n"
            f"acl_file {rules}\nuser root\n{self.more()}"
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


class PasswordStage(LaidOutMixin, Stage):
    password = PASSWORD

    def firmware_config(self) -> dict:
        config = super().firmware_config()
        config["mqtt"] |= {"user": USER}
        return config

    def firmware_secrets(self) -> dict:
        return {"version": 1, "mqtt_password": self.password}


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
        with contextlib.suppress(queue.Empty):
            stage.consumer.inbox.get(timeout=0.5)
