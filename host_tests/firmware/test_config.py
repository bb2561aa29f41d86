"""The configuration: defaults filled in, every fault in plain words, no secret repeated."""

from checks import raises

from uplink.config import ConfigError, check
from uplink.status import info_json
from uplink.topics import Topics

GOOD = {
    "version": 1,
    "mqtt": {"host": "broker.local", "tls": False},
    "meters": [{"profile": "m1pro40", "address": 1}],
}


def with_change(path, value):
    """A copy of GOOD with one value set."""
    result = {
        "version": 1,
        "mqtt": dict(GOOD["mqtt"]),
        "meters": [dict(GOOD["meters"][0])],
    }
    place = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return result


def faults(data):
    return raises(ConfigError, check, data).errors


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
        "mqtt.tls: missing",
        "bus.baud: must be one of 300, 600",
        "meters[0].profile: missing",
        "meters[0].address: must be a whole number 0...254",
    ):
        assert part in text, (part, text)


def test_plain_mqtt_only_when_asked_for():
    assert "mqtt.tls" in faults(with_change(("mqtt", "tls"), True))[0]
    assert "mqtt.tls" in faults(with_change(("mqtt", "tls"), 0))[0]


def test_a_wrong_secret_is_not_repeated():
    data = with_change(("mqtt", "password"), ["hunter2"])
    assert "hunter2" not in "\n".join(faults(data))


def test_user_and_password_come_together():
    assert "both or none" in faults(with_change(("mqtt", "user"), "me"))[0]


def test_meters_must_not_share_address_or_light():
    data = dict(GOOD)
    data["meters"] = [{"profile": "m1pro40", "address": 1, "light": 0}] * 2
    assert len(faults(data)) == 2


def test_what_is_no_object_is_told():
    assert faults([]) == ["configuration: must be a JSON object"]
    assert "meters: must be a list" in "\n".join(faults({"version": 1, "mqtt": GOOD["mqtt"], "meters": {}}))
    assert "mqtt: must be an object" in "\n".join(faults(with_change(("mqtt",), "broker")))


def test_secondary_address_is_16_hex_digits():
    assert "meters[0].secondary" in faults(with_change(("meters", 0, "secondary"), "1234"))[0]
    config = check(with_change(("meters", 0, "secondary"), "16250476AD320102"))
    assert config["meters"][0]["secondary"] == "16250476ad320102"


def test_values_of_the_wrong_kind_are_told_and_not_used():
    assert "meters[0].secondary" in faults(with_change(("meters", 0, "secondary"), 5))[0]
    for part, value in (("wifi", {}), ("wifi", False), ("wifi", []), ("bus", 0), ("bus", False)):
        assert part in faults(with_change((part,), value))[0]
    for address in (251, 252, 253):
        assert "meters[0].address" in faults(with_change(("meters", 0, "address"), address))[0]


def test_the_command_topic_can_always_be_subscribed():
    assert "mqtt.base" in faults(with_change(("mqtt", "base"), "b" * 61))[0]
    assert "gateway" in faults(with_change(("gateway",), "g" * 41))[0]
    config = check(with_change(("mqtt", "base"), "b" * 60))
    assert len(Topics(config["mqtt"]["base"], "g" * 40).command) <= 122


def test_the_info_has_no_secret():
    data = with_change(("mqtt", "password"), "hunter2")
    data["mqtt"]["user"] = "me"
    data["wifi"] = {"ssid": "home", "password": "swordfish"}
    config = check(data)
    text = info_json("0", "test", config)
    assert "hunter2" not in text and "swordfish" not in text
    assert '"home"' in text
    assert config["mqtt"]["password"] == "hunter2"


def test_what_a_light_may_be_is_a_gap_and_a_pair_of_widths():
    meter = check(with_change(("meters", 0, "light_width_ms"), [2, 9]))["meters"][0]
    assert (meter["light_gap_ms"], meter["light_width_ms"]) == (None, [2, 9])
    for wrong in (5, [5], [9, 2], [0, 5], [1, 10001], [1, True], [1, 2, 3], ["1", "2"]):
        line = faults(with_change(("meters", 0, "light_width_ms"), wrong))[0]
        assert line == "meters[0].light_width_ms: must be two whole numbers [least, most] of 1...10000"
    assert "light_gap_ms: must be" in faults(with_change(("meters", 0, "light_gap_ms"), 0))[0]
