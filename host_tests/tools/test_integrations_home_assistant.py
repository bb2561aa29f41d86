"""The Home Assistant package: what is in it is known there, its ids are those of discovery, its templates render."""

import ast
import json
import re

import published
import pytest
import yaml
from docpages import ROOT
from entities import discovered, slug
from ha_package import faults, rendered, state

FILE = ROOT / "tools" / "headend" / "home-assistant" / "packages" / "lumbus.yaml"
PACKAGE = yaml.safe_load(FILE.read_text())
BINARY, SENSOR = (block[kind] for block, kind in zip(PACKAGE["template"], ("binary_sensor", "sensor"), strict=True))
KNOWN = [
    state("binary_sensor.meter_16250476_disagreement", "off"),
    state("binary_sensor.meter_16250477_disagreement", "on"),
    state("binary_sensor.meter_16250478_disagreement", "unavailable"),
    state("binary_sensor.lumbus_000001_connection", "on"),
    state("binary_sensor.lumbus_000002_connection", "off"),
    state("binary_sensor.lumbus_000003_connection", "unavailable"),
    state("binary_sensor.door", "on"),
    state("sensor.meter_16250476_verdict", "agree"),
    state("sensor.meter_16250477_verdict", "pulses_missing"),
    state("sensor.outside", "agree"),
]


@pytest.fixture(scope="module")
def ids() -> set[str]:
    """What there is by discovery, and by the package itself."""
    found = discovered(published.METER)
    found |= {"binary_sensor." + slug(each["name"]) for each in BINARY}
    return found | {"sensor." + slug(each["name"]) for each in [*SENSOR, *PACKAGE["mqtt"]["sensor"]]}


def test_all_of_it_is_known_there():
    assert faults(PACKAGE) == []
    texts = re.findall(r"unique_id: (\S+)|- id: (\S+)", FILE.read_text())
    assert len(set(texts)) == len(texts) > 8
    wrong = {"alert": {"x": {"name": "x", "entity_id": "y", "state": True, "repeat": 1, "notifiers": ["z"], "when": 1}}}
    assert faults(wrong) == ["alert: x: unknown option when", "alert: x: state must be a text"]


def test_every_id_is_one(ids):
    told = set(re.findall(r"\b(?:sensor|binary_sensor)\.(?:meter_\d+|lumbus)_\w+", FILE.read_text()))
    named = {each for each in told if not each.endswith("_")}
    assert named <= ids and len(named) == 4
    # What is matched by a pattern is there as well.
    patterns = set(re.findall(r"'match', '([^']+)'", FILE.read_text()))
    assert len(patterns) == 3
    assert all(any(re.match(pattern, each) for each in ids) for pattern in patterns)


def test_disagreements_and_silent_gateways_of_all_are_seen():
    disagreement, silent = BINARY
    assert rendered(disagreement["state"], KNOWN) == "True" and rendered(silent["state"], KNOWN) == "True"
    assert ast.literal_eval(rendered(disagreement["attributes"]["meters"], KNOWN)) == ["16250477"]
    # One of which nothing is known is not heard either.
    assert ast.literal_eval(rendered(silent["attributes"]["gateways"], KNOWN)) == ["000002", "000003"]
    calm = [each for each in KNOWN if each.state in ("off", "agree") and "connection" not in each.entity_id]
    assert rendered(disagreement["state"], calm) == "False" and rendered(silent["state"], calm) == "False"
    (meters,) = SENSOR
    assert rendered(meters["state"], KNOWN) == "2" and rendered(meters["attributes"]["agree"], KNOWN) == "1"


def test_what_the_alerts_say():
    alerts = PACKAGE["alert"]
    for alert, attribute, words in (
        ("lumbus_disagreement", "meters", "Register and light disagree on meter 1, 2."),
        ("lumbus_gateway_silent", "gateways", "Nothing from gateway 1, 2."),
    ):
        message = alerts[alert]["message"]
        assert rendered(message, attributes={(alerts[alert]["entity_id"], attribute): ["1", "2"]}) == words


def told(message: tuple[str, str]) -> tuple[str, str, str, str]:
    """(condition, notification's id, title, message) of an event as it is published."""
    topic, payload = message
    (automation,) = [each for each in PACKAGE["automation"] if each["id"] == "lumbus_event"]
    assert re.fullmatch(automation["triggers"][0]["topic"].replace("+", "[^/]+"), topic)
    data = automation["actions"][0]["data"]
    texts = (automation["conditions"][0]["value_template"], data["notification_id"], data["title"], data["message"])
    trigger = {"topic": topic, "payload_json": json.loads(payload)}
    condition, name, title, text = (rendered(each, trigger=trigger) for each in texts)
    return condition, name, title, text


def test_events_are_told():
    assert told(published.event()) == (
        "True", "lumbus_020000000001_1_3", "Meter 16250476", "pulses_missing: 32 to 129 pulses"
    )  # fmt: skip
    assert told(published.event(still_open=False))[0] == "False"
    assert told(published.note("light_lag_learnt", "2 pulses", published.METER))[0] == "False"
    assert told(published.note("safe_mode", "5 starts did not last")) == (
        "True", "lumbus_020000000001_1_2", "Gateway 020000000001", "safe_mode: 5 starts did not last"
    )  # fmt: skip


def test_the_capture_ratio_is_taken_where_it_is_told():
    low, high = PACKAGE["mqtt"]["sensor"]
    topic, payload = published.check("agree")
    assert low["state_topic"] == high["state_topic"] == topic
    value = json.loads(payload)
    assert (rendered(low["value_template"], value_json=value), rendered(high["value_template"], value_json=value)) == (
        "99.5", "100.0"
    )  # fmt: skip
    value = json.loads(published.check("learning", whole_day=False)[1])
    assert rendered(low["value_template"], value_json=value) == ""
