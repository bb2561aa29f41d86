"""The configuration: defaults filled in, every fault in plain words, no secret repeated."""

import json
import sys

from checks import raises

from uplink.config import ConfigError, check
from uplink.config_migrate import migrate
from uplink.config_public import info_json, lines, public
from uplink.topics import Topics

GOOD = {
    "version": 2,
    "mqtt": {"host": "broker.local", "tls": False},
    "meters": [{"profile": "m1pro40", "address": 1}],
}


def with_change(path, value):
    """A copy of GOOD with one value set."""
    result = {
        "version": 2,
        "mqtt": dict(GOOD["mqtt"]),
        "meters": [dict(GOOD["meters"][0])],
    }
    place = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return result


def faults(data, secrets=None):
    return raises(ConfigError, check, data, secrets).errors


def test_defaults_are_filled_in():
    config = check(GOOD)
    assert config["mqtt"]["port"] == 1883
    assert config["mqtt"]["base"] == "lumbus"
    assert config["bus"]["baud"] == 2400
    assert config["meters"][0]["poll_s"] == 60
    assert config["meters"][0]["energy"] == "both"
    assert config["meters"][0]["light"] is None


def test_all_faults_are_told_at_once_with_their_paths():
    errors = faults({"mqtt": {"port": 0, "tsl": True}, "bus": {"baud": 2401}, "meters": [{"address": 251.0}]})
    text = "\n".join(errors)
    for part in (
        "version: missing",
        "mqtt.host: missing",
        "mqtt.port: must be a whole number 1...65535",
        "mqtt.tsl: unknown",
        "bus.baud: must be one of 300, 600",
        "meters[0].profile: missing",
        "meters[0].address: must be a whole number 0...254",
    ):
        assert part in text, (part, text)


def test_tls_unless_plain_mqtt_is_asked_for():
    config = check({"version": 2, "mqtt": {"host": "broker"}, "meters": GOOD["meters"]})
    mqtt = config["mqtt"]
    assert (mqtt["tls"], mqtt["port"], mqtt["ca"], mqtt["server_name"]) == (True, 8883, "ca.der", None)
    assert check(with_change(("mqtt", "port"), 8884))["mqtt"]["port"] == 8884
    assert "mqtt.tls: must be one of true, false" in faults(with_change(("mqtt", "tls"), 0))[0]
    assert "both or none" in faults(with_change(("mqtt", "client_cert"), "me.der"))[0]
    assert "mqtt.ca" in faults(with_change(("mqtt", "ca"), "../ca.der"))[0]


def test_secrets_have_a_file_of_their_own():
    data = with_change(("mqtt", "user"), "me")
    data["wifi"] = [{"ssid": "home"}, {"ssid": "shed"}]
    secrets = {"version": 1, "mqtt_password": "hunter2", "wifi": {"home": "swordfish"}}
    config = check(data, secrets)
    assert config["mqtt"]["password"] == "hunter2"
    assert config["wifi"] == [{"ssid": "home", "password": "swordfish"}, {"ssid": "shed", "password": None}]
    text = info_json("0", "test", None, config)
    assert "hunter2" not in text and "swordfish" not in text
    assert '"home"' in text
    runs = sys.implementation
    version = ".".join(str(n) for n in runs.version[:3]) if runs.name == "micropython" else None
    assert json.loads(text)["micropython"] == version
    shown = public(config)
    assert shown["mqtt"]["password"] == "(set)"
    assert shown["wifi"] == [{"ssid": "home", "password": "(set)"}, {"ssid": "shed", "password": "(none)"}]
    # What is shown is a copy.
    assert config["mqtt"]["password"] == "hunter2" and config["wifi"][0]["password"] == "swordfish"


def test_what_is_in_force_is_said_in_sentences_without_secrets():
    data = with_change(("wifi",), [{"ssid": "home"}, {"ssid": "shed"}])
    data["mqtt"] = {"host": "broker", "user": "me", "discovery": False}
    data["meters"].append({"profile": "heat", "address": 2, "light": 1, "energy": "import", "poll_s": 30})
    text = "\n".join(lines(check(data, {"version": 1, "mqtt_password": "hunter2", "wifi": {"home": "swordfish"}})))
    for part in (
        "broker broker:8883, TLS, verified with ca.der for broker, user me\n",
        "topics lumbus/v1/<MAC>, no discovery\n",
        "Wi-Fi home, shed; time from pool.ntp.org\n",
        "journal of 512 KiB, replayed at 10 a second; safe mode after 5 starts within 10 minutes\n",
        "meter 1: m1pro40, import and export, no light, read every 60 s\n",
        "meter 2: heat, import, light 1, read every 30 s on the mean (5...120 s)",
    ):
        assert part in text, (part, text)
    assert "hunter2" not in text and "swordfish" not in text
    text = "\n".join(lines(check(GOOD), "020000000001"))
    assert "topics lumbus/v1/020000000001, " in text
    assert "plain MQTT" in text and "user none" in text and "under homeassistant" in text and "Wi-Fi none" in text


def test_an_unknown_key_gets_the_nearest_known_one():
    for key, near in (
        ("poll", "poll_s"),
        ("pol_s", "poll_s"),
        ("adress", "address"),
        ("lihgt", "light"),
        ("Light", "light"),
        ("poll-most-s", "poll_most_s"),
        ("light_width", "light_width_ms"),
        ("profile_name", "profile"),
    ):
        start = "meters[0].%s: unknown; did you mean %s? known are address, " % (key, near)
        line = faults(with_change(("meters", 0, key), 1))[0]
        assert line.startswith(start), line
    assert "mqtt.tsl: unknown; did you mean tls? " in faults(with_change(("mqtt", "tsl"), 1))[0]
    for key in ("colour", "x", ""):
        assert faults(with_change(("meters", 0, key), 1))[0].startswith("meters[0].%s: unknown; known are " % key)


def test_a_secret_in_the_configuration_is_refused_and_never_repeated():
    data = with_change(("mqtt", "password"), "hunter2")
    data["wifi"] = [{"ssid": "home", "password": "swordfish"}]
    errors = faults(data)
    assert errors == ["mqtt.password: belongs into secrets.json", "wifi[0].password: belongs into secrets.json"]


def test_what_is_wrong_with_secrets_is_told_without_them():
    data = with_change(("wifi",), [{"ssid": "home"}])
    for secrets, path in (
        ([], "secrets.json: must be an object"),
        ({"version": 1, "hunter2": 1}, "secrets.json: must be an object"),
        ({"version": 2}, "secrets.json: version: must be 1"),
        ({"version": 1, "mqtt_password": ["hunter2"]}, "secrets.json: mqtt_password: must be a text"),
        ({"version": 1, "mqtt_password": "hunter2"}, "mqtt.user: missing"),
        ({"version": 1, "wifi": ["hunter2"]}, "secrets.json: wifi: must be an object"),
        ({"version": 1, "wifi": {"home": "hunter2"}}, "secrets.json: wifi: the password of home must have 8...63"),
        ({"version": 1, "wifi": {"home": "hunter2" * 10}}, "secrets.json: wifi: the password of home"),
        ({"version": 1, "wifi": {"home": 7}}, "secrets.json: wifi: the password of home"),
        ({"version": 1, "wifi": {"home": "hunter2x" * 8}}, "secrets.json: wifi: the password of home"),
    ):
        errors = faults(data, secrets)
        assert errors[0].startswith(path), errors
        assert "hunter2" not in "".join(errors)
    assert "put mqtt_password into secrets.json" in faults(with_change(("mqtt", "user"), "me"))[0]
    for good in ("swordfish", "x" * 63, "0123456789abCDEF" * 4, "", None):
        assert check(data, {"version": 1, "wifi": {"home": good}})["wifi"][0]["password"] == (good or None)


def test_the_first_version_is_taken_as_this_one():
    old = {
        "version": 1,
        "wifi": {"ssid": "home", "password": "swordfish"},
        "mqtt": {"host": "broker", "tls": False, "user": "me", "password": "hunter2"},
        "meters": GOOD["meters"],
    }
    before = json.dumps(old)
    data, secrets, older = migrate(old, None)
    assert older == 1 and json.dumps(old) == before
    config = check(data, secrets)
    assert config["wifi"] == [{"ssid": "home", "password": "swordfish"}]
    assert (config["mqtt"]["user"], config["mqtt"]["password"], config["mqtt"]["port"]) == ("me", "hunter2", 1883)
    assert "hunter2" not in json.dumps(data) and "swordfish" not in json.dumps(data)
    # What is in secrets.json already stays there.
    _, secrets, _ = migrate(old, {"version": 1, "wifi": {"shed": "correct horse"}})
    assert secrets["wifi"] == {"home": "swordfish", "shed": "correct horse"}
    # One of today, one of tomorrow and none at all stay what they are.
    for data in (GOOD, {"version": 3}, {}, [], {"version": "1"}, {"version": True}):
        assert migrate(data, None) == (data, None, None)
    assert faults({"version": 3, "new": 1}) == ["version: 3 is newer than this firmware, which knows 1...2"]
    for version in (0, -1, "2", True, [2]):
        assert "version: must be one of 2 (the version" in faults(with_change(("version",), version))[0]
    assert "version: missing" in faults(with_change(("version",), None))[0]
    # What was wrong stays wrong, and is told.
    for wrong in ({"version": 1}, {"version": 1, "mqtt": 7, "wifi": 8}, {"version": 1, "wifi": {"password": 8}}):
        assert faults(*migrate(wrong, 7)[:2])


def test_networks_and_time_servers_are_lists():
    assert check(GOOD)["wifi"] == []
    assert check(GOOD)["ntp"] == ["pool.ntp.org"]
    assert "this network is there already" in faults(with_change(("wifi",), [{"ssid": "a"}, {"ssid": "a"}]))[0]
    assert (
        "wifi: must be a list of at most 8" in faults(with_change(("wifi",), [{"ssid": "%d" % n} for n in range(9)]))[0]
    )
    for wrong in ([], ["a"] * 5, [7], [""], "pool.ntp.org"):
        assert faults(with_change(("ntp",), wrong)) == ["ntp: must be a list of 1...4 host names or addresses"]


def test_a_text_is_measured_in_bytes():
    # An SSID has 32 of them.
    assert check(with_change(("wifi",), [{"ssid": "ä" * 16}]))["wifi"][0]["ssid"] == "ä" * 16
    for wrong in ("ä" * 17, "s" * 33):
        line = faults(with_change(("wifi",), [{"ssid": wrong}]))[0]
        assert line == "wifi[0].ssid: must be a text of 1...32 characters (bytes in UTF-8)"


def test_meters_must_not_share_address_or_light():
    data = dict(GOOD)
    data["meters"] = [{"profile": "m1pro40", "address": 1, "light": 0}] * 2
    assert len(faults(data)) == 2


def test_what_is_no_object_is_told():
    assert faults([]) == ["configuration: must be a JSON object"]
    assert "meters: must be a list" in "\n".join(faults({"version": 2, "mqtt": GOOD["mqtt"], "meters": {}}))
    assert "mqtt: must be an object" in "\n".join(faults(with_change(("mqtt",), "broker")))


def test_secondary_address_is_16_hex_digits():
    assert "meters[0].secondary" in faults(with_change(("meters", 0, "secondary"), "1234"))[0]
    config = check(with_change(("meters", 0, "secondary"), "16250476AD320102"))
    assert config["meters"][0]["secondary"] == "16250476ad320102"


def test_values_of_the_wrong_kind_are_told_and_not_used():
    assert "meters[0].secondary" in faults(with_change(("meters", 0, "secondary"), 5))[0]
    for part, value in (("wifi", {}), ("wifi", False), ("wifi", [7]), ("bus", 0), ("bus", False)):
        assert part in faults(with_change((part,), value))[0]
    for address in (251, 252, 253):
        assert "meters[0].address" in faults(with_change(("meters", 0, "address"), address))[0]


def test_the_command_topic_can_always_be_subscribed():
    assert "mqtt.base" in faults(with_change(("mqtt", "base"), "b" * 61))[0]
    assert "gateway" in faults(with_change(("gateway",), "g" * 41))[0]
    config = check(with_change(("mqtt", "base"), "b" * 60))
    assert len(Topics(config["mqtt"]["base"], "g" * 40).command) <= 122


def test_what_a_light_may_be_is_a_gap_and_a_pair_of_widths():
    meter = check(with_change(("meters", 0, "light_width_ms"), [2, 9]))["meters"][0]
    assert (meter["light_gap_ms"], meter["light_width_ms"]) == (None, [2, 9])
    for wrong in (5, [5], [9, 2], [0, 5], [1, 10001], [1, True], [1, 2, 3], ["1", "2"]):
        line = faults(with_change(("meters", 0, "light_width_ms"), wrong))[0]
        assert line == "meters[0].light_width_ms: must be two whole numbers [least, most] of 1...10000"
    assert "light_gap_ms: must be" in faults(with_change(("meters", 0, "light_gap_ms"), 0))[0]


def test_updates_are_taken_where_a_key_is_named():
    assert check(GOOD)["update"] is None
    assert check(with_change(("update",), {"key": "update.der"}))["update"] == {
        "key": "update.der",
        "ca": None,
        "trial_s": 900,
    }
    assert "update.key: missing" in faults(with_change(("update",), {}))[0]
    assert "update.key: must be" in faults(with_change(("update",), {"key": "../update.der"}))[0]
    assert "update.trial_s: must be" in faults(with_change(("update",), {"key": "k.der", "trial_s": 0}))[0]
    assert "update: must be an object" in faults(with_change(("update",), "update.der"))[0]
    told = lines(check(with_change(("update",), {"key": "update.der", "ca": "web.der"})))
    assert "updates signed with update.der, from the broker, HTTPS verified with web.der" in told
