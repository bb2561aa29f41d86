"""Starts broker, database, collectors and devices, lets the faults happen, and ends with what came of it."""

import os
import resource
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from uplink.messages import note_json
from uplink.topics import Topics

from ..contact.target import BASE, PASSWORD
from .brokers import open_broker
from .collectors import Collectors
from .cpu import Usage
from .crowd import Settings
from .crowds import Crowds
from .fault import Fault
from .reckoning import Reckoning, accepted_of, events_of, reckon, stored_count
from .stores import open_store
from .strikes import Strikes

_LOOK_S = 0.25
_USAGE_S = 1.0
_MEASURE_S = 4.0
_READY_S = 90
_OTHER_FILES = 500
_MEMORY = Path("/dev/shm")


class NotReady(RuntimeError):
    """The collectors store nothing, before anything was struck."""


@dataclass
class Plan:
    """rate: readings a second of all devices; ramp_s: within which they are switched on; drain_s: how long to wait
    for the rest at the end."""

    devices: int
    rate: float
    seconds: float
    broker: str = "nats"
    store: str = "postgresql"
    collectors: int = 1
    processes: int = 1
    faults: list[Fault] = field(default_factory=list)
    ramp_s: float = 0.0
    drain_s: float = 120.0
    keep: Path | None = None


class Stage:
    """Use as a context: leaving it ends all that it started.  show(counters, faults) is called a few times a second."""

    def __init__(self, plan: Plan, say=lambda text: None, show=lambda now, faults: None):
        self._plan = plan
        self._say = say
        self._show = show
        self._folder = Path(tempfile.mkdtemp(prefix="lumbus-fleet-"))
        # Journals are on flash, which no disk of ours is like: in memory, where nobody says otherwise.
        in_memory = "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK)
        self._memory = Path(tempfile.mkdtemp(prefix="lumbus-fleet-", dir=_MEMORY if in_memory else None))
        # Readings of another run may be in the same database.
        self._prefix = f"fleet{secrets.token_hex(3)}-"
        self._usage = Usage()
        self._broker = self._store = self._collectors = self._crowds = self._strikes = None
        self._looked_s = self._measured_s = 0.0
        self._measured: dict = {}
        self.took: dict[str, float] = {}

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_) -> None:
        for part, end in (
            (self._crowds, "kill"),
            (self._collectors, "stop"),
            (self._strikes, "stop"),
            (self._broker, "stop"),
            (self._store, "stop"),
        ):
            if part is not None:
                getattr(part, end)()
        self._put_away()

    def _put_away(self) -> None:
        keep = self._plan.keep
        if keep is not None:
            for folder in (self._folder, self._memory):
                shutil.copytree(folder, keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("store", ".s.PGSQL*"))
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.rmtree(self._memory, ignore_errors=True)

    def run(self) -> dict:
        """The JSON object."""
        self._prepare()
        began = time.monotonic()
        self._go_on(self._plan.seconds)
        self._after("run_s", began)
        began = time.monotonic()
        reckoned = self._drain()
        self._after("drain_s", began)
        return self._result(reckoned)

    # The parts

    def _prepare(self) -> None:
        plan = self._plan
        began = time.monotonic()
        _allow_files(plan.devices)
        self._say("starting broker, database and collectors")
        self._broker = open_broker(plan.broker, self._folder)
        self._store = open_store(plan.store, self._folder)
        self._usage.look(self._groups())
        command = [self._broker.collect_url, "--database", self._store.url]
        # One alone is better off without: mosquitto forgets what is shared when it is started anew.
        group = ["--group", "fleet"] if plan.collectors > 1 else []
        self._collectors = Collectors(plan.collectors, command + group, self._folder)
        self._collectors.start()
        settings = Settings(
            folder="",
            prefix=self._prefix,
            addresses=[list(address) for address in self._broker.addresses],
            total=plan.devices,
            rate=plan.rate,
            ramp_s=plan.ramp_s,
            more={} if self._broker.user is None else {"user": self._broker.user},
        )
        self._crowds = Crowds(settings, plan.processes, self._memory)
        self._strikes = Strikes(plan.faults, self._broker, self._store, self._crowds, self._collectors)
        self._wait_for_collectors()
        self._after("start_s", began)
        self._crowds.start()
        self._strikes.start()

    def _wait_for_collectors(self) -> None:
        """Nothing is counted before a message gets through: a subscription that is not there yet keeps nothing."""
        assert self._broker is not None and self._store is not None and self._collectors is not None
        host, port = self._broker.addresses[0]
        client = Client(CallbackAPIVersion.VERSION2, client_id=f"{self._prefix}probe")
        if self._broker.user is not None:
            client.username_pw_set(self._broker.user, os.environ.get(PASSWORD))
        refusals: list[str] = []
        client.on_connect = lambda _c, _d, _f, code, _p: refusals.append(str(code)) if code.is_failure else None
        try:
            client.connect(host, port)
        except OSError as e:
            raise NotReady(f"the broker at {host}:{port} cannot be reached ({e.strerror or e})") from None
        client.loop_start()
        topics = Topics(BASE, f"{self._prefix}probe")
        deadline = time.monotonic() + _READY_S
        try:
            while time.monotonic() < deadline:
                if refusals:
                    raise NotReady(f"the broker at {host}:{port} refuses: {refusals[0].lower()}")
                client.publish(
                    topics.event.decode(), note_json("probe", None, 1, 1, "is anybody there", 0, None), qos=1
                )
                time.sleep(_LOOK_S)
                self._collectors.watch()
                if self._is_probe_stored(topics.name):
                    return
        finally:
            client.disconnect()
            client.loop_stop()
        raise NotReady(f"no message gets from the broker into the database within {_READY_S} s; {self._said()}")

    def _is_probe_stored(self, name: str) -> bool:
        assert self._store is not None
        return self._store.has("events") and bool(self._store.rows("SELECT 1 FROM events WHERE gateway = ?", name))

    def _said(self) -> str:
        logs = sorted(self._folder.glob("fleet-*.log"))
        return " / ".join(" ".join(log.read_text(errors="replace").split())[-300:] for log in logs)

    # Its course

    def _go_on(self, seconds: float) -> None:
        assert self._strikes is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until or not self._strikes.done:
            self._look()

    def _look(self) -> dict:
        """To be called over and over; gives the devices' counters."""
        assert self._strikes is not None and self._crowds is not None and self._collectors is not None
        time.sleep(_LOOK_S)
        if self._strikes.error is not None:
            raise self._strikes.error
        self._collectors.watch()
        now = self._crowds.counters()
        if time.monotonic() - self._looked_s > _USAGE_S:
            self._usage.look(self._groups())
            self._looked_s = time.monotonic()
        if time.monotonic() - self._measured_s > _MEASURE_S:
            self._measure()
            self._measured_s = time.monotonic()
        self._show(now, self._strikes.told)
        return now

    def _measure(self) -> None:
        """Of what the broker holds: when it was the most."""
        assert self._broker is not None
        measured = self._broker.measured()
        if measured.get("stream_messages", 0) > self._measured.get("stream_messages", 0):
            self._measured = measured

    def _groups(self) -> dict[str, list[int]]:
        groups = {"broker": self._broker, "database": self._store}
        found = {name: part.pids() for name, part in groups.items() if part is not None}
        found |= {"collectors": self._collectors.pids} if self._collectors is not None else {}
        return found | ({"devices": self._crowds.pids} if self._crowds is not None else {})

    def _drain(self) -> Reckoning:
        """No more readings: what waits is sent and stored, then it is reckoned."""
        assert self._crowds is not None and self._store is not None and self._collectors is not None
        deadline = time.monotonic() + self._plan.drain_s
        self._say("no more readings; what waits is sent")
        self._crowds.order("quiet")
        while self._look()["waiting"] and time.monotonic() < deadline:
            pass
        self._counters = self._look()
        self._crowds.end()
        accepted = accepted_of(self._crowds.folders, self._prefix)
        events = events_of(self._crowds.folders)
        while stored_count(self._store, self._prefix) < len(accepted) and time.monotonic() < deadline:
            self._look()
        while True:
            reckoned = reckon(self._store, self._prefix, accepted, events)
            if not (reckoned.lost or reckoned.events_lost) or time.monotonic() > deadline:
                break
            self._look()
        self._usage.look(self._groups())
        self._collectors.stop()
        return reckon(self._store, self._prefix, accepted, events)

    def _after(self, name: str, began: float) -> None:
        self.took[name] = round(time.monotonic() - began, 1)

    def _result(self, reckoned: Reckoning) -> dict:
        assert self._broker is not None and self._store is not None
        assert self._collectors is not None and self._strikes is not None
        from .result import result

        usage = {"cpu_s": self._usage.seconds(), "memory_mb": self._usage.memory_mb()}
        where = {"broker": self._broker.name, "store": self._store.name, "collectors": self._collectors.count}
        own = {"collector_starts": self._collectors.starts, "collector_failures": self._collectors.failures}
        sizes = {"bytes_per_row": self._store.bytes_per_row()}
        return (
            result(self._plan, reckoned, self._counters, self._strikes.told)
            | where
            | own
            | usage
            | self._measured
            | sizes
            | self.took
        )


def _allow_files(devices: int) -> None:
    """A connection is an open file, for a broker and for the devices; who is started by us inherits what is allowed."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = devices + _OTHER_FILES
    if most != resource.RLIM_INFINITY and needed > most:
        raise ValueError(f"{devices} devices need {needed} open files, and this computer allows {most}: see ulimit -Hn")
    if now != resource.RLIM_INFINITY and now < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, most))
