"""The demo's stage with `lumbus gateway` as its firmware: real Blinka on the simulated meter's pseudo-terminal."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from lumbus.demo.stage import Stage

_FAKE_GPIOD = Path(__file__).parent / "fake_gpiod"
_END_S = 15


def options() -> argparse.Namespace:
    return argparse.Namespace(runtime="cpython", profile="m1pro40", power="1500", poll=1, speed=10, faults=[])


class GatewayStage(Stage):
    """lit: whether there is a light, on a stand-in for gpiod.  more: further arguments."""

    def __init__(self, lit: bool, more=()):
        super().__init__(options())
        self._lit = lit
        self._more = list(more)

    def firmware_config(self) -> dict:
        config = super().firmware_config()
        if not self._lit:
            del config["meters"][0]["light"]
        return config

    def _run_firmware(self) -> None:
        command = [sys.executable, "-m", "lumbus", "gateway", str(self.state), "--serial", self.wire.path]
        command += ["--identity", "020000000001", *(["--light", "gpiochip0:17"] if self._lit else []), *self._more]
        env = {**os.environ, "PYTHONPATH": str(_FAKE_GPIOD), "LUMBUS_LED": str(self._led)}
        with open(self.console, "ab") as out:
            self.firmware = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def end_firmware(self, number: int = signal.SIGTERM) -> bool:
        """Ask it to end and wait; whether it did in good order."""
        if self.firmware is None:
            return False
        self.firmware.send_signal(number)
        return self.firmware.wait(_END_S) == 0
