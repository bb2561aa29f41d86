# not in WebAssembly: it has no asyncio
"""Several meters on one bus: each has its own light and its own check; one without a light is read all the same."""

import json

from appport import CONFIG, FakePort, RealTime
from busline import BusLine

from lumbus.sim.slave import Slave
from mbus_service.encode import encode_record
from uplink.start import main

WATTS = (9000, 4500, 2000)


class Bus(FakePort):
    """Three meters with loads of their own; the second one's light loses pulses from a moment on."""

    def __init__(self, config, until_ms):
        FakePort.__init__(self, config, RealTime())
        self.lost = 0
        self.until_ms = until_ms

    def pulses_of(self, meter):
        return 7000000 * (meter + 1) + WATTS[meter] * self.clock.ms() // 720000

    def serial(self, baud, parity):
        def body(meter):
            return lambda: encode_record(b"\x04", b"\x84\x3b", self.pulses_of(meter) // 50)

        slaves = [Slave(n + 1, bytes((0, 0, 0, n, 0, 0, 0, 2)), body(n)) for n in range(3)]
        return BusLine(self.clock, slaves, baud)

    def pulses(self, number, qualify):
        bus = self

        class Light:
            def update(self, history):
                history.add(bus.clock.ms(), bus.pulses_of(number) - (bus.lost if number else 0))

            def may_have_lost(self):
                return False

        return Light()

    def is_over(self):
        now = self.clock.ms()
        if now > self.until_ms // 2:
            self.lost = 500
        return now > self.until_ms


def test_each_meter_has_its_own_light_and_check():
    config = json.loads(json.dumps(CONFIG))
    meter = {"profile": "m1pro40", "energy": "import", "poll_s": 5, "poll_least_s": 5, "poll_most_s": 5}
    config["meters"] = [dict(meter, address=1, light=0), dict(meter, address=2, light=1), dict(meter, address=3)]
    port = Bus(config, 600000)
    assert main(port) == 0
    readings, events = {}, {}
    for topic, payload, _ in port.network.published:
        parts = topic.decode().split("/")
        if parts[-1] == "reading":
            readings.setdefault(parts[3], []).append(json.loads(payload))
        elif parts[-1] == "event":
            events.setdefault(json.loads(payload)["meter"], []).append(json.loads(payload)["kind"])
    assert len(readings) == 3
    sound, losing, dark = [readings[name] for name in sorted(readings)]
    verdicts = [{r.get("verdict") for r in one} for one in (sound, losing, dark)]
    assert verdicts == [{"learning", "agree"}, {"learning", "agree", "pulses_missing"}, {None}]
    assert "pulses" not in dark[-1]
    assert dark[-1]["energy_import_kwh"] > 0
    assert set(events[sorted(readings)[1]]) == {"pulses_missing"} and len(events) == 1
