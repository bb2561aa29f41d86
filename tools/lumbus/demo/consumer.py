"""What comes back from the broker: collected, counted, checked for repeats."""

import json
import queue
import threading
from decimal import Decimal

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion


class Consumer:
    """Subscribes to everything of one base topic.  `inbox` is a queue of (kind, object).

    Kinds: reading, check, event, status, info, availability.  Decimals of the
    payload stay exact (decimal.Decimal).
    """

    def __init__(self, port: int, base: str):
        self.inbox: queue.Queue[tuple[str, dict]] = queue.Queue()
        self.readings: list[dict] = []
        self.events: dict[tuple, dict] = {}
        # The last one, and the last one of each boot.
        self.status: dict = {}
        self.statuses: dict[int, dict] = {}
        self.out_of_order = 0
        self.verdict: str | None = None
        self.duplicates = 0
        # (boot, seq) of each reading that came.
        self.seen: set[tuple] = set()
        self._base = base
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="lumbus-demo-consumer")
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)

    def start(self) -> None:
        """Returns when the subscription holds."""
        self._client.loop_start()
        if not self._ready.wait(10):
            raise RuntimeError("the broker did not accept the demo's own subscription within 10 s")

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client, *_) -> None:
        client.subscribe(f"{self._base}/#", qos=1)

    def _on_message(self, _client, _userdata, message) -> None:
        if "/cmd/" in message.topic:
            # Somebody tries the commands: not the firmware's words, and any bytes.
            return
        kind = message.topic.rsplit("/", 1)[-1]
        body = json.loads(message.payload, parse_float=Decimal)
        self._note(kind, body)
        self.inbox.put((kind, body))

    def _note(self, kind: str, body: dict) -> None:
        if kind == "reading":
            key = (body["boot"], body["seq"])
            if key in self.seen:
                self.duplicates += 1
                return
            self.seen.add(key)
            # A later boot's first reading is no. 1 again; within a boot they come as they were made.
            last = max((other["seq"] for other in self.readings[-1:] if other["boot"] == body["boot"]), default=0)
            self.out_of_order += body["seq"] < last or any(r["boot"] > body["boot"] for r in self.readings[-1:])
            self.readings.append(body)
            self.verdict = body.get("verdict", self.verdict)
        elif kind == "event":
            # Later messages of one event replace the earlier ones.
            key = (body.get("boot"), body.get("event"), body["kind"], body.get("uptime_s"))
            self.events[key] = body
            if body["kind"] == "no_meter":
                self.verdict = "no_meter"
        elif kind == "check":
            self.verdict = body["verdict"]
        elif kind == "status" and "boot" in body:
            self.status = self.statuses[body["boot"]] = body
