"""The firmware with its console on a pseudo-terminal, for the commands that look after a gateway."""

import subprocess
import time
from typing import Any

from consolewire import ConsoleWire
from laidout import LaidOutMixin
from mosquitto import options

from lumbus import runtime
from lumbus.demo.stage import Stage

__all__ = ["ConsoleMixin", "DoctorStage", "options", "until"]


class ConsoleMixin(LaidOutMixin):
    """For a Stage: `wire_of_console.path` is the gateway's port, and the settings of its port can be added to."""

    more_settings: dict[str, Any] = {}

    def host_settings(self) -> dict:
        return {**super().host_settings(), "console": True, **self.more_settings}  # pyright: ignore

    def _run_firmware(self) -> None:
        stage: Any = self
        self.wire_of_console = ConsoleWire()
        stage.firmware = runtime.start_firmware(
            stage.options.runtime, stage._root, stage._host, subprocess.PIPE, typed=subprocess.PIPE
        )
        self.wire_of_console.attach(stage.firmware)
        self.wire_of_console.start()
        stage._ends.append(self.wire_of_console.stop)

    def begin(self):
        """Everything starts; gives itself."""
        stage: Any = self
        stage.prepare(lambda text: None)
        stage.start_firmware()
        return self

    @property
    def said(self) -> str:
        return self.wire_of_console.log.decode(errors="replace")


class DoctorStage(ConsoleMixin, Stage):
    """With the demo's own broker; `changes`: of the configuration's top level."""

    changes: dict[str, Any] = {}
    secrets: dict[str, Any] = {}

    def firmware_config(self) -> dict:
        return {**super().firmware_config(), **self.changes}

    def firmware_secrets(self) -> dict:
        return {**super().firmware_secrets(), **self.secrets}


def until(is_so, limit_s: float, what=lambda: "") -> None:
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)
