"""A mosquitto on loopback that can be ended and started again, and forgets nothing meanwhile."""

import getpass
import shutil
import socket
import subprocess
import time
from pathlib import Path

from ..demo.broker import free_port
from ..runtime import RuntimeMissing

_START_S = 10


class Mosquitto:
    """In `folder`; `port` is its own until stop()."""

    def __init__(self, folder: Path):
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            raise RuntimeMissing("no mosquitto here: install it (on Debian: apt-get install mosquitto)")
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nmax_queued_messages 0\n"
            # Where root starts it, it would become somebody who may not write there.
            f"user {getpass.getuser()}\n"
        )
        self._program = program
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns when it listens; where it does already, at once."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.005)
        raise RuntimeError("mosquitto does not listen")

    def stop(self) -> None:
        """In good order: it keeps what its subscribers have not got."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_START_S)
            self._process = None
