"""One meter with its load, its light and its task, over a simulated bus."""

import json

from busline import BusLine
from memjournal import JournaledOutbox
from simtime import SimClock, run

from lumbus.sim.slave import Slave
from mbus.master import Master
from mbus_service.encode import encode_record
from uplink.light import Light
from uplink.log import Log
from uplink.meter import Meter
from uplink.poller import Poller
from uplink.profile_files import load_profile
from uplink.stamp import Stamp
from uplink.topics import Topics

IDENTITY = "1625047832ad0102"


class NoStorage:
    def read(self, name):
        return None


class Storage:
    """A storage that keeps texts; `broken` ones raise."""

    def __init__(self):
        self.texts = {}
        self.broken = False

    def read(self, name):
        if self.broken:
            raise OSError(5)
        return self.texts.get(name)

    def write(self, name, text):
        if self.broken:
            raise OSError(28)
        self.texts[name] = text


class Source:
    """A light that follows the meter's energy; `lost` pulses less."""

    def __init__(self, world):
        self._world = world
        self.lost = 0
        self.lossy = False

    def update(self, history):
        history.add(self._world.clock.ms(), self._world.energy_mw_ms() // 720000000 - self.lost)

    def may_have_lost(self):
        return self.lossy


class World:
    """A load of `watts`, an M1PRO 40 whose registers and light show it, and its Meter."""

    def __init__(
        self,
        watts=3000,
        light=True,
        energy="import",
        utc_ms=None,
        profile="m1pro40",
        storage=None,
        max_power_w=None,
        **settings,
    ):
        self.clock = SimClock(1000, utc_ms)
        self.watts = watts
        self.voltage = 23000
        self.register = None
        self.export = 100
        self._base = 500 * 36000000000 + 123456789
        self._since = 1000
        self.slave = Slave(1, bytes.fromhex("7804251632ad0102"), self.body)
        self.line = BusLine(self.clock, [self.slave])
        self.source = Source(self)
        self.lines = []
        self.outbox = JournaledOutbox(self.clock, 512 << 20, keep=False)
        self.stamp = Stamp(3)
        profile = load_profile(NoStorage(), profile)
        self.settings = {
            "address": 1,
            "poll_s": 10,
            "energy": energy,
            "settle_s": 60,
            "secondary": None,
        }
        self.settings.update(settings)
        # Regular polls, where a test does not want others.
        for key in ("poll_least_s", "poll_most_s"):
            self.settings.setdefault(key, self.settings["poll_s"])
        self.meter = Meter(
            self.settings,
            profile,
            Master(self.line, self.clock),
            self.clock,
            Log(self.clock, self.lines.append),
            self.outbox,
            Topics("base", "gw"),
            Light(self.source, 5000, max_power_w, self.clock) if light else None,
            self.stamp,
            storage,
        )

    def energy_mw_ms(self):
        return self._base + self.watts * 1000 * (self.clock.ms() - self._since)

    def body(self):
        steps = self.energy_mw_ms() // 36000000000 if self.register is None else self.register
        return b"".join(
            [
                encode_record(bytes.fromhex(d), bytes.fromhex(v), n)
                for d, v, n in (
                    ("04", "843b", steps),
                    ("04", "843c", self.export),
                    ("04", "2b", self.watts),
                    ("02", "fd47", self.voltage),
                )
            ]
        )

    def run_s(self, seconds):
        async def wait():
            await self.clock.sleep_ms(1000 * seconds)

        run(self.clock, wait(), Poller([self.meter], self.clock).run(lambda: None), self._look())
        # Nobody asks for what was sent, and a long run would keep all of it.
        del self.line.sent[:]
        del self.line.sent_ms[:]

    async def _look(self):
        """As the application does, only not so often."""
        while True:
            if self.meter.light is not None:
                self.meter.light.look()
            await self.clock.sleep_ms(200)

    def reading_text(self):
        """The text of the first reading that waits."""
        return next(m for m in self.outbox._queue if m.is_reading).payload().decode()

    def messages(self, leaf):
        """Topics and JSON of everything on topics that end so, and forget all."""
        result = []
        message = self.outbox.head()
        while message is not None:
            if message.topic.endswith(leaf.encode()):
                result.append((message.topic, json.loads(message.payload())))
            self.outbox.done(message)
            message = self.outbox.head()
        return result
