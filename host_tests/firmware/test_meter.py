"""One meter's task over a simulated bus: readings, verdicts, and every kind of bad luck."""

import asyncio
import json

from busline import BusLine
from simtime import SimClock, run

from lumbus.sim.slave import Slave
from mbus.encode import encode_record
from mbus.master import Master
from uplink.light import Light
from uplink.log import Log
from uplink.meter import Meter
from uplink.outbox import Outbox
from uplink.profile_files import load_profile
from uplink.topics import Topics

IDENTITY = "1625047832ad0102"


class NoStorage:
    def read(self, name):
        return None


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

    def __init__(self, watts=3000, light=True, energy="import", utc_ms=None, profile="m1pro40", **settings):
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
        self.outbox = Outbox(10000000)
        self.seq = 0
        profile = load_profile(NoStorage(), profile)
        self.settings = {
            "address": 1,
            "poll_s": 10,
            "energy": energy,
            "settle_s": 60,
            "secondary": None,
        }
        self.settings.update(settings)
        self.meter = Meter(
            self.settings,
            profile,
            Master(self.line, self.clock),
            asyncio.Lock(),
            self.clock,
            Log(self.clock, self.lines.append),
            self.outbox,
            Topics("base", "gw"),
            Light(self.source, 5000) if light else None,
            self.stamp,
        )

    def stamp(self, reading):
        self.seq += 1
        reading.boot = 3
        reading.seq = self.seq

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

        run(self.clock, wait(), self.meter.run(lambda: None))

    def messages(self, leaf):
        """Topics and JSON of everything on topics that end so, and forget all."""
        result = []
        while self.outbox.head() is not None:
            message = self.outbox.head()
            if message.topic.endswith(leaf.encode()):
                result.append((message.topic, json.loads(message.payload)))
            self.outbox.done(message)
        return result


def test_a_reading_has_everything_with_its_unit():
    world = World(utc_ms=1700000000000)
    world.run_s(700)
    topic, body = world.messages("reading")[-1]
    assert topic == b"base/v1/gw/" + IDENTITY.encode() + b"/reading"
    assert body["boot"] == 3
    assert body["seq"] == world.seq
    assert body["time_quality"] == "synced"
    assert body["power_w"] == 3000
    assert body["voltage_v"] == 230
    assert body["energy_export_kwh"] == 1
    assert abs(body["energy_import_kwh"] - world.energy_mw_ms() / 3.6e12) < 0.05
    assert abs(body["energy_fused_kwh"] - world.energy_mw_ms() / 3.6e12) < 0.05
    # The pulse times are those of the looks, 10 s apart: one pulse of 42.
    assert abs(body["power_light_w"] - 3000) <= 75
    assert body["verdict"] == "agree"
    assert body["flags"] == []
    assert "frequency_hz" not in body


def test_before_the_clock_is_known_readings_carry_the_uptime():
    world = World()
    world.run_s(15)
    _, body = world.messages("reading")[0]
    assert body["ts"] is None
    assert body["time_quality"] == "uptime"
    assert body["uptime_s"] > 1


def test_numbers_are_exact_text():
    world = World()
    world.run_s(5)
    text = world.outbox.head().payload.decode()
    assert '"energy_import_kwh":5.00' in text
    assert '"voltage_v":230.00' in text


def test_lost_pulses_become_one_event_with_its_windows():
    world = World()
    world.run_s(3600)
    world.messages("")
    world.source.lost = 60
    world.run_s(3600)
    events = [body for _, body in world.messages("event")]
    assert {e["kind"] for e in events} == {"pulses_missing"}
    assert {e["event"] for e in events} == {1}
    last = events[-1]
    assert last["open"] is False
    assert last["pulses_low"] <= 60 <= last["pulses_high"]
    assert last["pulse_wh"] == 0.2
    assert len(last["windows"]) == 2
    assert world.meter.verdict == "agree"


def test_a_silent_meter_is_no_meter_and_comes_back():
    world = World()
    world.run_s(100)
    world.messages("")
    world.line.faults = [lambda reply: b""] * 60
    world.run_s(60)
    assert world.meter.verdict == "no_meter"
    assert [body["state"] for _, body in world.messages("availability")] == ["offline"]
    world.line.faults = []
    world.run_s(600)
    assert [body["state"] for _, body in world.messages("availability")] == ["online"]
    assert world.meter.verdict == "agree"
    told = [line for line in world.lines if "no reply" in line]
    assert len(told) == 1 and "check wiring" in told[0]


def test_a_meter_that_never_answered_is_told_on_the_gateways_topic():
    world = World()
    world.line.faults = [lambda reply: b""] * 60
    world.run_s(10)
    topic, body = world.messages("event")[0]
    assert topic == b"base/v1/gw/event"
    assert body["kind"] == "no_meter" and body["meter"] is None


def test_damaged_telegrams_cost_nothing():
    world = World()
    hurt = lambda reply: reply[:10] + b"\xff" + reply[11:]  # noqa: E731
    world.line.faults = [None, None] + [hurt, None] * 50
    world.run_s(600)
    assert world.meter.failures == 0
    assert world.meter.verdict == "agree"


def test_another_meter_at_the_address_is_told_and_checked_anew():
    world = World()
    world.run_s(600)
    world.messages("")
    world.slave._secondary = bytes.fromhex("7904251632ad0102")
    world._base += 777 * 36000000000
    world.run_s(20)
    events = world.messages("event")
    assert [body["kind"] for _, body in events] == ["meter_exchanged"]
    world.run_s(600)
    assert world.meter.verdict == "agree"
    assert world.messages("event") == []


def test_a_register_that_falls_is_told_and_no_pulses_are_blamed():
    world = World()
    world.run_s(600)
    world.messages("")
    world._base -= 100 * 36000000000
    world.source.lost -= 100 * 50
    world.run_s(600)
    assert [body["kind"] for _, body in world.messages("event")] == ["register_fell"]
    assert world.meter.verdict == "agree"


def test_declared_one_way_energy_that_is_not_is_told():
    world = World()
    world.run_s(100)
    world.export += 1
    world.run_s(700)
    kinds = [body["kind"] for _, body in world.messages("event")]
    assert kinds == ["other_direction_moved"]
    assert world.meter.check.direction == "both"


def test_values_out_of_range_are_flagged():
    world = World()
    world.voltage = 28000
    world.run_s(5)
    assert world.messages("reading")[0][1]["flags"] == ["voltage_out_of_range"]


def test_a_light_that_may_have_lost_pulses_says_so():
    world = World()
    world.source.lossy = True
    world.run_s(5)
    assert "light_may_have_lost" in world.messages("reading")[0][1]["flags"]


def test_a_meter_without_a_light_is_read_without_a_check():
    world = World(light=False)
    world.run_s(100)
    _, body = world.messages("reading")[0]
    assert "verdict" not in body and "pulses" not in body
    assert abs(body["energy_import_kwh"] - 5.0) < 0.05


def test_a_missing_register_is_flagged_and_the_rest_published():
    world = World(profile="finder-7e23")
    world.run_s(5)
    _, body = world.messages("reading")[0]
    assert "register_missing" in body["flags"]
    assert "energy_import_kwh" not in body


def test_polls_keep_their_beat():
    world = World()
    world.run_s(1000)
    assert 99 <= world.meter.polls <= 101
