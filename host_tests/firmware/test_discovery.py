# not in WebAssembly: it has no asyncio
"""Home Assistant's discovery: what is announced is what it takes, and when."""

import json

from appport import CONFIG, FakePort, app_on
from ha_schema import faults

from uplink.discovery import payloads

METER = "16250476ad320102"


def made(known=True, **changes):
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0].update(changes.pop("meter", {}))
    config["mqtt"].update(changes)
    app = app_on(FakePort(config))
    if known:
        app.meters[0].identity = METER
    return app


def told(app, gone=()):
    """Each part is asked for twice, and the same then."""
    made = []
    for topic, parts in payloads(app, "1.2.3", gone):
        text = "".join(parts())
        assert "".join(parts()) == text
        made.append((topic.decode(), text))
    return made


def parsed(app):
    return {topic: json.loads(text) for topic, text in told(app)}


def meter_of(app):
    return parsed(app)["homeassistant/device/lumbus_020000000001_%s/config" % METER]


def test_all_that_is_announced_is_taken():
    for meter in (
        {},
        {"energy": "both"},
        {"energy": "export", "poll_s": 5},
        {"light": None},
        {"profile": "finder-7e23", "energy": "import"},
        {"profile": "finder-7e23", "energy": "import", "light": None},
    ):
        app = made(meter=meter)
        messages = parsed(app)
        assert len(messages) == 2
        for topic in messages:
            assert faults(topic, messages[topic]) == [], meter
            assert len(json.dumps(messages[topic])) < 4096


def test_a_meter_has_what_its_profile_and_declaration_name():
    both = meter_of(made(meter={"energy": "both"}))["cmps"]
    assert "energy_import_kwh" in both and "energy_export_kwh" in both and "energy_fused_kwh" in both
    single = meter_of(made(meter={"energy": "import", "light": None}))["cmps"]
    assert "energy_export_kwh" not in single and "energy_fused_kwh" not in single and "power_w" in single
    assert both["energy_import_kwh"]["stat_cla"] == "total_increasing"
    # It may be corrected down by less than its bound.
    assert both["energy_fused_kwh"]["stat_cla"] == "total"
    whole = meter_of(made())
    assert whole["avty_mode"] == "all"
    assert [each["t"].rsplit("/", 1)[1] for each in whole["avty"]] == ["status", "availability"]
    assert whole["dev"]["via_device"] == "lumbus_020000000001"


def test_the_gateway_stays_seen_when_it_is_away():
    gateway = parsed(made())["homeassistant/device/lumbus_020000000001/config"]
    assert "avty" not in gateway and "avty" not in gateway["cmps"]["online"]
    assert gateway["cmps"]["waiting"]["avty"][0]["t"] == "lumbus/v1/020000000001/status"
    assert gateway["cmps"]["restart"]["cmd_t"] == "lumbus/v1/020000000001/cmd/restart"
    # What a button sends is no payload that a command would misread.
    assert {gateway["cmps"][verb]["pl_prs"] for verb in ("poll", "identify", "restart")} == {"{}"}


def test_a_meter_that_was_exchanged_is_taken_back():
    app = made(discovery_prefix="ha")
    assert told(app, ["1111"])[0] == ("ha/device/lumbus_020000000001_1111/config", "")


def test_it_is_told_in_each_session_when_a_meter_is_known_and_when_home_assistant_starts():
    app = made(known=False)
    told = []
    app.publisher.announce = lambda messages: told.append([topic for topic, _ in messages])
    remote, clock = app.remote, app.clock
    remote.look()
    assert not told
    app.publisher.connected = True
    remote.look()
    assert [len(topics) for topics in told] == [1]
    app.meters[0].identity = METER
    remote.look()
    remote.look()
    assert [len(topics) for topics in told] == [1, 2]
    app.random_below = lambda limit: limit - 1
    remote.hear(b"homeassistant/status", b"offline", False)
    remote.hear(b"homeassistant/status", b"online", False)
    remote.look()
    assert len(told) == 2
    clock.now += 8000
    remote.look()
    assert len(told) == 3
    app._restate()
    remote.look()
    assert len(told) == 4
    app.meters[0].identity = "22" * 8
    remote.look()
    assert told[4][0].endswith(METER.encode() + b"/config") and len(told[4]) == 3


def test_it_can_be_switched_off():
    app = made(discovery=False)
    app.publisher.connected = True
    app.remote.look()
    assert app.publisher._extra is None and app.publisher.subscriptions == [b"lumbus/v1/020000000001/cmd/+"]
    assert b"homeassistant/status" in made().publisher.subscriptions


def sound():
    return {
        "dev": {"ids": ["a"], "name": "A"},
        "o": {"name": "x"},
        "stat_t": "t",
        "cmps": {
            "e": {"p": "sensor", "uniq_id": "a_e", "dev_cla": "energy", "unit_of_meas": "kWh", "stat_cla": "total"},
            "b": {"p": "button", "uniq_id": "a_b", "cmd_t": "c"},
        },
    }


def test_the_rules_refuse_what_home_assistant_refuses():
    topic = "homeassistant/device/a/config"
    assert faults(topic, sound()) == []
    e = ("cmps", "e")
    for path, value, words in (
        (("dev", "ids"), [], "identifiers"),
        (("dev", "colour"), "red", "unknown option colour"),
        (("o",), {}, "origin is missing"),
        (("o", "name"), "", "origin has no name"),
        (("cmps",), {}, "components is missing"),
        (e + ("p",), "thermometer", "platform thermometer is not known"),
        (e + ("uniq_id",), None, "unique_id"),
        (e + ("uniq_id",), "a_b", "two components have one unique_id"),
        (e + ("unit_of_meas",), "W", "energy is not measured in W"),
        (e + ("stat_cla",), "measurement", "energy has no state_class measurement"),
        (e + ("dev_cla",), "warmth", "device_class warmth is not known"),
        (e + ("ent_cat",), "config", "no config"),
        (e + ("cmd_t",), "x", "a sensor has no option command_topic"),
        (e + ("ops",), ["a"], "belong together"),
        (("cmps", "b", "cmd_t"), "c/#", "wildcard"),
        (("cmps", "b", "dev_cla"), "problem", "device_class problem is not known"),
        (("stat_t",), "", "has no state_topic"),
        (("avty",), [{"val_tpl": "x"}], "no topic"),
        (("avty_mode",), "most", "availability_mode"),
        (("color",), 1, "unknown option color"),
    ):
        message = sound()
        place = message
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        if value is None:
            del place[path[-1]]
        found = faults(topic, message)
        assert len(found) == 1 and words in found[0], (path, found)
    for bad in ("homeassistant/sensor/a/config", "homeassistant/device/a b/config", "ha/device/a/config"):
        assert len(faults(bad, sound())) == 1
