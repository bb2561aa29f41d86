# not in WebAssembly: it has no asyncio
"""The state at one moment: whole, true, and the same over MQTT and on the console."""

import asyncio
import json
import sys

from appport import CONFIG, SECRETS, FakePort, RealTime, app_on
from busline import BusLine
from mqttbroker import Network

from lumbus.sim.slave import Slave
from mbus_service.encode import encode_record
from uplink.snapshot import light_state, parts

ROOT = b"lumbus/v1/020000000001/"


def snapshot(app):
    return json.loads("".join(parts(app)))


def test_before_anything_has_happened():
    told = snapshot(app_on(FakePort(CONFIG)))
    assert (told["gateway"], told["mode"], told["boot"]) == ("020000000001", "running", 1)
    assert told["wifi"] is told["time"] is None and told["events"] == []
    assert told["mqtt"]["connected"] is False and told["mqtt"]["failure"] is None
    assert (told["bus"]["baud"], told["bus"]["parity"], told["bus"]["no_reply"]) == (2400, "even", 0)
    meter = told["meters"][0]
    assert meter["meter"] is meter["available"] is meter["reading"] is meter["age_s"] is None
    assert (meter["address"], meter["light"], meter["light_state"], meter["verdict"]) == (1, 0, "unknown", "unknown")
    assert SECRETS["mqtt_password"] not in json.dumps(told)


def run_until(app, port, done):
    port.is_over = done
    asyncio.run(app.run())


def test_with_readings_and_a_broker():
    port = FakePort(CONFIG, RealTime())
    app = app_on(port)
    told = []

    def done():
        if any(topic.endswith(b"/reading") for topic, _, _ in port.network.published):
            told.append(snapshot(app))
        return bool(told)

    run_until(app, port, done)
    meter = told[0]["meters"][0]
    assert meter["available"] is True and meter["failure"] is None and meter["verdict"] == "learning"
    published = [p for t, p, _ in port.network.published if t.endswith(b"/reading")]
    assert meter["reading"] == json.loads(published[0])
    assert 0 <= meter["age_s"] < 5
    mqtt = told[0]["mqtt"]
    assert mqtt["connected"] is True and mqtt["failure"] is None and mqtt["sessions"] == 1


def test_why_nothing_comes():
    port = FakePort(CONFIG, RealTime())
    port.network = Network(port.clock, ("refuse",))
    app = app_on(port)
    app.meters[0].address = 7
    run_until(app, port, lambda: app.meters[0].failures and app.publisher.failures)
    told = snapshot(app)
    assert told["meters"][0]["failure"].startswith("no reply from address 7 within ")
    assert "check wiring, address and baud rate" in told["meters"][0]["failure"]
    assert told["meters"][0]["verdict"] == "no_meter"
    assert "cannot connect" in told["mqtt"]["failure"]
    # That nobody has answered yet was an event.
    assert [event["kind"] for event in told["events"]] == ["no_meter"]


def test_the_last_events_are_kept():
    app = app_on(FakePort(CONFIG))
    for number in range(7):
        app.note("kind", "text %d" % number)
    assert [event["text"] for event in snapshot(app)["events"]] == ["text 3", "text 4", "text 5", "text 6"]


class Powered(FakePort):
    """Its meter's register stands still, its power does not have to."""

    power_w = 0

    def serial(self, baud, parity="even"):
        return BusLine(self.clock, [Slave(1, bytes(8), self.body)], baud)

    def body(self):
        return encode_record(b"\x04", b"\x84\x3b", 12345) + encode_record(b"\x04", b"\x2b", self.power_w)


def lit(power_w, then_ms, pulses=0):
    """What is said of the light so long after a reading, and after so many pulses that came before it."""
    port = Powered(CONFIG, RealTime())
    port.power_w = power_w
    app = app_on(port)
    meter = app.meters[0]
    if pulses:
        meter.light.history.add(port.clock.now, pulses)
    asyncio.run(meter.poll())
    assert meter.reading.numbers["power"] == (power_w, 0)
    port.clock.now += then_ms
    return light_state(meter, port.clock.now)


def test_a_light_is_dark_where_pulses_are_due():
    assert lit(0, 600000) == "unknown"
    assert lit(0, 600000, pulses=3) == "ok"
    # At 600 W there is a pulse every 1.2 s.
    assert lit(600, 3000) == "unknown" and lit(600, 3000, pulses=3) == "ok"
    assert lit(600, 20000) == lit(600, 20000, pulses=3) == "dark"
    # At 6 W every 120 s.
    assert lit(6, 400000, pulses=3) == "ok" and lit(6, 600000, pulses=3) == "dark"


def ask(port, app, typed):
    """Lines on the console for what is typed on it."""
    left = [typed]
    port.lines.clear()

    async def run():
        task = asyncio.create_task(app.remote.listen(lambda: None, lambda: left.pop() if left else b""))
        for _ in range(400):
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(run())
    return [json.loads(line[13:]) for line in port.lines if line.startswith("lumbus reply ")]


def test_the_console_answers_like_the_broker():
    port = FakePort(CONFIG, RealTime())
    app = app_on(port)
    answers = ask(port, app, b'\x04garbage\r\nlumbus state\r\nlumbus poll 1\nlumbus dance {"id": 3}\nlumbus lo')
    assert [answer["verb"] for answer in answers] == ["state", "poll", "dance"]
    assert answers[0]["ok"] and answers[0]["state"]["gateway"] == "020000000001"
    assert answers[1]["text"] == "1 meter will be read at once"
    assert answers[2]["id"] == 3 and not answers[2]["ok"]
    assert ask(port, app, b"x" * 1000) == [] and ask(port, app, b"lumbus state\n")
    assert sys.implementation.name == "cpython" or "uplink.snapshot" not in sys.modules


def test_the_broker_gets_it_in_pieces_that_are_one():
    port = FakePort(CONFIG, RealTime())
    app = app_on(port)
    asked = []

    def done():
        if app.publisher.connected and not asked:
            asked.append(1)
            app.remote.hear(ROOT + b"cmd/state", b'{"id": 9}', False)
        return any(topic == ROOT + b"reply/state" for topic, _, _ in port.network.published)

    run_until(app, port, done)
    (told,) = [(p, r) for t, p, r in port.network.published if t == ROOT + b"reply/state"]
    answer = json.loads(told[0])
    assert (answer["id"], answer["ok"], answer["state"]["mqtt"]["connected"]) == (9, True, True)
    assert not told[1] & 1
