"""`lumbus config init`: what it asks, what it writes, and what it refuses."""

import base64
import json
import stat
from pathlib import Path

import pytest
import signing
from ptybus import Run, Terminal


@pytest.fixture
def init(capsys, tmp_path, monkeypatch):
    """A run of the command in an empty folder, where nobody sits at a terminal."""
    monkeypatch.chdir(tmp_path)
    for name in ("MQTT", "WIFI", "WEB"):
        monkeypatch.delenv(f"LUMBUS_{name}_PASSWORD", raising=False)
    return lambda *arguments: Run(capsys, "config", "init", "--yes", *arguments)


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def test_what_is_proposed_is_taken(init):
    run = init("gateway", "--host", "broker")
    assert run.code == 0 and "still to do: mqtt.ca: there is no file ca.der" in run.err
    assert read("gateway/config.json") == {
        "version": 2,
        "board": "esp32-devkitc",
        "wifi": [],
        "mqtt": {"host": "broker"},
        "meters": [{"profile": "m1pro40", "address": 254, "poll_s": 60, "energy": "both", "light": 0}],
    }
    assert read("gateway/secrets.json") == {"version": 1}
    assert stat.S_IMODE(Path("gateway/secrets.json").stat().st_mode) == 0o600


def test_what_is_given_is_taken_and_secrets_are_no_options(init, monkeypatch, capsys):
    monkeypatch.setenv("LUMBUS_MQTT_PASSWORD", "hunter2")
    monkeypatch.setenv("LUMBUS_WIFI_PASSWORD", "swordfish\ncorrect horse")
    meter = ["--profile", "finder-7e23", "--address", 7, "--light", "-", "--poll", 30]
    networks = ["--ssid", "home", "--ssid", "shed", "--ssid", "guests"]
    run = init("--host", "broker", "--no-tls", "--user", "me", "--board", "esp32-s3-devkitc", *networks, *meter)
    assert run.code == 0 and "hunter2" not in run.out + run.err
    data = read("config.json")
    assert data["board"] == "esp32-s3-devkitc"
    assert data["mqtt"] == {"host": "broker", "tls": False, "user": "me"}
    assert data["meters"] == [{"profile": "finder-7e23", "address": 7, "poll_s": 30, "energy": "import"}]
    assert read("secrets.json")["mqtt_password"] == "hunter2"
    assert read("secrets.json")["wifi"] == {"home": "swordfish", "shed": "correct horse"}
    assert Run(capsys, "config", "check").code == 0


def test_a_gateway_may_be_named(init):
    assert init("--host", "broker", "--gateway", "cabinet-07").code == 0
    assert read("config.json")["gateway"] == "cabinet-07"
    run = init("other", "--host", "broker", "--gateway", "cabinet/07")
    assert run.code == 2 and run.complaint.startswith("lumbus config init: --gateway must be ")
    assert not Path("other").exists()


@pytest.mark.parametrize("name", ["config.json", "secrets.json"])
def test_nothing_is_overwritten(init, name):
    Path(name).write_text("mine")
    run = init("--host", "broker")
    assert (run.code, run.out) == (2, "") and f"{name} exists: nothing was written" in run.complaint
    assert [path.read_text() for path in Path().iterdir()] == ["mine"]
    assert init("--host", "broker", "--force").code == 0
    assert read(name)["version"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--host is missing"),
        (["--host", "b", "--user", "me"], "--user has no password: put it into LUMBUS_MQTT_PASSWORD"),
        (["--host", "b", "--ssid", "x" * 33], "--ssid must be a text of 1...32 characters"),
        (["--host", "b", "--board", "mine"], "--board must be one of esp32-c3-devkitm, esp32-devkitc, "),
        (["--host", "b", "--profile", "mine"], "--profile must be one of "),
        (["--host", "b", "--address", "251"], "--address must be a whole number 0...250, or 254"),
        (["--host", "b", "--light", "4"], "--light must be 0...3"),
        (["--host", "b", "--poll", "0"], "--poll must be a whole number 1...86400"),
        (["--host", "b", "--energy", "heat"], "--energy must be one of both, export, import"),
        (["--host", "b", "--ssid", "a", "--ssid", "a"], "this network is there already: nothing was written"),
    ],
)
def test_wrong_usage(init, arguments, says):
    run = init(*arguments)
    assert (run.code, run.out) == (2, "") and says in run.complaint
    assert list(Path().iterdir()) == []


def test_folders_above_are_made(init):
    assert init("cabinets/house-a/01", "--host", "broker").code == 0
    assert read("cabinets/house-a/01/config.json")["mqtt"] == {"host": "broker"}


def test_a_file_above_is_told_before_anything_else(init):
    Path("cabinets").write_text("mine")
    # Not that --host is missing: nobody is asked in vain.
    run = init("cabinets/house-a/01")
    assert (run.code, run.complaint) == (2, "lumbus config init: cabinets is no folder")
    assert Path("cabinets").read_text() == "mine"


def test_a_folder_that_cannot_be_made(init):
    Path("gone").symlink_to("nowhere/at-all")
    run = init("gone", "--host", "broker")
    assert run.code == 2 and run.complaint.startswith("lumbus config init: cannot make gone: ")


@pytest.mark.parametrize("told", [None, "-"])
def test_without_a_password_there_is_no_page_and_a_line_says_so(init, monkeypatch, told):
    if told is not None:
        monkeypatch.setenv("LUMBUS_WEB_PASSWORD", told)
    run = init("--host", "broker")
    assert run.code == 0 and "There is no page on the network then: secrets.json has no web_password." in run.err
    assert read("secrets.json") == {"version": 1}


def test_the_password_of_the_page_is_no_option(init, monkeypatch):
    monkeypatch.setenv("LUMBUS_WEB_PASSWORD", "open sesame")
    run = init("--host", "broker")
    assert run.code == 0 and "no page" not in run.err and "open sesame" not in run.out + run.err
    assert read("secrets.json") == {"version": 1, "web_password": "open sesame"}


@pytest.mark.parametrize("told", ["sesame!", "s" * 64])
def test_a_password_of_the_page_that_the_firmware_would_refuse(init, monkeypatch, told):
    monkeypatch.setenv("LUMBUS_WEB_PASSWORD", told)
    run = init("--host", "broker")
    assert run.code == 2 and "LUMBUS_WEB_PASSWORD must have 8...63 characters, or be - for no page" in run.complaint
    assert told not in run.err and list(Path().iterdir()) == []


def test_the_questions_on_a_terminal(tmp_path, monkeypatch):
    monkeypatch.delenv("LUMBUS_WEB_PASSWORD", raising=False)
    terminal = Terminal("config", "init", "--board", "esp32-devkitc", cwd=tmp_path)
    terminal.answer("Wi-Fi network (SSID), - for none [-]: ", "home")
    terminal.answer("another network, - for none [-]: ", "")
    terminal.answer("its name or address: ", "")
    terminal.answer("must be a text of 1...120 characters (bytes in UTF-8)\nMQTT broker", "")
    terminal.answer("its name or address: ", "broker")
    terminal.answer("TLS, yes or no [yes]: ", "maybe")
    terminal.answer("TLS, yes or no [yes]: ", "no")
    terminal.answer("user at the broker, - for none [-]: ", "me")
    terminal.answer("profile of the meter [m1pro40]: ", "")
    terminal.answer("254: whoever is there [254]: ", "1")
    terminal.answer("seconds between readings [60]: ", "")
    terminal.answer("energy [both]: ", "import")
    terminal.answer("0...3, - for none [0]: ", "-")
    terminal.answer("password of home, Enter for an open network: ", "short")
    terminal.answer("must have 8...63 characters\npassword of home, Enter for an open network: ", "swordfish")
    terminal.answer("the same again: ", "swordfisch")
    terminal.answer("this was another one\npassword of home, Enter for an open network: ", "swordfish")
    terminal.answer("the same again: ", "swordfish")
    terminal.answer("password of me at the broker: ", "hunter2")
    terminal.answer("the same again: ", "hunter2")
    page = "password of the local page, 8...63 characters, - for no page: "
    terminal.answer(page, "")
    terminal.answer(f"must have 8...63 characters, or be - for no page\n{page}", "open sesame")
    terminal.answer("the same again: ", "open sesame")
    assert terminal.end() == 0
    assert "config.json and secrets.json are written" in terminal.shown
    assert not [secret for secret in ("swordfish", "hunter2", "open sesame") if secret in terminal.shown]
    assert read(tmp_path / "secrets.json") == {
        "version": 1,
        "wifi": {"home": "swordfish"},
        "mqtt_password": "hunter2",
        "web_password": "open sesame",
    }
    assert read(tmp_path / "config.json")["meters"] == [
        {"profile": "m1pro40", "address": 1, "poll_s": 60, "energy": "import"}
    ]


@pytest.mark.parametrize(("keys", "code", "says"), [("\x04", 1, "nothing was written"), ("\x03", 130, "interrupted")])
@pytest.mark.parametrize("question", ["(SSID), - for none [-]: ", "password of home, Enter for an open network: "])
def test_an_end_in_the_midst_of_the_questions_writes_nothing(tmp_path, keys, code, says, question):
    given = ["--host", "b", "--tls", "--user", "-", "--profile", "m1pro40", "--address", "1"]
    given += ["--poll", "60", "--energy", "both", "--light", "-"]
    if "password" in question:
        given += ["--ssid", "home"]
    terminal = Terminal("config", "init", "--board", "esp32-devkitc", *given, cwd=tmp_path)
    terminal.expect(question)
    terminal.send(keys)
    assert terminal.end() == code
    assert says in terminal.shown and "Traceback" not in terminal.shown
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_updates_is_put_beside_and_named(init, capsys, monkeypatch):
    key = signing.der()
    Path("mine.der").write_bytes(key)
    assert init("--host", "broker", "--no-tls", "--update-key", "mine.der").code == 0
    assert read("config.json")["update"] == {"key": "update.der"}
    assert Path("update.der").read_bytes() == key
    run = Run(capsys, "config", "check")
    assert run.code == 0 and "updates signed with update.der, from the broker, no HTTPS" in run.out
    # PEM is turned into DER.
    body = base64.encodebytes(key).decode()
    Path("mine.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n")
    assert init("other", "--host", "broker", "--no-tls", "--update-key", "mine.pem").code == 0
    assert Path("other/update.der").read_bytes() == key


def test_what_is_no_key_is_refused_and_check_finds_it(init, capsys):
    for text, says in (
        (b"nothing", "the public key is none of RSA"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "is no public key"),
    ):
        Path("key").write_bytes(text)
        run = init("--host", "broker", "--update-key", "key")
        assert run.code == 2 and says in run.complaint and not Path("config.json").exists()
    assert init("--host", "broker", "--update-key", "missing").code == 2
    Path("key").write_bytes(signing.der())
    assert init("--host", "broker", "--no-tls", "--update-key", "key").code == 0
    config = read("config.json")
    config["update"]["ca"] = "web.der"
    Path("config.json").write_text(json.dumps(config))
    Path("update.der").write_bytes(signing.der()[:-1])
    run = Run(capsys, "config", "check")
    assert run.code == 1
    assert "error: update.ca: there is no file web.der; put it beside config.json" in run.out
    assert "error: update.key: update.der: the public key is none of RSA" in run.out
    Path("web.der").write_bytes(b"nothing")
    assert "update.ca: web.der is no certificate in DER" in Run(capsys, "config", "check").out
