# not in WebAssembly: it has no asyncio
"""The configuration by the page: told without secrets, kept only whole and right."""

import json

from appport import CONFIG, FakePort, app_on
from webworld import World

DER = b"\x30\x82"


def made():
    world = World()
    world.log_in()
    return world


def texts(world):
    return dict(world.port.storage.texts)


def refused(world, config, secrets=None):
    """The errors; nothing was written, and it does not start again."""
    before = texts(world)
    answer = world.post("settings", {"config": config, "secrets": secrets})
    assert answer.status == 422, answer.body
    assert texts(world) == before and world.app.restart_ms is None
    return answer.json()["errors"]


def test_they_are_told_without_secrets():
    world = made()
    told = world.get("settings").json()
    assert told["config"] == CONFIG
    assert told["secrets"] == {"mqtt_password": True, "web_password": True, "wifi": {}}
    assert told["lights"] == 1 and told["boards"] == []


def test_an_old_configuration_has_its_secrets_taken_out():
    world = made()
    old = {
        "version": 1,
        "wifi": {"ssid": "home", "password": "swordfish"},
        "mqtt": {"host": "b", "password": "hunter2"},
    }
    world.port.storage.texts["config.json"] = json.dumps(old)
    answer = world.get("settings")
    assert b"swordfish" not in answer.body and b"hunter2" not in answer.body
    assert answer.json()["config"]["wifi"] == {"ssid": "home"}


def test_a_good_one_is_kept_and_the_board_starts_again():
    world = made()
    config = json.loads(json.dumps(CONFIG))
    config["gateway"] = "cellar"
    answer = world.post("settings", {"config": config, "secrets": {}})
    assert answer.status == 200 and answer.json() == {"restart": True, "checked": True}
    kept = texts(world)
    assert json.loads(kept["config.json"]) == config and json.loads(kept["config.json.old"]) == CONFIG
    assert json.loads(kept["secrets.json"])["mqtt_password"] == "hunter2"
    assert world.app.restart_ms > world.clock.now
    # What was kept starts.
    port = FakePort(config)
    port.storage.texts = kept
    assert app_on(port).topics.name == "cellar"


def test_secrets_that_are_told_replace_those_that_were():
    world = made()
    config = json.loads(json.dumps(CONFIG))
    config["wifi"] = [{"ssid": "home"}, {"ssid": "café"}]
    secrets = {"mqtt_password": "swordfish", "wifi": {"home": "sesame, open", "café": "open, sesame"}}
    assert world.post("settings", {"config": config, "secrets": secrets}).status == 200
    assert world.post("settings", {"config": config, "secrets": {"wifi": {"café": None}}}).status == 200
    kept = json.loads(texts(world)["secrets.json"])
    assert kept["mqtt_password"] == "swordfish" and kept["wifi"] == {"home": "sesame, open"}
    assert world.get("settings").json()["secrets"]["wifi"] == {"home": True}


def test_null_removes_a_secret():
    world = made()
    config = json.loads(json.dumps(CONFIG))
    del config["mqtt"]["user"]
    assert world.post("settings", {"config": config, "secrets": {"mqtt_password": None}}).status == 200
    assert "mqtt_password" not in json.loads(texts(world)["secrets.json"])
    assert not world.get("settings").json()["secrets"]["mqtt_password"]


def test_every_fault_is_told_and_nothing_is_written():
    world = made()
    errors = refused(world, {"version": 2, "mqtt": {}, "meters": [{"profile": "m1pro40", "address": 251}]})
    paths = [path for path, _ in errors]
    assert "mqtt.host" in paths and "meters[0].address" in paths
    assert refused(world, None)[0][0] == "configuration"
    assert refused(world, [])[0][0] == "configuration"
    assert refused(world, {"version": 1, "mqtt": {"host": "b"}})[0][0] == "version"


def test_what_the_equipment_does_not_have_is_a_fault():
    world = made()
    for change, path in (
        ({"profile": "nothing"}, "meters[0].profile"),
        ({"light": 1}, "meters[0].light"),
        ({"light_gap_ms": 1000}, "meters[0].light"),
    ):
        config = json.loads(json.dumps(CONFIG))
        config["meters"][0].update(change)
        assert refused(world, config)[0][0] == path, change
    config = json.loads(json.dumps(CONFIG))
    config["mqtt"]["tls"] = True
    assert refused(world, config)[0][0] == "mqtt.ca"


def test_wrong_secrets_are_faults_and_not_repeated():
    world = made()
    config = json.loads(json.dumps(CONFIG))
    config["wifi"] = [{"ssid": "home"}]
    for secrets in (
        {"wifi": {"home": "2short!"}},
        {"web_password": "2short!"},
        {"web_password": 12345678},
        {"mqtt_password": ["2short!"]},
        {"2short!": "x"},
    ):
        errors = refused(world, config, secrets)
        assert "secrets.json" in errors[0][0] or "mqtt" in errors[0][1], errors
        assert "2short!" not in json.dumps(errors)
    answer = world.post("settings", {"config": config, "secrets": "2short!"})
    assert answer.status == 422 and b"2short!" not in answer.body


def test_a_certificate_is_taken_and_nothing_else_of_the_kind():
    world = made()
    kind = {"Content-Type": "application/octet-stream"}
    assert world.post("upload?name=ca.der", DER + b"x" * 600, **kind).status == 200
    assert texts(world)["ca.der"] == DER + b"x" * 600
    before = texts(world)
    for name in (
        "config.json",
        "secrets.json",
        "slot.json",
        "update.json",
        "image.json",
        "starts.json",
        "check-1.json",
        "main.py",
        "../ca.der",
        "",
        "a%2f.json",
        "A.json",
        ".json",
    ):
        assert world.post("upload?name=" + name, DER, **kind).status == 422, name
    assert world.post("upload", DER, **kind).status == 422
    answer = world.post("upload?name=ca.der", b"-----BEGIN CERTIFICATE-----", **kind)
    assert answer.status == 422 and "DER" in answer.json()["error"]
    assert world.post("upload?name=ca.der", DER + b"x" * 4095, **kind).status == 413
    assert texts(world) == before


def test_a_profile_is_checked_before_it_is_kept():
    world = made()
    kind = {"Content-Type": "application/octet-stream"}
    with open(__file__.rsplit("/", 3)[0] + "/firmware/uplink/profiles/m1pro40.json") as f:
        profile = f.read()
    assert world.post("upload?name=mine.json", profile.encode(), **kind).status == 200
    assert "mine" in world.get("settings").json()["profiles"]
    for body in (b"{}", b"{", b"\xff"):
        assert world.post("upload?name=other.json", body, **kind).status == 422
    assert "other.json" not in texts(world)


def test_who_signs_new_versions_is_no_setting_of_a_running_board():
    kind = {"Content-Type": "application/octet-stream"}
    for before in (None, {"key": "client.der"}):
        config = dict(CONFIG) if before is None else dict(CONFIG, update=before)
        world = World(config=config)
        world.log_in()
        for name in ("update.der", "client.der")[: 1 if before is None else 2]:
            answer = world.post("upload?name=" + name, DER + b"x" * 420, **kind)
            assert answer.status == 422 and "set-up mode" in answer.json()["error"]
            assert name not in texts(world)
        for update in ({"key": "update.der"}, {"key": "key.der"}, {"key": "client.der", "ca": "ca.der"}):
            assert refused(world, dict(CONFIG, update=update))[0][0] == "update"
        assert world.post("settings", {"config": config, "secrets": {}}).status == 200


def test_on_trial_no_settings_are_taken():
    class Update:
        order = {"state": "trial"}

    world = made()
    world.app.update = Update()
    before = texts(world)
    assert world.post("settings", {"config": CONFIG, "secrets": {}}).status == 409
    assert texts(world) == before and world.app.restart_ms is None
    world.app.update.order = {"state": "fetching"}
    assert world.post("settings", {"config": CONFIG, "secrets": {}}).status == 200
