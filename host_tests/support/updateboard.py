"""A board whose root is a real LittleFS, with the compiled application, a simulated meter and a real broker.

It is switched on, reset and its power cut as a board's is; who watches over a start that hangs is this.
"""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from laidout import laid_out
from mosquitto import PASSWORD, USER
from needs import require_runtime

from lumbus import profiles, runtime
from lumbus.demo.consumer import Consumer
from lumbus.demo.stage import BASE
from lumbus.onboard.application import choosing
from lumbus.sim.build import build
from uplink.decimals import parse

GATEWAY = "020000000001"
HERE = Path(__file__).parent
_ENVIRONMENT = {"MICROPYPATH": ".frozen"}
ADDRESS, BAUD, SPEED = 49, 2400, 40
_BLOCKS = 512
# What a board has in C and this has in Python, the flash: with it the application has as much heap as elsewhere.
_FLASH_KIB = 7
# With less it waits for memory, and meters on; see docs/update.md.
_HEAP_KIB = 228
# Of a start on trial, until it says that it runs.
_WATCHDOG_S = 5
_TRIAL = re.compile(r"is on trial, start \d of 3\n")
_RUNS = "lumbus 0."
# In the place of board/esp32/guard.py: this process is the watchdog.
_GUARD = "def arm():\n    open({armed!r}, 'w').close()\n"


def files_of(folder: Path) -> dict[str, bytes]:
    """{path: bytes}, as they lie in a slot."""
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    files = {str(file.relative_to(folder)): file.read_bytes() for file in found}
    return {path: data for path, data in files.items() if path not in ("main.py", "boot.py")}


class UpdateBoard:
    """Use as a context.  more: of config.json; beside: further files in the root; heap_kib: of the application."""

    def __init__(self, folder: Path, broker_port: int, more: dict, beside: dict[str, bytes], heap_kib: int = _HEAP_KIB):
        require_runtime("micropython")
        self._heap = f"{heap_kib + _FLASH_KIB}k"
        self._folder = folder
        self._armed = folder / "armed"
        self.stop_file = folder / "stop"
        self._console = folder / "console.log"
        self._console.touch()
        self._led = folder / "led"
        self._led.touch()
        self._ledger = folder / "ledger"
        self._broker_port = broker_port
        self._more = more
        self._beside = beside
        self._process: subprocess.Popen | None = None
        self._is_over = False
        self._lock = threading.Lock()
        self.bites = 0

    def __enter__(self) -> "UpdateBoard":
        self.consumer = Consumer(self._broker_port, BASE)
        self.consumer.start()
        self.meter, self.wire = build("m1pro40", ADDRESS, BAUD, parse("150"), SPEED, str(self._led))
        self.wire.start()
        self._lay_in()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._is_over = True
        self.cut_power()
        self._thread.join()
        self.wire.stop()
        self.consumer.stop()

    def _lay_in(self) -> None:
        root = self._folder / "root"
        slot = root / "a"
        slot.mkdir(parents=True)
        for path, data in files_of(laid_out("micropython")).items():
            (slot / path).parent.mkdir(parents=True, exist_ok=True)
            (slot / path).write_bytes(data)
        files = {**self.root_files(), **self._beside}
        files["slot.json"] = json.dumps({"run": "a", "good": "a", "trial": None, "tries": 0}).encode()
        files["config.json"] = json.dumps(self._config()).encode()
        files["secrets.json"] = json.dumps({"version": 1, "mqtt_password": PASSWORD}).encode()
        files["host.json"] = json.dumps(self._settings()).encode()
        profile = profiles.faster(profiles.load("m1pro40"), SPEED, 5)
        files["m1pro40.json"] = json.dumps(profile).encode()
        (self._folder / "flash").write_bytes(b"\xff" * 4096 * _BLOCKS)
        for name, data in files.items():
            (root / name).write_bytes(data)
        subprocess.run(self._command(str(root)), env=_ENVIRONMENT, check=True, timeout=60)
        shutil.rmtree(root)

    def root_files(self) -> dict[str, bytes]:
        """What a release has in the root, in the order to put it there: main.py is the last."""
        files = {name: data for name, data in choosing().items() if name != "guard.mpy"}
        main = files.pop("main.py")
        return {**files, "guard.py": _GUARD.format(armed=f"/host{self._armed}").encode(), "main.py": main}

    def _config(self) -> dict:
        meter = {"profile": "m1pro40", "address": ADDRESS, "poll_s": 1, "poll_least_s": 1, "poll_most_s": 1}
        mqtt = {
            "host": "127.0.0.1",
            "port": self._broker_port,
            "tls": False,
            "keepalive_s": 10,
            "base": BASE,
            "user": USER,
            "status_s": 1,
        }
        return {
            "version": 2,
            "mqtt": mqtt,
            "meters": [{**meter, "energy": "import", "light": 0}],
            **self._more,
        }

    def _settings(self) -> dict:
        return {
            "serial": f"/host{self.wire.path}",
            "state": "",
            "slots": "",
            "identity": GATEWAY,
            "lights": [f"/host{self._led}"],
            "stop": f"/host{self.stop_file}",
            "ledger": f"/host{self._ledger}",
        }

    def _command(self, *more: str) -> list[str]:
        inside = str(HERE / "updateboard_inside.py")
        flash = str(self._folder / "flash")
        return [
            *runtime.dying_with_us(),
            *runtime.command("micropython", inside, self._heap),
            flash,
            str(_BLOCKS),
            *more,
        ]

    def _live(self) -> None:
        """Starts, for as long as there is power; each is a process, as a reset leaves nothing in memory."""
        while not self._is_over:
            self._armed.unlink(missing_ok=True)
            with open(self._console, "ab") as out, self._lock:
                if self._is_over:
                    return
                said = self._console.stat().st_size
                self._process = subprocess.Popen(
                    self._command(), env=_ENVIRONMENT, stdout=out, stderr=subprocess.STDOUT
                )
            self._watch(self._process, said)
            if self._process.returncode == 0:
                return

    def _watch(self, process: subprocess.Popen, said: int) -> None:
        began = time.monotonic()
        while process.poll() is None:
            time.sleep(0.05)
            late = time.monotonic() - began > _WATCHDOG_S and self._armed.exists()
            if late and _RUNS not in self.said[said:]:
                self.bites += 1
                process.kill()
                process.wait()

    def cut_power(self) -> None:
        """What runs ends at once; the next start follows, unless this is over."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
        if self._process is not None:
            self._process.wait()

    @property
    def said(self) -> str:
        return self._console.read_text(errors="replace")

    def wait(self, condition: Callable[[], object], seconds: float = 60):
        """What the condition gives, as soon as it is something."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, self.said[-6000:]
            time.sleep(0.05)
        return found

    def end(self) -> None:
        """In good order."""
        self.stop_file.touch()
        self.wait(lambda: not self._thread.is_alive(), 30)

    def lost(self) -> set[tuple[int, int]]:
        """(boot, seq) of readings that were accepted and did not arrive."""
        lines = self._ledger.read_text().splitlines()
        return {(int(boot), int(seq)) for boot, seq in map(str.split, lines)} - self.consumer.seen

    def least_free(self) -> int:
        """Bytes of heap, of all starts."""
        frees = [each["heap_free_min"] for each in self.consumer.statuses.values() if each.get("heap_free_min")]
        return min(frees)
