"""The local page without a socket: the application or a set-up over a fake port, its door, and a client.

Time is simulated, so what a slow client costs is exact.
"""

import json

from appport import CONFIG, SECRETS, FakePort, app_on
from simtime import run

from uplink.door import Door
from uplink.setup_mode import Setup
from uplink.web import Web

PASSWORD = "correct horse"
HOST = "192.0.2.7"


class Listener:
    port = 80

    def hosts(self):
        return [HOST, "lumbus-000001.local"]

    def where(self):
        return HOST


class Client:
    """A connection: `slices` of what it sends, each read by itself; it takes `takes` bytes a write, `sent` in all."""

    def __init__(self, *slices, takes=1000, peer="192.0.2.99"):
        self.slices = list(slices)
        self.takes = takes
        self.peer = peer
        self.sent = b""
        self.closed = False

    def read(self, size):
        if not self.slices:
            return b""
        data = self.slices.pop(0)
        if len(data) > size:
            self.slices.insert(0, data[size:])
        return data[:size]

    def write(self, data):
        part = bytes(data[: self.takes])
        self.sent += part
        return len(part)

    def close(self):
        self.closed = True


class WebPort(FakePort):
    """A port with a page."""

    light_numbers = 1

    def random_bytes(self, count):
        return bytes(range(count))

    def light_count(self):
        return self.light_numbers


class Answer:
    def __init__(self, sent):
        head, _, self.body = sent.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value

    def json(self):
        return json.loads(self.body)


class World:
    """The page of an application; `mode` "setup" for none.  A World is somebody's browser, with its cookie."""

    def __init__(self, mode="running", config=CONFIG, password=PASSWORD, page="pages"):
        self.port = port = WebPort(config)
        self.clock = port.clock
        if mode == "setup":
            port.storage.texts.clear()
            self.app = Setup(port)
        else:
            secrets = dict(SECRETS)
            secrets["web_password"] = PASSWORD
            port.storage.texts["secrets.json"] = json.dumps(secrets)
            self.app = app_on(port)
        self.door = Door(port, self.app, Listener(), password, mode, "020000000001")
        if mode == "setup":
            self.door.guest = lambda peer: True
        self.web = Web(self.door)
        self.cookie = None

    def raw(self, *slices, **more):
        """The Answer to what is sent so."""
        client = Client(*slices, **more)
        run(self.clock, self.web.serve(client))
        return Answer(client.sent)

    def call(self, method, path, body=None, **headers):
        """The Answer; headers: those that differ from a browser's, None for one that is not sent."""
        told = {"Host": HOST}
        if self.cookie is not None:
            told["Cookie"] = "other=1; " + self.cookie
        data = b""
        if method == "POST":
            data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
            told.update(
                {
                    "Content-Type": "application/json",
                    "X-Lumbus": "1",
                    "Origin": "http://" + HOST,
                    "Content-Length": str(len(data)),
                }
            )
        told.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = ["%s %s HTTP/1.1" % (method, path)]
        lines += ["%s: %s" % (name, told[name]) for name in told if told[name] is not None]
        return self.raw(("\r\n".join(lines) + "\r\n\r\n").encode() + data)

    def get(self, name, **headers):
        return self.call("GET", "/api/" + name, **headers)

    def post(self, name, body=None, **headers):
        return self.call("POST", "/api/" + name, body, **headers)

    def log_in(self, password=PASSWORD):
        answer = self.post("login", {"password": password})
        if answer.status == 200:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer
