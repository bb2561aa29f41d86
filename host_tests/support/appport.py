"""The whole application over a fake port, with one meter on a simulated bus."""

import json

from busline import BusLine
from memfiles import MemFiles
from mqttbroker import Network
from simtime import SimClock

from lumbus.sim.slave import Slave
from mbus_service.encode import encode_record
from uplink.boots import count_boot
from uplink.preparing import prepare
from uplink.start import main
from uplink.wiring import build

CONFIG = {
    "version": 2,
    "mqtt": {"host": "broker", "tls": False, "user": "me"},
    "meters": [{"profile": "m1pro40", "address": 1, "poll_s": 1, "energy": "import", "light": 0}],
}


SECRETS = {"version": 1, "mqtt_password": "hunter2"}


class Storage:
    def __init__(self, **texts):
        self.texts = {name.replace("_", "."): text for name, text in texts.items()}

    def read(self, name):
        return self.texts.get(name)

    def read_bytes(self, name):
        text = self.texts.get(name)
        return text.encode() if isinstance(text, str) else text

    def write(self, name, text):
        self.texts[name] = text

    def write_bytes(self, name, data):
        self.texts[name] = data

    def names(self, folder=None):
        return list(self.texts) if folder is None else []

    def remove(self, name):
        self.texts.pop(name, None)


class Watchdog:
    fed = 0

    def feed(self):
        self.fed += 1


class Pulses:
    def update(self, history):
        pass

    def may_have_lost(self):
        return False


def body():
    return encode_record(b"\x04", b"\x84\x3b", 12345)


class FakePort:
    """The port interface, whole, on one screen."""

    name = "fake"

    def __init__(self, config, clock=None):
        self.clock = clock or SimClock()
        self.network = Network(self.clock)
        text = config if isinstance(config, str) else json.dumps(config)
        self.storage = Storage(config_json=text, secrets_json=json.dumps(SECRETS))
        self.watchdog = Watchdog()
        self.lines = []
        self.folders = {}
        self.gap_ms = None
        self.over = False

    def serial(self, baud, parity="even"):
        return BusLine(self.clock, [Slave(1, bytes(8), body)], baud)

    def pulses(self, number, qualify):
        self.gap_ms = qualify.gap_ms
        return Pulses()

    def folder(self, name):
        return self.folders.setdefault(name, MemFiles())

    def identity(self):
        return "020000000001"

    def random_below(self, limit):
        return 0

    def console(self, line):
        self.lines.append(line)

    def is_over(self):
        return self.over

    def reset(self):
        raise AssertionError("reset")

    def end(self, code):
        pass


def app_on(port):
    ready = prepare(port)
    assert ready is not None, port.lines
    return build(port, count_boot(port, port.console), *ready)


def refusal(config):
    port = FakePort(config)
    assert main(port) == 2
    return [line for line in port.lines if not line.startswith("in force: ")]


class RealTime(SimClock):
    """asyncio's own time, a thousand times as fast."""

    async def sleep_ms(self, ms):
        import asyncio

        until = self.now + ms
        while self.now < until:
            self.now += 1
            await asyncio.sleep(0)
