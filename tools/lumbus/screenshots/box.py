"""The firmware with its page on this computer, as a browser finds it: a meter, a broker, a radio that is simulated.

Whoever starts it plays the board's reset as well: a firmware that has ended is started again, as a reset does.
"""

import atexit
import json
import shutil
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from urllib.request import urlopen

from uplink.decimals import parse

from .. import profiles, runtime
from ..demo.broker import BrokerThread, free_port
from ..sim.build import build

PROFILE = "m1pro40"
ADDRESS = 49
BAUD = 2400
IDENTITY = "020000000001"
_SETTLE_S = 5
_PAUSE_S = 0.05
_END_S = 15
# With the page and all that the application has, at objects of twice the size.
_START_S = 20


@cache
def assembled() -> Path:
    """The firmware compiled to a folder, once for all boxes of a process; RuntimeMissing."""
    folder = Path(tempfile.mkdtemp(prefix="lumbus-page-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return runtime.assemble(folder, "host", True)


class Box:
    """Use as a context.

    config, secrets: None for a board that nobody has set up; networks: as host_radio takes them.
    is_new: the page has just set it up, and it waits for the first agreement.
    speed, power_w: of the meter's energy; with 20 a register's step comes each second, and a first agreement soon.
    """

    def __init__(self, config=None, secrets=None, networks=None, speed: int = 1, power_w: str = "1500", is_new=False):
        self._root = assembled()
        self._folder = Path(tempfile.mkdtemp(prefix="lumbus-box-"))
        self.state = self._folder / "state"
        self.console = self._folder / "console.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.broker = BrokerThread()
        self._config, self._secrets, self._networks = config, secrets, networks
        self._speed, self._power_w = speed, power_w
        self._is_new = is_new
        self._is_over = False
        self._process: subprocess.Popen | None = None
        self.starts = 0

    def __enter__(self) -> "Box":
        self.broker.start()
        led = self._folder / "led"
        led.touch()
        self.meter, self.wire = build(PROFILE, ADDRESS, BAUD, parse(self._power_w), self._speed, str(led))
        self.wire.start()
        self.state.mkdir()
        profile = profiles.faster(profiles.load(PROFILE), self._speed, _SETTLE_S)
        (self.state / f"{PROFILE}.json").write_text(json.dumps(profile))
        if self._config is not None:
            (self.state / "config.json").write_text(json.dumps(self.config(self._config)))
            (self.state / "secrets.json").write_text(json.dumps(self._secrets or {"version": 1}))
        if self._is_new:
            (self.state / "commissioning").write_text("1")
        settings = {
            "serial": self.wire.path,
            "state": str(self.state),
            "identity": IDENTITY,
            "lights": [str(led)],
            "stop": str(self._folder / "stop"),
            "web": self.port,
        }
        if self._networks is not None:
            settings["radio"] = self._networks
        (self._folder / "host.json").write_text(json.dumps(settings))
        self._thread = threading.Thread(target=self._keep_running, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            # It tells why.
            print("the console:", self.said(), sep="\n")
        self._is_over = True
        (self._folder / "stop").touch()
        self._thread.join(_END_S)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.wire.stop()
        self.broker.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def config(self, more: dict) -> dict:
        """A configuration for this bus and this broker."""
        made = {
            "version": 2,
            "mqtt": {"host": "127.0.0.1", "port": self.broker.front_port, "tls": False, "status_s": 5},
            "bus": {"baud": BAUD},
            "meters": [{"profile": PROFILE, "address": ADDRESS, "poll_s": 1, "light": 0}],
        }
        more.get("mqtt", {})["port"] = self.broker.front_port
        return made | more

    def _keep_running(self) -> None:
        while not self._is_over:
            self.starts += 1
            with open(self.console, "ab") as out:
                self._process = runtime.start_firmware(
                    "micropython", self._root, self._folder / "host.json", out, runtime.HEAP_WITH_PAGE
                )
            while self._process.poll() is None:
                time.sleep(_PAUSE_S)

    def wait(self) -> str:
        """The page's address, once it answers."""
        until = time.monotonic() + _START_S
        while True:
            try:
                with urlopen(self.url + "api/hello", timeout=5):
                    return self.url
            except OSError as e:
                if time.monotonic() > until:
                    raise AssertionError(f"the page does not answer ({e}):\n{self.said()}")
            time.sleep(_PAUSE_S)

    def said(self) -> str:
        """All that the console has."""
        return self.console.read_text(errors="replace")

    def written(self, name: str) -> dict:
        """A file of the board's, as JSON."""
        return json.loads((self.state / name).read_text())
