"""The Node-RED flow: that it is whole, and its functions, run by node over what the firmware publishes."""

import json

import published
from docpages import ROOT
from flow import played
from telegraf import matches

FLOW = json.loads((ROOT / "tools" / "headend" / "node-red" / "lumbus.json").read_text())
BY_ID = {node["id"]: node for node in FLOW}


def function(name: str, messages: list) -> dict:
    (node,) = [each for each in FLOW if each["type"] == "function" and each["id"] == "lumbus-" + name]
    return played(node["func"], messages)


def test_the_flow_is_whole():
    assert len(BY_ID) == len(FLOW)
    for node in FLOW:
        assert all(target in BY_ID for wires in node.get("wires", ()) for target in wires)
        assert node["type"] in ("tab", "mqtt-broker", "mqtt in", "function", "debug", "trigger")
        if node["type"] not in ("tab", "mqtt-broker"):
            assert BY_ID[node["z"]]["type"] == "tab"
    listening = [node for node in FLOW if node["type"] == "mqtt in"]
    assert all(node["qos"] == "1" and node["datatype"] == "json" and BY_ID[node["broker"]] for node in listening)
    topics = [published.reading(1)[0], published.check("agree")[0], published.event()[0], published.status()[0]]
    assert [[t for t in topics if matches(node["topic"], t)] for node in listening] == [[topic] for topic in topics]
    # Every way ends where somebody is told.
    reached = {"lumbus-once": "lumbus-readings", "lumbus-verdict": "lumbus-alert", "lumbus-event": "lumbus-alert"}
    assert all(BY_ID[name]["wires"] == [[end]] for name, end in reached.items())
    assert BY_ID["lumbus-state"]["wires"] == [["lumbus-silent"]] and BY_ID["lumbus-silent"]["wires"] == [
        ["lumbus-alert"]
    ]
    silent = BY_ID["lumbus-silent"]
    assert (silent["duration"], silent["units"], silent["bytopic"]) == ("10", "min", "topic")
    broker = BY_ID["lumbus-broker"]
    assert broker["cleansession"] is False and broker["clientid"] and "credentials" not in broker


def test_each_reading_passes_once():
    order = [1, 2, 2, 1, 3]
    out = function("once", [published.reading(seq, replayed=seq == 1) for seq in order])
    assert [sent and sent["payload"]["seq"] for sent in out["sent"]] == [1, 2, None, None, 3]
    first = out["sent"][0]
    assert (first["gateway"], first["meter"]) == (published.GATEWAY, published.METER)
    assert first["time"] == "2026-11-23T21:17:43.672Z" and out["warned"] == []


def test_a_reading_without_time_and_what_is_none():
    topic = published.reading(1)[0]
    out = function("once", [published.reading(1, ts_ms=None), (topic, '"text"'), (topic, "{}"), (topic, "null")])
    assert out["sent"][0]["time"] is None and out["sent"][1:] == [None] * 3
    assert len(out["warned"]) == 3


def test_what_is_remembered_is_bounded():
    out = function("once", [published.reading(seq) for seq in [*range(1, 2102), 1, 2101]])
    # The first was forgotten, the last was not.
    assert out["sent"][-2] is not None and out["sent"][-1] is None


def test_a_disagreement_is_told_when_it_begins_and_when_it_is_over():
    words = ["agree", "pulses_missing", "pulses_missing", "learning", "agree", "learning", "register_stuck"]
    out = function("verdict", [published.check(word) for word in words])
    assert [sent and sent["payload"] for sent in out["sent"]] == [
        None,
        "Meter 16250476: pulses missing",
        None,
        None,
        "Meter 16250476: register and light agree again",
        None,
        "Meter 16250476: register stuck",
    ]
    assert [each["text"] for each in out["status"]] == ["1 disagree", "all agree", "1 disagree"]


def test_an_event_is_told_once_and_not_that_it_is_over():
    events = [published.event(), published.event(), published.event(still_open=False)]
    out = function("event", [*events, published.note("safe_mode", "5 starts did not last")])
    assert [sent and sent["payload"] for sent in out["sent"]] == [
        "Meter 16250476: pulses missing: 32 to 129 pulses",
        None,
        None,
        "Gateway 020000000001: safe mode: 5 starts did not last",
    ]


def test_a_gateway_that_comes_back_ends_the_waiting():
    out = function("state", [published.status("will"), published.status()])
    assert out["sent"][0]["payload"] == "Gateway 020000000001: not heard of for ten minutes"
    assert out["sent"][1] == {"topic": published.GATEWAY, "reset": True}
