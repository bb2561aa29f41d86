# not in WebAssembly: it has no asyncio
"""A start says what is in force, and the info topic has it; neither has a secret."""

import json

from appport import CONFIG, FakePort, app_on, refusal


def test_the_start_says_what_is_in_force():
    port = FakePort(CONFIG)
    app_on(port)
    text = "\n".join(port.lines)
    for part in (
        "in force: broker broker:1883, plain MQTT",
        "in force: topics lumbus/v1/020000000001, ",
        "in force: journal of 512 KiB",
        "in force: meter 1: m1pro40, import, light 0, read every 1 s on the mean (1...4 s)",
    ):
        assert part in text, text
    assert "hunter2" not in text


def test_the_info_has_all_of_it():
    info = json.loads(app_on(FakePort(CONFIG)).publisher.info)
    assert info["platform"] == "fake" and info["version"]
    mqtt = info["config"]["mqtt"]
    assert (mqtt["user"], mqtt["password"], mqtt["port"], mqtt["discovery"]) == ("me", "(set)", 1883, True)
    assert info["config"]["meters"][0]["poll_most_s"] == 4 and info["config"]["ntp"] == ["pool.ntp.org"]


def test_an_older_version_is_a_line_at_each_start():
    old = {
        "version": 1,
        "wifi": {"ssid": "home", "password": "swordfish"},
        "mqtt": {"host": "broker"},
        "meters": CONFIG["meters"],
    }
    port = FakePort(old)
    port.storage.texts.pop("secrets.json")
    before = dict(port.storage.texts)
    for _ in range(2):
        port.lines = []
        app = app_on(port)
        told = [line for line in port.lines if "taken as of" in line]
        assert told == ["config: of version 1, taken as of 2; `lumbus config migrate` rewrites it"]
        assert "swordfish" not in app.publisher.info + "\n".join(port.lines)
    assert port.storage.texts["config.json"] == before["config.json"]
    assert "secrets.json" not in port.storage.texts


def test_a_mistyped_key_gets_the_one_that_is_meant():
    config = dict(CONFIG)
    config["mqtt"] = dict(CONFIG["mqtt"], hots="broker")
    lines = refusal(config)
    assert lines[0].startswith("config: mqtt.hots: unknown; did you mean host? known are base, ")
    assert len(lines) == 2 and "nothing was started" in lines[1]
