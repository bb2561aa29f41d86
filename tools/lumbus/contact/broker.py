"""A gateway through the broker: its topics as they come, and commands with their answers."""

import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from .target import Target, password_for

_ACCEPT_S = 10
_MOST_AGAIN_S = 30


class NoBroker(Exception):
    """The broker cannot be reached or refuses; `fault` is a word for programs."""

    def __init__(self, text: str, fault: str):
        super().__init__(text)
        self.fault = fault


class Subscription:
    """What comes on some topics."""

    def __init__(self, target: Target, topics: list[str]):
        self._inbox: queue.Queue[tuple[str, bytes, bool]] = queue.Queue()
        self._target = target
        self._topics = topics
        self._accepted = threading.Event()
        self._refusal: str | None = None
        self._client = client = Client(CallbackAPIVersion.VERSION2)
        client.reconnect_delay_set(1, _MOST_AGAIN_S)
        client.on_socket_open = lambda _client, _data, opened: at_once(opened)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._accepted.set()
        client.on_message = lambda _client, _data, m: self._inbox.put((m.topic, bytes(m.payload), m.retain))
        if target.user is not None:
            client.username_pw_set(target.user, password_for(target))
        if target.tls:
            client.tls_set_context(context_with(target.ca))
        self._connect()

    def _connect(self) -> None:
        target = self._target
        try:
            self._client.connect(target.host, target.number)
        except (OSError, ValueError) as e:
            raise _in_words(target, e) from None
        self._client.loop_start()
        if not self._accepted.wait(_ACCEPT_S):
            self.close()
            if self._refusal is not None:
                raise NoBroker(f"the broker at {target.where} refuses: {self._refusal}", "broker_refused")
            raise NoBroker(f"{target.where} does not answer as a broker does within {_ACCEPT_S} s", "broker_silent")

    def _on_connect(self, client, _data, _flags, reason, _properties) -> None:
        if reason.is_failure:
            self._refusal = str(reason).lower()
            return
        client.subscribe([(topic, 1) for topic in self._topics])

    def is_up(self) -> bool:
        """Whether the broker is there now; it is looked for again and again where it is not."""
        return self._client.is_connected()

    def publish(self, topic: str, payload: str | bytes, qos: int = 1) -> None:
        self._client.publish(topic, payload, qos=qos)

    def also(self, topics: list[str]) -> None:
        """From now on what comes on these as well."""
        self._topics = self._topics + topics
        self._client.subscribe([(topic, 1) for topic in topics])

    def listen(self, for_s: float) -> Iterator[tuple[str, bytes]]:
        """(topic, payload) of each that comes meanwhile."""
        until = time.monotonic() + for_s
        while (left := until - time.monotonic()) > 0:
            try:
                topic, payload, _ = self._inbox.get(timeout=left)
            except queue.Empty:
                return
            yield topic, payload

    def waiting(self, for_s: float, most: int) -> Iterator[tuple[str, bytes, bool]]:
        """(topic, payload, whether the broker had kept it) of what is there, at most so many; waits for the first."""
        try:
            yield self._inbox.get(timeout=for_s)
            for _ in range(most - 1):
                yield self._inbox.get_nowait()
        except queue.Empty:
            return

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Gateway:
    """One gateway.  `status`, `info`: their last payloads; `meters`: {meter: {"check": …, "availability": …}}."""

    def __init__(self, target: Target):
        base, name = target.of_one()
        self._root = f"{base}/v1/{name}/"
        self.name = name
        self.status: dict | None = None
        self.info: dict | None = None
        self.meters: dict[str, dict] = {}
        self._answers: list[dict] = []
        self._number = time.monotonic_ns() % 1_000_000
        self._subscription = Subscription(target, [self._root + "#"])
        # What is retained comes at once.
        self.listen(1)

    def close(self) -> None:
        self._subscription.close()

    def ask(self, verb: str, within_s: float, **more) -> dict | None:
        """The answer to a command, None where there was none in time."""
        self._number += 1
        self._subscription.publish(f"{self._root}cmd/{verb}", json.dumps({"id": self._number, **more}))
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            self.listen(min(left, 0.1))
            for answer in self._answers:
                if answer.get("verb") == verb and answer.get("id") == self._number:
                    self._answers.remove(answer)
                    return answer
        return None

    def state(self, within_s: float = 8) -> dict | None:
        return (self.ask("state", within_s) or {}).get("state")

    def listen(self, for_s: float) -> None:
        for topic, payload in self._subscription.listen(for_s):
            self._take(topic.removeprefix(self._root).split("/"), payload)

    def _take(self, parts: list[str], payload: bytes) -> None:
        body = decoded(payload)
        if body is None:
            return
        if parts == ["status"]:
            self.status = body
        elif parts == ["info"]:
            self.info = body
        elif parts[0] == "reply":
            self._answers = [*self._answers[-20:], body]
        elif len(parts) == 2 and parts[1] in ("check", "availability"):
            self.meters.setdefault(parts[0], {})[parts[1]] = body


def at_once(opened) -> None:
    """What is small leaves at once, and does not wait until what went before is acknowledged (Nagle: 40 ms each)."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def decoded(payload: bytes) -> dict | None:
    """The JSON object; None where it is none: others may publish there too."""
    try:
        body = json.loads(payload)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def context_with(ca: Path | None) -> ssl.SSLContext:
    """TLS that verifies, with one CA alone where its file is given.  ValueError for what is none."""
    if ca is None:
        return ssl.create_default_context()
    try:
        data = ca.read_bytes()
        told = data.decode("ascii") if data.lstrip().startswith(b"-----") else data
        return ssl.create_default_context(cadata=told)
    except (OSError, ValueError, ssl.SSLError) as e:
        raise ValueError(f"--ca {ca}: no certificate in PEM or DER ({e})") from None


def _in_words(target: Target, error: Exception) -> NoBroker:
    where = target.where
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".").lower()
        text = f"the certificate of {where} is not accepted: {why}; is the host's name right, and the CA (--ca FILE)?"
        return NoBroker(text, "certificate")
    if isinstance(error, ssl.SSLError):
        return NoBroker(f"no TLS with {where} ({error.reason}): is TLS on at that port?", "certificate")
    if isinstance(error, ConnectionRefusedError):
        return NoBroker(f"nothing listens at {where}: is the broker running, and is that its port?", "broker_refused")
    if isinstance(error, TimeoutError):
        return NoBroker(f"{where} does not answer: is the address right, is a firewall between?", "broker_silent")
    return NoBroker(f"{where} cannot be reached from this computer ({error})", "broker_unknown")
