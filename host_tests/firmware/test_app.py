# not in WebAssembly: it has no asyncio
"""The whole application over a fake port: starts, publishes, ends; refuses bad configurations."""

import asyncio
import json
import sys

from appport import CONFIG, FakePort, RealTime, Storage, app_on, refusal

from uplink.start import _plan as plan
from uplink.start import main


def test_the_boot_count_is_written_before_it_is_used():
    port = FakePort(CONFIG)
    app_on(port)
    assert port.storage.read("boot") == "1"
    app = app_on(port)
    assert port.storage.read("boot") == "2"
    assert app.status.boot == 2


def test_the_gap_filter_leaves_true_pulses_alone():
    port = FakePort(CONFIG)
    app_on(port)
    # 13.25 kW at 5000 imp/kWh: 54 ms between pulses; half of that.
    assert port.gap_ms == 27


def test_a_configuration_that_is_not_there_or_no_json_stops_before_the_start():
    port = FakePort(CONFIG)
    port.storage = Storage()
    assert main(port) == 2
    assert "config.json: not there" in port.lines[0]
    assert "not valid JSON" in refusal('{"version": 1,')[0]


def test_every_fault_of_the_configuration_is_a_line():
    lines = refusal({"mqtt": {"password": "hunter2"}, "meters": [{}]})
    text = "\n".join(lines)
    for path in ("version", "mqtt.host", "mqtt.password", "meters[0].profile", "meters[0].address"):
        assert "config: " + path in text, path
    assert "hunter2" not in text
    assert "nothing was started" in lines[-1]


def test_a_profile_that_does_not_exist_is_told():
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0]["profile"] = "nothing"
    assert "there is no profile nothing" in refusal(config)[0]


def test_a_meter_without_export_register_needs_one_way_energy():
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0].update({"profile": "finder-7e23", "energy": "both"})
    assert "set energy to import" in refusal(config)[0]


def test_every_fault_of_profiles_and_lights_is_told_at_once():
    config = json.loads(json.dumps(CONFIG))
    config["meters"] = [
        {"profile": "nothing", "address": 1},
        {"profile": "nowhere", "address": 2},
        {"profile": "m1pro40", "address": 3, "light": 7},
    ]
    port = FakePort(config)

    def no_light(number, qualify):
        raise ValueError("there is no light %d" % number)

    port.pulses = no_light
    assert main(port) == 2
    assert [line for line in port.lines if "in force" not in line][:3] == [
        "config: meters[0]: there is no profile nothing",
        "config: meters[1]: there is no profile nowhere",
        "config: meters[2]: light: there is no light 7",
    ]


def test_a_line_that_cannot_be_opened_is_told():
    port = FakePort(CONFIG)

    def no_line(baud, parity):
        raise OSError("cannot open the serial line /dev/nothing")

    port.serial = no_line
    assert main(port) == 2
    assert port.lines[-2] == "config: bus: cannot open the serial line /dev/nothing"


def test_a_configuration_that_cannot_be_read_is_told():
    port = FakePort(CONFIG)

    def fail(name):
        raise OSError(5, "EIO")

    port.storage.read = fail
    assert main(port) == 2
    assert "config.json: cannot be read" in port.lines[0]


def test_a_lost_boot_count_goes_on_above_all_that_were():
    port = FakePort(CONFIG)
    port.storage.texts["boot"] = "gibberish"
    app = app_on(port)
    assert app.status.boot >= 1 << 20


def test_a_storage_that_cannot_be_written_is_told_and_the_job_goes_on():
    port = FakePort(CONFIG)

    def fail(name, text):
        raise OSError(28, "ENOSPC")

    port.storage.write = fail
    app_on(port)
    assert any("cannot write the boot count" in line for line in port.lines)


def test_it_reads_publishes_and_ends_in_good_order():
    port = FakePort(CONFIG, RealTime())
    network = port.network

    def is_over():
        return len([t for t, _, _ in network.published if t.endswith(b"reading")]) >= 3

    port.is_over = is_over
    assert main(port) == 0
    topics = [topic for topic, _, _ in network.published]
    assert topics[0] == b"lumbus/v1/020000000001/info"
    readings = [json.loads(p) for t, p, _ in network.published if t.endswith(b"/reading")]
    assert [r["seq"] for r in readings] == list(range(1, len(readings) + 1))
    assert readings[0]["energy_import_kwh"] == 123.45
    assert readings[0]["verdict"] == "learning"
    last = json.loads(network.published[-1][1])
    assert last["state"] == "offline"
    assert last["accepted"] == last["acknowledged"] == len(readings)
    assert last["task_failures"] == {}
    assert network.goodbyes == 1
    assert port.watchdog.fed > 0
    assert not any(b"hunter2" in p for _, p, _ in network.published)


def test_in_safe_mode_everything_goes_on_but_the_network():
    port = FakePort(CONFIG, RealTime())
    port.storage.texts["starts.json"] = '{"causes": {}, "quick": 5}'
    app = app_on(port)
    # Half an hour later it ends in good order, to start again.
    assert app.restart_ms == port.clock.now + 1800000
    app.restart_ms -= 1780000
    asyncio.run(app.run())
    assert app.restart_why == "safe mode is over"
    assert port.network.opened == 0
    assert app.outbox.accepted >= 4 and app.outbox.backlog.waiting >= 5
    assert any("safe_mode" in line for line in port.lines)
    assert json.loads(app.status("online"))["starts"]["safe"] is True


def ran(slot):
    """This start's application is in that folder."""
    sys.path[:] = [folder for folder in sys.path if folder not in ("/a", "/b")] + ["/" + slot]


def test_a_start_that_lasts_is_noted():
    ran("b")
    port = FakePort(dict(CONFIG, safe_minutes=1), RealTime())
    port.storage.texts["slot.json"] = '{"run": "b", "good": "a", "trial": "b", "tries": 1}'
    app = app_on(port)
    assert json.loads(port.storage.texts["starts.json"])["quick"] == 1
    port.is_over = lambda: port.clock.now > 70000
    asyncio.run(app.run())
    assert json.loads(port.storage.texts["starts.json"])["quick"] == 0
    # What was on trial is the good one.
    assert json.loads(port.storage.texts["slot.json"]) == {"run": "b", "good": "b", "trial": None, "tries": 0}


def test_a_restart_that_is_meant_does_not_count_against_a_trial():
    ran("b")
    port = FakePort(CONFIG, RealTime())
    port.storage.texts["slot.json"] = '{"run": "b", "good": "a", "trial": "b", "tries": 3}'
    app = app_on(port)
    app.restart("asked for")
    plan(port, app)
    assert json.loads(port.storage.texts["slot.json"])["tries"] == 2
    assert json.loads(port.storage.texts["starts.json"])["planned"] == "asked for"


def test_what_lives_through_a_reset_is_younger_than_the_flash():
    class Retained:
        texts = {}

        def read(self, name):
            return self.texts.get(name)

        def write(self, name, text):
            self.texts[name] = text
            return True

    port = FakePort(CONFIG, RealTime())
    port.retained = Retained()
    app = app_on(port)
    port.is_over = lambda: port.clock.now > 20000
    asyncio.run(app.run())
    kept = json.loads(port.retained.texts["check-1.json"])
    assert kept["identity"] == "0000000000000000" and kept["total"][0] <= kept["total"][1]
    again = FakePort(CONFIG)
    again.retained = port.retained
    again.storage.texts["check-1.json"] = '{"identity": "1111111111111111"}'
    assert app_on(again).meters[0].check.memory.identity == "0000000000000000"
