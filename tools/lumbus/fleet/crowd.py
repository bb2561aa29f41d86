"""One process with many simulated devices: `python -m lumbus.fleet.crowd SETTINGS.json`.

SETTINGS: see Settings.  Standard input takes a command a line, as JSON:

    {"do": "cut", "part": [1, 3]}      the network of each device whose index modulo 3 is below 1; half of them each way
    {"do": "mend", "part": [1, 3]}
    {"do": "reboot", "part": [1, 10]}  the power fails, and is back at once
    {"do": "quiet"}                    no more readings; what waits is sent
    {"do": "end"}                      goodbye

Standard output gives the counters of all devices twice a second, as JSON, the last time with "ended".
The ledger gets an entry for each reading that the application has accepted; see ledger.py.
"""

import asyncio
import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..contact.target import PASSWORD
from ..paths import BOARD, UMQTT
from .ledger import LedgerWriter

_TICK_S = 0.005
_LOOK_S = 0.1
_TELL_S = 0.5
_GOODBYE_S = 10


@dataclass
class Settings:
    """Of one process: its devices are those of `total` whose index modulo `processes` is `process`.

    addresses: (host, port) of the brokers.  rate: readings a second of all devices.  ramp_s: within which they are
    switched on, evenly.  `more`: what else goes into the "mqtt" of each device's configuration.
    """

    folder: str
    prefix: str
    addresses: list
    total: int
    rate: float
    ramp_s: float
    process: int = 0
    processes: int = 1
    journal_kb: int = 512
    more: dict = field(default_factory=dict)

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))


def gateway(prefix: str, index: int) -> str:
    return f"{prefix}{index:05d}"


class Crowd:
    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop):
        # Only now: what the devices are made of wants the paths of board/ and umqtt.
        from .device import Device, Totals
        from .link_clock import Sleepers

        self._make = Device
        self._settings = settings
        self._loop = loop
        self._sleepers = Sleepers()
        self._ended = Totals()
        self._folder = Path(settings.folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._ledger = LedgerWriter(self._folder / "ledger")
        self._console = open(self._folder / "console", "w")
        self.devices: dict[int, Device] = {}
        self._configs = {i: self._config(i) for i in range(settings.process, settings.total, settings.processes)}
        self._is_quiet = False
        self._is_over = asyncio.Event()
        self._late_ms = 0
        self._read = 0
        self._events: dict[str, dict[int, int]] = {}

    def _config(self, index: int) -> dict:
        """As a board checks it."""
        from uplink.config import check

        settings = self._settings
        mqtt = {"host": "fleet", "port": 1883, "tls": False, "discovery": False, **settings.more}
        secrets = {"version": 1, "mqtt_password": os.environ[PASSWORD]} if mqtt.get("user") else None
        data = {
            "version": 2,
            "gateway": gateway(settings.prefix, index),
            "journal_kb": settings.journal_kb,
            "mqtt": mqtt,
            "meters": [{"profile": "m1pro40", "address": 1, "light": None}],
        }
        return check(data, secrets)

    def _switch_on(self, index: int, cut: str = "") -> None:
        from .device_network import DeviceNetwork

        settings = self._settings
        folder = self._folder / gateway("", index)
        folder.mkdir(exist_ok=True)
        network = DeviceNetwork([(h, p) for h, p in settings.addresses], index, self._loop, lambda: None)
        network.cut = cut
        accepted = self._ledger.of(index)
        device = self._make(
            index, self._configs[index], folder, network, self._sleepers, accepted, lambda line: self._tell(index, line)
        )
        self.devices[index] = device
        device.power_on()

    def _tell(self, index: int, line: str) -> None:
        self._console.write(f"{time.time():.3f} {index} {line}\n")

    async def run(self) -> None:
        reader = asyncio.StreamReader()
        await self._loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        # What has been made until now stays: no collection need look at it again.
        gc.collect()
        gc.freeze()
        tasks = [
            asyncio.create_task(work)
            for work in (self._sleepers.run(), self._meter(), self._look(), self._listen(reader), self._report())
        ]
        over = asyncio.create_task(self._is_over.wait())
        # Whichever ends first: by a failure, that is to be seen.
        done, _ = await asyncio.wait([*tasks, over], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        await self._goodbye()
        for task in tasks:
            task.cancel()
        self._print(True)

    async def _meter(self) -> None:
        """Switch devices on one by one, and read each in turn."""
        settings = self._settings
        mine = list(self._configs)
        waiting = list(reversed(mine))
        rate = settings.rate / settings.processes
        began = last = time.monotonic()
        turn = 0
        while True:
            now = time.monotonic()
            self._late_ms = max(self._late_ms, int(1000 * (now - last - _TICK_S)))
            last = now
            share = 1.0 if not settings.ramp_s else min(1.0, (now - began) / settings.ramp_s)
            while waiting and len(mine) - len(waiting) < share * len(mine):
                self._switch_on(waiting.pop())
            due = int((now - began) * rate)
            while turn < due:
                device = self.devices.get(mine[turn % len(mine)])
                if device is not None and not self._is_quiet:
                    device.read()
                    self._read += 1
                turn += 1
            await asyncio.sleep(_TICK_S)

    async def _look(self) -> None:
        """The application's own look at what has waited too long."""
        while True:
            for device in list(self.devices.values()):
                device.outbox.look()
                if device.task is not None and device.task.done() and not self._is_over.is_set():
                    # The publisher never ends by itself: a fault of the application, to be seen.
                    device.task.result()
            await asyncio.sleep(_LOOK_S)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            self._obey(json.loads(line))
        # Who started us is gone.
        self._is_over.set()

    def _obey(self, order: dict) -> None:
        if order["do"] == "quiet":
            self._is_quiet = True
        elif order["do"] == "end":
            self._is_over.set()
        else:
            below, of = order["part"]
            for index in [i for i in self.devices if i % of < below]:
                self._strike(order["do"], index, "silent" if index // of % 2 else "dead")

    def _strike(self, what: str, index: int, cut: str) -> None:
        device = self.devices[index]
        if what == "reboot":
            device.power_off()
            device.add_to(self._ended)
            self._switch_on(index, device.network.cut)
        else:
            device.network.set_cut(cut if what == "cut" else "")

    async def _goodbye(self) -> None:
        for device in self.devices.values():
            device.publisher.stop()
            # The names of events that are to be found: those of a start that was cut are not known to have been kept.
            if device.events and not device.outbox.dropped_other:
                name = device.topics.name
                self._events[name] = {device.stamp.boot: device.events}
        tasks = [device.task for device in self.devices.values() if device.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=_GOODBYE_S)
        for device in self.devices.values():
            device.outbox.save()
        self._ledger.close()
        self._console.close()
        (self._folder / "events.json").write_text(json.dumps(self._events))

    async def _report(self) -> None:
        while True:
            self._print(False)
            await asyncio.sleep(_TELL_S)

    def _print(self, is_end: bool) -> None:
        from .device import Totals

        totals = Totals(**asdict(self._ended))
        for device in self.devices.values():
            device.add_to(totals)
        devices = list(self.devices.values())
        print(
            json.dumps(
                {
                    "ended": is_end,
                    "on": len(devices),
                    "connected": sum(d.publisher.connected for d in devices),
                    "read": self._read,
                    "accepted": self._ledger.count,
                    "waiting": sum(len(d.outbox) for d in devices),
                    "journal": sum(d.outbox.backlog.waiting for d in devices),
                    "loop_late_ms": self._late_ms,
                    **asdict(totals),
                }
            ),
            flush=True,
        )


def main() -> None:
    # Of two files of one name (port.py) none is used; these are modules on the board's top level.
    sys.path[:0] = [str(BOARD / "common"), str(BOARD / "host"), str(UMQTT)]
    from importlib import import_module

    import_module("old_names").install()
    settings = Settings(**json.loads(Path(sys.argv[1]).read_text()))

    async def run() -> None:
        await Crowd(settings, asyncio.get_running_loop()).run()

    asyncio.run(run())


if __name__ == "__main__":
    main()
