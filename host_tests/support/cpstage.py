"""The demo's stage with a board that has CircuitPython as its firmware: see cp_machine."""

import argparse
import os
import subprocess
from pathlib import Path

from lumbus import runtime
from lumbus.demo.stage import Stage
from lumbus.drive.layout import lay_out
from lumbus.paths import BOARD

_HERE = Path(__file__).parent
_HEAP = "4m"
_END_S = 15


def options() -> argparse.Namespace:
    return argparse.Namespace(runtime="cpython", profile="m1pro40", power="1500", poll=1, speed=10, faults=[])


class CircuitPythonStage(Stage):
    """The firmware is laid out as on a drive, and its asyncio is CircuitPython's."""

    def __init__(self):
        super().__init__(options())

    def _configure(self) -> None:
        super()._configure()
        self.drive = lay_out(self._folder / "drive")
        for file in self.state.iterdir():
            file.replace(self.drive / file.name)
        self._stop_file.touch()

    def firmware_config(self) -> dict:
        # Nobody answers for the time there: the readings carry the uptime.
        return {**super().firmware_config(), "wifi": [{"ssid": "home"}], "ntp": ["127.0.0.1"]}

    def firmware_secrets(self) -> dict:
        return {"version": 1, "wifi": {"home": "a good password"}}

    def _run_firmware(self) -> None:
        command = runtime.command("micropython", str(_HERE / "cp_machine.py"), _HEAP)
        arguments = map(str, (self.drive, self.wire.path, self._led, self._stop_file))
        env = {**os.environ, "MICROPYPATH": f"{BOARD / 'host'}:.frozen"}
        with open(self.console, "ab") as out:
            self.firmware = subprocess.Popen(
                [*command, *arguments],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end_firmware(self) -> bool:
        """Ctrl-C on the console, and wait; whether it ended by that."""
        self._stop_file.write_text("^C")
        return self.firmware is not None and self.firmware.wait(_END_S) == 0
