"""A browser's part of talking to the firmware's page, over real sockets; and a Stage whose firmware has a page."""

import http.client
import json
import socket
import time
from urllib.parse import urlsplit

from lumbus.demo.stage import Stage


class Options:
    """The demo's."""

    runtime = "micropython"
    profile = "m1pro40"
    # What the firmware sees is so many times as much.
    power = "230"
    poll = 1
    speed = 10
    faults = ()


class PageClient:
    """At `address`, as the firmware's console tells it."""

    def __init__(self, address: str):
        parts = urlsplit(address)
        assert parts.hostname and parts.port
        self.host, self.port = parts.hostname, parts.port
        self.cookie = ""

    def call(self, method: str, path: str, body=None, **headers) -> tuple[int, bytes, dict]:
        """(status, body, headers); headers: what differs from a browser's, None for one that is not sent."""
        told = {"Cookie": self.cookie, **headers}
        data = None
        if method == "POST":
            data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
            origin = f"http://{self.host}:{self.port}"
            told = {"Content-Type": "application/json", "X-Lumbus": "1", "Origin": origin, **told}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, path, data, {name: value for name, value in told.items() if value is not None})
            answer = connection.getresponse()
            got = answer.read(), {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, *got
        finally:
            connection.close()

    def get(self, name: str, **headers) -> dict:
        status, body, _ = self.call("GET", "/api/" + name, **headers)
        assert status == 200, body
        return json.loads(body)

    def post(self, name: str, body=None, **headers) -> tuple[int, dict]:
        status, answer, _ = self.call("POST", "/api/" + name, body, **headers)
        return status, json.loads(answer)

    def log_in(self, password: str) -> int:
        status, _, headers = self.call("POST", "/api/login", {"password": password})
        if status == 200:
            self.cookie = headers["set-cookie"].split(";")[0]
        return status

    def connection(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=20)

    def wait(self, ready, seconds: float = 20):
        """The first true thing that `ready` gives; AssertionError, with its last word, when it comes to none."""
        deadline = time.monotonic() + seconds
        last = None
        while time.monotonic() < deadline:
            try:
                last = ready()
                if last:
                    return last
            except (OSError, http.client.HTTPException, AssertionError) as e:
                last = e
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {last!r}")


class EmptyStage(Stage):
    """A board without any configuration, with a radio that hears `networks`; `look()` starts it again."""

    networks = {"home": "right password", "open": None}

    def _configure(self) -> None:
        super()._configure()
        (self.state / "config.json").unlink()
        (self.state / "secrets.json").unlink()
        settings = json.loads(self._host.read_text())
        self._host.write_text(json.dumps({**settings, "radio": self.networks}))
