"""One simulated device: the application's own outbox, journal and publisher around a simulated meter.

What is the application's (firmware/uplink, unchanged): the configuration's check, boot numbers, stamps, readings and
their records, the journal on files and its recovery, the outbox, the backlog, the publisher, the link, the MQTT
codec, the status.  Simulated are the clock, the network and the meter; the bus, the light and the check are left out.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from uplink import __version__
from uplink.backlog import Backlog
from uplink.boots import count_boot
from uplink.config_public import info_json
from uplink.journal_recover import open_journal
from uplink.log import Log
from uplink.messages import availability_json, check_json, note_json
from uplink.outbox import Outbox
from uplink.publisher import Publisher
from uplink.reading_record import Records
from uplink.stamp import Stamp
from uplink.status import Status
from uplink.topics import Topics

from .device_network import DeviceNetwork
from .link_clock import Clock, LinkClock, Sleepers
from .load_meter import LoadMeter

_KIB = 1024
# Of all readings: how many come with a change of the verdict and an event that tells of it.
_TOLD_SHARE = 0.01
_VERDICTS = ("agree", "pulses_missing")


@dataclass
class Totals:
    """What ended starts of a device had counted, and the numbers of its last event of each start."""

    dropped: int = 0
    sessions: int = 0
    failures: int = 0
    acknowledged: int = 0
    given_up: int = 0
    events: dict[int, int] = field(default_factory=dict)


class Device:
    """From power on until power_off(); `config` is checked, `accepted` gets the application's accepted readings."""

    def __init__(
        self,
        index: int,
        config: dict,
        folder: Path,
        network: DeviceNetwork,
        sleepers: Sleepers,
        accepted: Callable,
        tell: Callable[[str], None],
    ):
        self.index = index
        self.network = network
        self.dice = random.Random(f"{config['gateway']}-{folder.name}")
        self.clock = Clock()
        self._link_clock = LinkClock(sleepers, self._is_pressed)
        network.on_data = self._link_clock.wake
        port = SimpleNamespace(
            storage=import_module("text_storage").Storage(str(folder)),
            random_below=self.dice.randrange,
        )
        log = Log(self.clock, tell)
        boot = count_boot(port, log)
        files = import_module("file_store").Files
        self.journal = open_journal(lambda name: files(f"{folder}/{name}", True), log, config["journal_kb"] * _KIB)
        self.stamp = Stamp(boot)
        self.topics = topics = Topics(config["mqtt"]["base"], config["gateway"])
        per_s = config["mqtt"]["replay_per_s"]
        backlog = Backlog(self.journal, Records(), self.clock, log, topics, port.storage, boot, per_s)
        self.outbox = Outbox(self.clock, log, backlog, config["mqtt"]["queue_bytes"], accepted)
        self.meter = LoadMeter(f"{index:08d}2e1e3202", self.dice, self.clock.ms())
        self._verdict_ms = self.clock.ms()
        self.publisher = self._publisher(config, log)
        self.task: asyncio.Task | None = None
        self.events = 0

    def _publisher(self, config: dict, log: Log) -> Publisher:
        master = SimpleNamespace(repeat_count=0, no_reply_count=0, damaged_count=0, stray_count=0, echo_count=0)
        status = Status(self.clock, self.stamp.boot, self.outbox, master, log)
        status.parts["journal"] = self.journal.counters
        publisher: Any = Publisher(
            self.network,
            self._link_clock,
            log,
            config["mqtt"],
            self.topics,
            self.outbox,
            status,
            self.dice.randrange,
        )
        publisher.subscriptions.append(self.topics.command)
        publisher.info = info_json(__version__, "fleet", None, config)
        publisher.on_message = lambda *_: None
        publisher.on_session = self._restate
        return publisher

    def power_on(self) -> None:
        self.task = self.network.loop.create_task(self.publisher.run(lambda: None))

    def power_off(self) -> None:
        """As a power cut: what was in RAM alone is gone, which was never accepted."""
        if self.task is not None:
            self.task.cancel()
        self.network.power_off()

    def _is_pressed(self) -> bool:
        return self.network.is_pressed() or self.outbox.backlog.waiting > 0

    def read(self) -> None:
        """Read the meter; now and then there is more to tell."""
        clock = self.clock
        if self.dice.random() < _TOLD_SHARE:
            self._turn()
        reading = self.meter.read(clock.ms(), clock.utc_ms())
        self.stamp(reading)
        self.outbox.put(self.topics.meter(reading.meter, "reading"), reading)
        self._link_clock.wake()

    def _turn(self) -> None:
        """The verdict changes, and an event says why."""
        clock = self.clock
        meter = self.meter
        meter.verdict = _VERDICTS[meter.verdict == _VERDICTS[0]]
        self._verdict_ms = clock.ms()
        self.events = self.stamp.event()
        text = "the verdict is %s now" % meter.verdict
        told = note_json(meter.verdict, meter.identity, self.stamp.boot, self.events, text, clock.ms(), clock.utc_ms())
        self.outbox.put(self.topics.event, told)
        self._restate()

    def _restate(self) -> None:
        """What holds, as Meter.restate() tells it."""
        clock = self.clock
        identity = self.meter.identity
        check = check_json(self.meter.verdict, self._verdict_ms, clock.ms(), clock.utc_ms(), None)
        self.outbox.keep(self.topics.meter(identity, "availability"), availability_json(True))
        self.outbox.keep(self.topics.meter(identity, "check"), check)

    def add_to(self, totals: Totals) -> None:
        """Count what this start did; events of a start that was cut are not known to have been kept."""
        totals.dropped += self.outbox.dropped
        totals.sessions += self.publisher.sessions
        totals.failures += self.publisher.failures
        totals.acknowledged += self.outbox.acknowledged
        totals.given_up += self.journal.given_up
