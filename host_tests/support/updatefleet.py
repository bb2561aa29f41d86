"""Gateways that take updates, as far as the broker sees them: hundreds over one connection.

Each keeps strictly to what a gateway does: it asks for one chunk at a time and again when none comes, publishes its
state retained, and keeps what it was told over a restart.  Behaviours:

    healthy      fetches, restarts, is healthy
    rolls_back   fetches, restarts, goes back to the old version
    refuses      answers that it takes none
    old          knows no such command
    mute         is online and does nothing
    stuck        stays on trial
    loses        every third chunk is lost on the way to it
"""

import hashlib
import heapq
import json
import threading
import time

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from lumbus.contact.broker import at_once

_CHUNK = 1024
_KEYS = {"from", "release", "size"}


class FakeGateway:
    """`told`: the values of the commands that it got; `is_online` decides whether it hears them."""

    def __init__(
        self, fleet: "FakeFleet", name: str, does: str = "healthy", version: str = "0.1.0", is_online=True, **more
    ):
        self.fleet = fleet
        self.name = name
        self.does = does
        self.version = version
        self.is_online = is_online
        self.board = more.get("board", "esp32-devkitc")
        self.key = more.get("key", "update.der")
        self.told: list = []
        self.task: dict | None = None
        self.data = b""
        self.state: str | None = None
        self._asked = 0
        self._heard = 0

    def arrive(self) -> None:
        config = {"board": self.board, "update": {"key": self.key, "ca": None} if self.key else None}
        info = {"version": self.version, "platform": "esp32-micropython", "board": self.board, "config": config}
        self.put("info", info, True)
        self.put("status", {"state": "online" if self.is_online else "offline"}, True)

    def go(self, is_online: bool) -> None:
        """Away, or back."""
        with self.fleet.one:
            self.is_online = is_online
            self.put("status", {"state": "online" if is_online else "offline"}, True)
            if is_online and self.task is not None:
                self._ask()

    def put(self, leaf: str, body: dict, is_kept: bool = False) -> None:
        self.fleet.client.publish(f"{self.fleet.root}{self.name}/{leaf}", json.dumps(body), 1, is_kept)

    def say(self, state: str, text: str | None = None) -> None:
        assert self.task is not None
        self.state = state
        told = {"state": state, "release": self.task["release"][:16], "version": "0.2.0", "running": self.version}
        self.put("update", {**told, "done": len(self.data), "total": self.task["size"], "text": text}, True)

    def take(self, verb: str, payload: bytes, is_kept: bool) -> None:
        if not self.is_online:
            return
        if is_kept:
            self.fleet.faults.append(f"{self.name}: a retained command")
        elif verb == "update":
            self._command(json.loads(payload))
        elif verb == "chunk":
            self._chunk(payload)

    def _command(self, body: dict) -> None:
        value = body["value"]
        self.told.append(value)
        if self.does == "mute":
            return
        if self.does == "old":
            self._answer("error", body["id"], False, "unknown; known are aim, identify, interval")
        elif value == "off":
            self._answer("update", body["id"], True, "called off")
            if self.task is not None and self.state != "trial":
                self.say("off")
                self.task = None
        elif set(value) != _KEYS or len(value["release"]) != 64:
            self.fleet.faults.append(f"{self.name}: {value}")
        elif self.does == "refuses":
            self._answer("update", body["id"], False, "there is no key in the configuration")
        else:
            self._answer("update", body["id"], True, "it begins" if self.task is None else "it goes on already")
            if self.task is None:
                self.task, self.data = value, b""
                self.say("fetching")
            self._ask()

    def _answer(self, leaf: str, number, is_ok: bool, text: str) -> None:
        self.put(f"reply/{leaf}", {"verb": "update", "id": number, "ok": is_ok, "text": text})

    def _ask(self) -> None:
        task = self.task
        if task is None or not self.is_online or self.state == "trial":
            return
        if task["from"] != "broker":
            self.data = self.fleet.served
        at = len(self.data)
        if at == task["size"]:
            self._check()
            return
        self._asked += 1
        self.put("want", {"release": task["release"][:16], "at": at, "size": min(_CHUNK, task["size"] - at)})
        number = self._asked
        self.fleet.later(self.fleet.again_s, lambda: self._ask() if self._asked == number else None)

    def _chunk(self, payload: bytes) -> None:
        task, at = self.task, len(self.data)
        self._heard += 1
        if self.does == "loses" and self._heard % 3 == 0:
            return
        if task is None or payload[:8].hex() != task["release"][:16] or int.from_bytes(payload[8:12], "big") != at:
            return
        self.data += payload[12:]
        self._ask()

    def _check(self) -> None:
        assert self.task is not None
        self.say("checking")
        if hashlib.sha256(self.data).hexdigest() != hashlib.sha256(self.fleet.served).hexdigest():
            self.fleet.faults.append(f"{self.name}: what it got is not the file")
        self.say("trial")
        if self.does != "stuck":
            self.fleet.later(self.fleet.trial_s, self._end)

    def _end(self) -> None:
        if self.does == "rolls_back":
            self.say("rolled_back", "no meter was read in 10 minutes")
        else:
            self.version = "0.2.0"
            self.put("info", {"version": "0.2.0", "platform": "esp32-micropython", "board": self.board}, True)
            self.say("healthy")
        self.task = None


class FakeFleet:
    """served: the whole release file; again_s: when a chunk is asked for again; trial_s: how long a trial takes."""

    def __init__(self, port: int, served: bytes, base: str = "lumbus", again_s: float = 0.3, trial_s: float = 0.1):
        self.root = f"{base}/v1/"
        self.served = served
        self.again_s = again_s
        self.trial_s = trial_s
        self.gateways: dict[str, FakeGateway] = {}
        self.faults: list[str] = []
        self._port = port
        self._later: list = []
        self._turn = threading.Condition()
        # The broker's thread and the clock's take turns.
        self.one = threading.RLock()
        self._is_over = False
        self._ready = threading.Event()
        self.client = client = Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(2000)
        client.reconnect_delay_set(1, 1)
        client.on_socket_open = lambda _client, _data, opened: at_once(opened)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._ready.set()
        client.on_message = self._on_message
        self._clock = threading.Thread(target=self._run, daemon=True)

    def add(self, name: str, does: str = "healthy", **more) -> FakeGateway:
        self.gateways[name] = FakeGateway(self, name, does, **more)
        return self.gateways[name]

    def begin(self) -> None:
        """Returns when the broker has what they say of themselves."""
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        assert self._ready.wait(20)
        for gateway in self.gateways.values():
            gateway.arrive()
        last = self.client.publish(f"{self.root}-/nothing", b"", 1)
        last.wait_for_publish(20)
        self._clock.start()

    def close(self) -> None:
        if not self._clock.is_alive():
            return
        with self._turn:
            self._is_over = True
            self._turn.notify()
        self._clock.join(5)
        self.client.disconnect()
        self.client.loop_stop()

    def later(self, seconds: float, what) -> None:
        with self._turn:
            heapq.heappush(self._later, (time.monotonic() + seconds, id(what), what))
            self._turn.notify()

    def states(self) -> dict:
        """{state: how many}."""
        found: dict = {}
        for gateway in self.gateways.values():
            found[gateway.state] = found.get(gateway.state, 0) + 1
        return found

    def _run(self) -> None:
        while True:
            with self._turn:
                while not self._is_over and (not self._later or self._later[0][0] > time.monotonic()):
                    self._turn.wait(self._later[0][0] - time.monotonic() if self._later else None)
                if self._is_over:
                    return
                what = heapq.heappop(self._later)[2]
            with self.one:
                what()

    def _on_connect(self, client, *_) -> None:
        client.subscribe(f"{self.root}+/cmd/+", 1)

    def _on_message(self, _client, _data, message) -> None:
        name, _, verb = message.topic.removeprefix(self.root).split("/")
        gateway = self.gateways.get(name)
        if gateway is not None:
            with self.one:
                gateway.take(verb, bytes(message.payload), message.retain)
