"""`lumbus config check` and `show`: what they find and say, and that no secret is ever seen."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from certificates import Certificates
from configs import SECRETS, found, good, put, run_config

from lumbus.paths import PROFILES


@pytest.fixture
def config(capsys, tmp_path, monkeypatch):
    """A run of the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_config(capsys, *arguments)


# check


def test_a_good_one_and_what_it_means(config):
    put(good())
    run = config("check")
    assert (run.code, run.err) == (0, "")
    for part in (
        "warning: mqtt.tls: is false; ",
        "broker broker:1883, plain MQTT, ",
        "meter 1: m1pro40, import and export, light 0, read every 60 s on the mean (10...240 s)\n",
        "light 0: this filter limits you to 25.45 kW; ",
        "Nothing is wrong",
    ):
        assert part in run.out
    assert config("check", "config.json").out == run.out


def test_every_fault_is_a_line(config):
    data = good()
    data["mqtt"]["prot"] = 1
    data["meters"][0] = {"profile": "m1pro40", "poll": 5, "light": [{}]}
    put(data, {**SECRETS, "hunter3": 1})
    run = config("check")
    assert run.code == 1
    assert all(line.startswith(("error: ", "warning: ")) for line in run.out.splitlines())
    for part in (
        "error: mqtt.prot: unknown; did you mean port? known are",
        "error: meters[0].poll: unknown; did you mean poll_s? known are",
        "error: meters[0].address: missing",
        "error: meters[0].light: must be a whole number 0...7",
        "error: secrets.json: must be an object",
    ):
        assert part in run.out
    assert "hunter3" not in run.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"version": 2,\n "mqtt": }', "config.json: not valid JSON (Expecting value: line 2 column 10"),
        ("[" * 100_000, "config.json: not valid JSON"),
        ("[]", "configuration: must be a JSON object"),
        ('{"version": 3}', "version: 3 is newer than this firmware"),
        ("\udcff", "config.json: cannot be read"),
        ('{"gateway": "\\ud800"}', "gateway: must be"),
    ],
)
def test_what_is_no_configuration(config, text, says):
    Path("config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert any(line.startswith(says) for line in found(config)["errors"])


def test_a_key_that_is_there_twice(config):
    put(json.dumps(good())[:-1] + ', "wifi": [{"ssid": "home"}]}')
    Path("secrets.json").write_text('{"version": 1, "mqtt_password": "x", "wifi": {"home": "swordfish", "home": ""}}')
    assert found(config)["errors"] == [
        "config.json: wifi is there twice",
        "secrets.json: a key of one object is there twice",
    ]


def test_no_files(config):
    assert found(config)["errors"] == ["config.json: not there; write one and put it beside main.py"]
    run = config("check", "nowhere")
    assert (run.code, run.complaint) == (2, "lumbus config check: nowhere is not there")


def test_what_only_the_port_knows(config):
    data = good()
    data["board"] = "esp32-devkit"
    data["meters"] = [
        {"profile": "m1pro", "address": 1},
        {"profile": "heat", "address": 2, "light": 0, "light_gap_ms": 10000},
        {"profile": "m1pro40", "address": 3, "light": 7},
    ]
    put(data)
    result = found(config)
    errors = "\n".join(result["errors"])
    assert "board: esp32-devkit is not known; did you mean esp32-devkitc? known are esp32-c3-devkitm, " in errors
    assert "meters[0]: there is no profile m1pro" in errors
    assert any(line.startswith("meters[0].profile: did you mean m1pro40? known are") for line in result["warnings"])
    data["board"] = "esp32-devkitc"
    put(data)
    errors = "\n".join(found(config)["errors"])
    assert "board" not in errors
    assert "meters[2]: light: esp32-devkitc has lights 0...3, no light 7" in errors


def test_the_limits_of_a_light_are_those_of_the_firmware(config):
    data = good()
    data["meters"][0]["light_gap_ms"] = 200
    put(data)
    (line,) = found(config)["errors"]
    assert line.startswith("meters[0]: light: this filter limits you to") and "200 ms apart are refused" in line


def test_a_profile_beside_it_is_found_and_checked(config):
    data = good()
    data["meters"][0]["profile"] = "mine"
    put(data)
    profile = json.loads((PROFILES / "m1pro40.json").read_text())
    Path("mine.json").write_text(json.dumps({**profile, "name": "mine"}))
    assert found(config)["errors"] == []
    Path("mine.json").write_text(json.dumps({**profile, "pulse_constant": 0}))
    assert found(config)["errors"][0].startswith("meters[0]: profile mine: pulse_constant")


def test_an_energy_that_the_profile_does_not_count(config):
    data = good()
    data["meters"][0].update(profile="finder-7e23", energy="export")
    put(data)
    assert found(config)["errors"] == ["meters[0]: profile finder-7e23 has no export register; set energy to import"]


def test_certificates(config, tmp_path):
    data = good()
    del data["mqtt"]["tls"]
    put(data)
    assert found(config)["errors"][0].startswith("mqtt.ca: there is no file ca.der; put it beside config.json")
    made = Certificates(tmp_path)
    made.make("me")
    result = found(config)
    assert result["errors"] == [] and any(line.startswith("CA ") for line in result["in_force"])
    data["mqtt"].update(client_cert="me.der", client_key="me-key.der")
    put(data)
    assert found(config)["errors"] == []
    Path("me-key.der").write_bytes(b"\x30\x00")
    assert found(config)["errors"][0].startswith("mqtt.client_cert, mqtt.client_key: no certificate and its key in DER")
    Path("ca.der").write_bytes(Path("ca.pem").read_bytes())
    assert "mqtt.ca: ca.der is not in DER; make it so with: openssl" in "\n".join(found(config)["errors"])


def test_a_ca_that_has_expired_or_soon_will(config, tmp_path, monkeypatch):
    data = good()
    del data["mqtt"]["tls"]
    put(data)
    Certificates(tmp_path)
    (line,) = [line for line in found(config)["in_force"] if line.startswith("CA ")]
    until = datetime.fromisoformat(line[-10:]).replace(tzinfo=UTC).timestamp()
    day = 86_400
    for now, says in ((0, "is not valid yet"), (until - 5 * day, "expires in 5 days"), (until + day, "has expired")):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        (line,) = [line for line in found(config)["warnings"] if line.startswith("mqtt.ca: ")]
        assert line.endswith(says)
    monkeypatch.setattr(time, "time", lambda: until - 365 * day)
    assert not any("mqtt.ca" in line for line in found(config)["warnings"])


def test_what_is_doubtful_is_no_error(config):
    data = good()
    data["wifi"].append({"ssid": "shed"})
    data["meters"] = [{"profile": "m1pro40", "address": address} for address in (1, 254)]
    put(data, {**SECRETS, "wifi": {"home": "swordfish", "hunter2": "x" * 8}})
    os.chmod("secrets.json", 0o644)
    text = "\n".join(found(config)["warnings"])
    assert "wifi: shed has no password in secrets.json; it is taken as an open network" in text
    assert "secrets.json: wifi: 1 of 2 passwords are for no network of wifi" in text
    assert "secrets.json: others on this computer may read it; chmod 600" in text
    assert "meters[1].address: at 254 every meter answers; with 2 meters they collide" in text
    del data["wifi"]
    put(data)
    assert any(line.startswith("wifi: there is no network") for line in found(config)["warnings"])


def test_a_name_cannot_move_the_cursor(config):
    data = good()
    data["wifi"] = [{"ssid": "\x1b[2J\x9b"}]
    data["\x1b[2J"] = 1
    put(data)
    for action in ("check", "show"):
        run = config(action)
        assert "\x1b" not in run.out + run.err and "\\x1b[2J" in run.out + run.err
    del data["\x1b[2J"]
    put(data)
    for action in ("check", "show"):
        run = config(action)
        assert run.code == 0 and not set("\x1b\x9b") & set(run.out) and "\\x1b[2J\\x9b" in run.out


# show


def test_show_says_all_and_what_is_a_default(config):
    put(good())
    run = config("show")
    assert (run.code, run.err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in run.out.splitlines()}
    assert rows["mqtt.host"] == ["broker"]
    assert rows["mqtt.port"] == ["1883", "default"]
    assert rows["mqtt.tls"] == ["false"]
    assert rows["mqtt.password"] == ["(set)"] and rows["wifi[0].password"] == ["(set)"]
    assert rows["meters[0].poll_most_s"] == ["240", "default"]
    shown = json.loads(config("show", "--json").out)
    assert shown["mqtt"]["password"] == "(set)" and shown["wifi"] == [{"ssid": "home", "password": "(set)"}]
    assert shown["meters"][0]["poll_least_s"] == 10


def test_show_of_what_is_wrong(config):
    put({"version": 2})
    run = config("show", "--json")
    assert (run.code, run.out) == (1, "") and "lumbus config show: mqtt.host: missing" in run.err
