"""Everything that the demo starts, and its orderly end: meter, broker, consumer, firmware."""

import json
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from uplink.decimals import parse

from .. import profiles, runtime
from ..sim.build import build
from ..sim.energy import WH
from ..sim.faults import Fault
from ..sim.wire import now_us
from .broker import BrokerThread
from .consumer import Consumer

BASE = "lumbus-demo"
ADDRESS = 49
BAUD = 2400
SETTLE_S = 5
# False pulses come spread over this long.
_EXTRA_US = 4_000_000
_END_S = 15
# The exit code with which the host's port says that a board would reset.
_RESET = 1
_PAGE_S = 10
_BOOT = re.compile(r", boot \d+$", re.MULTILINE)
# A start that did not last so long failed.
_LASTS_S = 3
_PAGE = re.compile(r"page: (http://[^ /]+:(\d+)/)")
_LAST_WORD = re.compile(r"ended: (\d+) readings accepted, (\d+) acknowledged")


class Stage:
    """The demo's parts.  Use as a context: leaving it ends and removes all of them.

    options: runtime, profile, power (a decimal's text), poll, speed, faults.
    broker: another broker than the embedded one, with the same methods.
    heap: of MicroPython, as -X heapsize takes it.
    """

    def __init__(self, options, broker=None, heap: str = runtime.HEAP):
        self.options = options
        self._heap = heap
        self.broker = broker or BrokerThread()
        self.firmware: subprocess.Popen | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="lumbus-demo-"))
        self._led = self._folder / "led"
        self._led.touch()
        self._stop_file = self._folder / "stop"
        self._ledger = self._folder / "ledger"
        self._is_killing = False
        self.console = self._folder / "console.log"
        self._ends: list = [lambda: shutil.rmtree(self._folder, ignore_errors=True)]
        self.began_us = 0
        self._started_s = 0.0
        # Of the firmware's own page: where it is, None until it is known, and what lets one in.
        self.page: str | None = None
        self.page_password = secrets.token_urlsafe(9)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_) -> None:
        while self._ends:
            self._ends.pop()()

    def prepare(self, say) -> None:
        """Start broker, consumer and meter, and lay out the firmware; `say` gets each step."""
        say("starting the broker")
        self.broker.start()
        self._ends.append(self.broker.stop)
        self.consumer = Consumer(self.broker.port, BASE)
        self.consumer.start()
        self._ends.append(self.consumer.stop)
        options = self.options
        say(f"starting the meter ({options.profile}, {options.power} W, {options.speed} times as fast)")
        self.meter, self.wire = build(
            options.profile, ADDRESS, BAUD, parse(options.power), options.speed, str(self._led)
        )
        self.wire.start()
        self._ends.append(self.wire.stop)
        say("compiling the firmware" if options.runtime == "micropython" else "laying out the firmware")
        self._root = self.lay_out(self._folder / "root")
        self._configure()

    def lay_out(self, root: Path) -> Path:
        """The folder of the firmware."""
        return runtime.assemble(root, "host", self.options.runtime == "micropython")

    def _configure(self) -> None:
        options = self.options
        state = self.state = self._folder / "state"
        state.mkdir()
        profile = profiles.faster(profiles.load(options.profile), options.speed, SETTLE_S)
        (state / f"{options.profile}.json").write_text(json.dumps(profile))
        (state / "config.json").write_text(json.dumps(self.firmware_config()))
        (state / "secrets.json").write_text(json.dumps(self.firmware_secrets()))
        self._host = self._folder / "host.json"
        self._host.write_text(json.dumps(self.host_settings()))

    def host_settings(self) -> dict:
        """For the firmware's port, see board/host/port.py."""
        return {
            "serial": self.wire.path,
            "state": str(self.state),
            "identity": "020000000001",
            "lights": [str(self._led)],
            "stop": str(self._stop_file),
            "ledger": str(self._ledger),
            "web": 0,
        }

    def firmware_config(self) -> dict:
        return {
            "version": 2,
            "mqtt": {
                "host": "127.0.0.1",
                "port": self.broker.front_port,
                "tls": False,
                "base": BASE,
                "keepalive_s": 10,
                "status_s": 5,
            },
            "bus": {"baud": BAUD},
            "meters": [
                {
                    "profile": self.options.profile,
                    "address": ADDRESS,
                    "poll_s": self.options.poll,
                    "poll_least_s": self.options.poll,
                    "poll_most_s": self.options.poll,
                    "energy": "import",
                    "light": 0,
                }
            ],
        }

    def firmware_secrets(self) -> dict:
        return {"version": 1, "web_password": self.page_password}

    def start_firmware(self) -> None:
        """The run begins: its clock, and the faults'."""
        self._run_firmware()
        self._ends.append(self._kill)
        self.began_us = now_us()
        self.page = self._find_page()
        for fault in self.options.faults:
            at_us = self.began_us + int(fault.at_s * 1e6)
            self.wire.later(at_us, lambda fault=fault: self._inject(fault))

    def _run_firmware(self) -> None:
        self._started_s = time.monotonic()
        with open(self.console, "ab") as out:
            self.firmware = runtime.start_firmware(self.options.runtime, self._root, self._host, out, self._heap)

    @property
    def said(self) -> str:
        """What the firmware has printed."""
        return self.console.read_text(errors="replace")

    def _find_page(self) -> str | None:
        """What the firmware's console says; its next starts keep the number, so that a browser finds it again."""
        deadline = time.monotonic() + _PAGE_S
        while time.monotonic() < deadline and self.firmware is not None and self.firmware.poll() is None:
            said = self.said
            found = _PAGE.search(said)
            if found:
                settings = json.loads(self._host.read_text())
                self._host.write_text(json.dumps({**settings, "web": int(found[2])}))
                return found[1]
            if _BOOT.search(said):
                # It would have been told before.
                return None
            time.sleep(0.05)
        return None

    def look(self) -> None:
        """Start the firmware again where it has asked for that, as a board's reset does."""
        if self.firmware is None or self._stop_file.exists() or time.monotonic() - self._started_s < _LASTS_S:
            return
        if self.firmware.poll() == _RESET:
            self._is_killing = True
            self._run_firmware()
            self._is_killing = False

    def is_running(self) -> bool:
        """Whether the firmware runs, or is about to again."""
        return self._is_killing or (self.firmware is not None and self.firmware.poll() is None)

    def seconds(self) -> float:
        """Seconds into the run."""
        return (now_us() - self.began_us) / 1e6

    def into_run(self, uptime_s) -> float:
        """The firmware's uptime (the computer's monotonic clock) as seconds into the run."""
        return float(uptime_s) - self.began_us / 1e6

    def _inject(self, fault: Fault) -> None:
        if fault.kind == "missed":
            self.meter.withhold += fault.value
        elif fault.kind == "extra":
            self.meter.add_false_pulses(fault.value, _EXTRA_US, now_us())
        elif fault.kind == "stuck":
            self.meter.stuck = True
        elif fault.kind == "noise":
            self.wire.noise = True
        elif fault.kind == "echo":
            self.wire.echo = True
        elif fault.kind == "parity":
            self.wire.odd = True
        elif fault.kind == "silent":
            self.wire.silent_until_us = now_us() + fault.value * 1_000_000
        elif fault.kind == "broker-down":
            self.broker.shut_front(fault.value)
        elif fault.kind == "kill":
            # What a power cut does: nobody is asked.
            self._is_killing = True
            self._kill()
            self._run_firmware()
            self._is_killing = False

    def fused_error_wh(self, reading: dict):
        """How far the reading's fused total is from the true energy at its moment, in Wh."""
        if reading.get("energy_fused_kwh") is None:
            return None
        truth = self.meter.energy_at(int(reading["uptime_s"] * 1_000_000))
        return float(abs(reading["energy_fused_kwh"] * 1000 * WH - truth) / WH)

    def end_firmware(self) -> bool:
        """Ask it to end and wait; whether it did in good order."""
        if self.firmware is None:
            return False
        self._stop_file.touch()
        try:
            return self.firmware.wait(_END_S) == 0
        except subprocess.TimeoutExpired:
            return False

    def accepted(self) -> set[tuple[int, int]]:
        """(boot, seq) of each reading that the firmware ever accepted, whatever became of it since."""
        if not self._ledger.exists():
            return set()
        lines = self._ledger.read_text().splitlines()
        return {(int(boot), int(seq)) for boot, seq in map(str.split, lines)}

    def last_word(self) -> dict:
        """{"accepted", "acknowledged"} of the firmware's last line on its console; {} when it said none."""
        found = _LAST_WORD.search(self.said)
        return {} if found is None else {"accepted": int(found[1]), "acknowledged": int(found[2])}

    def settle(self) -> None:
        """Give the consumer what the broker still holds: until nothing has come for a moment."""
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if self.consumer.status.get("state") == "offline" and self.accepted() <= self.consumer.seen:
                return
            time.sleep(0.05)

    def _kill(self) -> None:
        if self.firmware is not None and self.firmware.poll() is None:
            self.firmware.kill()
            self.firmware.wait()
