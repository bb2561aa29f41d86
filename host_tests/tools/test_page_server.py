"""The page's server under real MicroPython over real sockets: whatever a client does, the metering goes on."""

import json
import socket
import time

import pytest
from needs import require_runtime
from pageclient import EmptyStage, Options, PageClient

from lumbus.demo.stage import BASE, Stage
from lumbus.runtime import HEAP_WITH_PAGE


def serve(stage):
    stage.prepare(lambda text: None)
    stage.start_firmware()
    assert stage.page, stage.console.read_text()


@pytest.fixture(scope="module")
def stage():
    require_runtime("micropython")
    with Stage(Options(), heap=HEAP_WITH_PAGE) as stage:
        serve(stage)
        yield stage
        assert stage.end_firmware(), stage.console.read_text()
        said = stage.console.read_text()
        assert stage.page_password not in said and "Traceback" not in said


@pytest.fixture
def client(stage):
    client = PageClient(stage.page)
    client.wait(lambda: client.log_in(stage.page_password) == 200)
    return client


def readings(stage) -> int:
    return len(stage.consumer.readings)


def grow(stage, seconds: float) -> int:
    """How many readings came meanwhile."""
    before = readings(stage)
    time.sleep(seconds)
    return readings(stage) - before


def test_the_page_itself(client):
    status, body, headers = client.call("GET", "/")
    assert status == 200 and headers["content-encoding"] == "gzip" and body[:2] == b"\x1f\x8b"
    assert headers["content-type"].startswith("text/html")
    assert client.call("GET", "/", **{"If-None-Match": headers["etag"]})[0] == 304


def test_what_it_shows_is_what_is(stage, client):
    client.wait(lambda: client.get("state")["meters"][0]["reading"])
    state = client.get("state")
    assert state["mode"] == "running" and state["mqtt"]["connected"] and state["address"] == "127.0.0.1"
    assert state["meters"][0]["reading"]["power_w"] == 2300
    assert client.get("history")["meters"][0]["power_w"][-1] == 2300
    assert any("connected" in line for line in client.get("log")["lines"])


def test_nobody_who_is_not_logged_in_sees_anything(stage):
    stranger = PageClient(stage.page)
    for name in ("state", "history", "log", "settings", "aim"):
        assert stranger.call("GET", "/api/" + name)[0] == 401
    for name in ("restart", "settings", "identify", "upload?name=ca.der"):
        assert stranger.call("POST", "/api/" + name)[0] == 401


def test_another_page_changes_nothing(client):
    for headers in ({"Origin": "http://evil.example"}, {"X-Lumbus": None}, {"Content-Type": "text/plain"}):
        assert client.call("POST", "/api/restart", {}, **headers)[0] in (403, 415)
    assert client.call("GET", "/api/state", Host="evil.example")[0] == 403


def test_wrong_passwords_wait(stage, client):
    stranger = PageClient(stage.page)
    status, told = stranger.post("login", {"password": "wrong"})
    assert (status, told["wait_s"]) == (403, 1)
    assert stranger.log_in(stage.page_password) == 403
    stranger.wait(lambda: stranger.log_in(stage.page_password) == 200, 5)
    # Who is logged in was not disturbed.
    assert client.get("hello")["session"]


def test_a_session_ends(client):
    assert client.post("logout")[0] == 200
    assert client.call("GET", "/api/log")[0] == 401


def test_what_is_too_large_is_refused(client):
    assert client.call("POST", "/api/settings", b"{" + b" " * 5000)[0] == 413
    kind = {"Content-Type": "application/octet-stream"}
    assert client.call("POST", "/api/upload?name=ca.der", b"\x30" * 4097, **kind)[0] == 413
    assert client.call("POST", "/api/upload?name=ca.der", b"\x30" * 4096, **kind)[0] == 200
    assert client.call("GET", "/" + "x" * 3000)[0] == 431
    assert client.call("GET", "/", **{f"X-{n}": "1" for n in range(60)})[0] == 431


def test_slow_clients_stall_nothing(stage, client):
    """Three that never end their heads, and one that never reads: readings go on, and soon others are served again."""
    slow = [client.connection() for _ in range(3)]
    for one in slow:
        one.sendall(b"GET /api/hello HTTP/1.1\r\n")
    assert grow(stage, 3) >= 2
    answers = [one.recv(1000) for one in slow]
    assert all(b" 408 " in answer for answer in answers), answers
    for one in slow:
        one.close()
    deaf = client.connection()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    deaf.sendall(b"GET / HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (client.host.encode(), client.port))
    assert grow(stage, 2) >= 1
    assert client.get("hello")["mode"] == "running"
    deaf.close()


def test_many_at_once_are_served_one_after_the_other(stage, client):
    many = [client.connection() for _ in range(6)]
    host = b"%s:%d" % (client.host.encode(), client.port)
    for one in many:
        one.sendall(b"GET /api/hello HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
    for one in many:
        data = b""
        while more := one.recv(1000):
            data += more
        assert b" 200 OK" in data and data.endswith(b"}")
        one.close()


def test_clients_that_vanish_leave_nothing(stage, client):
    for _ in range(20):
        one = client.connection()
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        one.close()
    assert client.get("hello")["session"]


def test_settings_with_faults_change_nothing(stage, client):
    config = client.get("settings")["config"]
    before = (stage.state / "config.json").read_bytes(), (stage.state / "secrets.json").read_bytes()
    status, told = client.post("settings", {"config": {**config, "meters": [], "mqtt": {"host": ""}}})
    assert status == 422 and {path for path, _ in told["errors"]} >= {"mqtt.host", "meters"}
    assert ((stage.state / "config.json").read_bytes(), (stage.state / "secrets.json").read_bytes()) == before


def test_from_nothing_to_a_reading_that_agrees():
    """Through the page alone: search the bus, a wrong Wi-Fi password that is shown, the right one, agreement."""
    require_runtime("micropython")
    with EmptyStage(Options(), heap=HEAP_WITH_PAGE) as stage:
        serve(stage)
        client = PageClient(stage.page)
        assert client.get("hello")["mode"] == "setup"
        assert client.get("networks")["networks"] == [["home", -50, True], ["open", -55, False]]
        assert client.post("search", {"baud": "auto"})[0] == 200
        found = client.wait(lambda: (got := client.get("search")) and not got["running"] and got["found"])
        assert found[0]["profile"] == "m1pro40" and found[0]["baud"] == 2400
        config = {
            "version": 2,
            "wifi": [{"ssid": "home"}],
            "mqtt": {"host": "127.0.0.1", "port": stage.broker.front_port, "tls": False, "base": BASE},
            "bus": {"baud": found[0]["baud"]},
            "meters": [
                {
                    "profile": found[0]["profile"],
                    "address": found[0]["address"],
                    "energy": "import",
                    "light": 0,
                    "poll_s": 1,
                    "poll_least_s": 1,
                    "poll_most_s": 1,
                }
            ],
        }
        secrets = {"web_password": "correct horse", "wifi": {"home": "wrong password"}}
        assert client.post("settings", {"config": {**config, "bus": {"baud": 7}}, "secrets": secrets})[0] == 422
        assert client.post("settings", {"config": config, "secrets": secrets})[0] == 200

        def again(key):
            stage.look()
            return client.get("state").get(key)

        client.wait(lambda: again("commissioning"))
        client.wait(lambda: "password" in (client.get("state")["wifi"]["why"] or ""))
        assert not client.get("state")["mqtt"]["connected"]
        # Over the access point nobody need log in, so that this can be mended.
        assert client.post("settings", {"config": config, "secrets": {"wifi": {"home": "right password"}}})[0] == 200
        client.wait(lambda: again("wifi") and client.get("state")["wifi"]["state"] == "up")
        client.wait(lambda: client.get("state")["mqtt"]["connected"])
        client.wait(lambda: client.get("state")["meters"][0]["verdict"] == "agree", 40)
        assert client.get("hello")["commissioning"]
        kept = json.loads((stage.state / "secrets.json").read_text())
        assert kept == {"version": 1, "web_password": "correct horse", "wifi": {"home": "right password"}}
        said = stage.console.read_text()
        assert "right password" not in said and "correct horse" not in said
