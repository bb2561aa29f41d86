"""What a message and a connection cost brokers here: python -m lumbus.engines.cost, for docs/capacity.md.

Plain sockets and packets that are made once: what drives the broker must not be what is measured.
"""

import json
import os
import selectors
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from ..collect.source import SourceDown
from ..collect.sources import open_source
from .mosquitto import Mosquitto
from .nats import NatsCluster

READING, STATUS = 352, 900
_PATIENCE_S = 30
_KEEPALIVE_S = 600
_CONSUMER = "cost"
# Time for a broker to come to rest before it is looked at.
_REST_S = 2
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _packet(kind: int, body: bytes) -> bytes:
    length, size = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        size += bytes([digit | (128 if length else 0)])
        if not length:
            return bytes([kind]) + size + body


def connect(url: str, name: str) -> socket.socket:
    """As a gateway: a clean session, a retained last will, its commands subscribed."""
    parts = urlsplit(url)
    made = socket.create_connection((parts.hostname or "", parts.port or 1883), timeout=_PATIENCE_S)
    will = _text(f"lumbus/v1/{name}/status") + _text('{"state":"offline"}')
    head = _text("MQTT") + bytes([4, 0b00101110]) + struct.pack(">H", _KEEPALIVE_S)
    made.sendall(_packet(0x10, head + _text("lumbus-" + name) + will))
    answer = made.recv(4)
    if len(answer) != 4 or answer[3]:
        raise ConnectionError(f"{url} refuses: {answer.hex()}")
    made.sendall(_packet(0x82, struct.pack(">H", 1) + _text(f"lumbus/v1/{name}/cmd/+") + b"\0"))
    made.recv(5)
    return made


def publish(topic: str, size: int, retained: bool = False) -> bytes:
    """A message of QoS 1; it may be sent again and again, for each is acknowledged before the next."""
    return _packet(0x33 if retained else 0x32, _text(topic) + struct.pack(">H", 9) + b"x" * size)


class Processes:
    """The broker's processes: those that have this folder on their command line."""

    def __init__(self, folder: Path):
        self._pids = [
            int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _has(entry, str(folder))
        ]

    def memory(self) -> int:
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE for pid in self._pids)

    def cpu_s(self) -> float:
        used = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in self._pids]
        return sum(int(user) + int(system) for user, system in used) / _TICKS


def _has(entry: Path, text: str) -> bool:
    try:
        return text in (entry / "cmdline").read_text() and int(entry.name) != os.getpid()
    except OSError:
        return False


def connections(urls: list[str], broker: Processes, many: int) -> dict:
    """Memory of a connection with its retained status, and connections a second, one after the other."""
    before = broker.memory()
    began = time.monotonic()
    made = [connect(urls[n % len(urls)], f"{n:012x}") for n in range(many)]
    seconds = time.monotonic() - began
    for n, each in enumerate(made):
        each.sendall(publish(f"lumbus/v1/{n:012x}/status", STATUS, True))
        each.recv(4)
    time.sleep(_REST_S)
    memory = (broker.memory() - before) // many
    for each in made:
        each.close()
    return {"connection": memory, "connects_per_s": round(many / seconds)}


def messages(urls: list[str], broker: Processes, folder: Path, many: int, packet: Callable[[int], bytes]) -> dict:
    """Messages a second of 300 connections with one in flight each; CPU and disk of one."""
    waiting = selectors.DefaultSelector()
    for n in range(300):
        each = connect(urls[n % len(urls)], f"{n:012x}")
        each.setblocking(False)
        waiting.register(each, selectors.EVENT_READ, packet(n))
    time.sleep(_REST_S)
    disk, used, began = _disk(folder), broker.cpu_s(), time.monotonic()
    answered = sent = 0
    for key in list(waiting.get_map().values()):
        key.fileobj.send(key.data)  # type: ignore[union-attr]
        sent += 1
    while answered < many:
        ready = waiting.select(_PATIENCE_S)
        if not ready:
            raise TimeoutError(f"no acknowledgement within {_PATIENCE_S} s")
        for key, _ in ready:
            answered += len(key.fileobj.recv(4096)) // 4  # type: ignore[union-attr]
            if sent < many:
                key.fileobj.send(key.data)  # type: ignore[union-attr]
                sent += 1
    seconds, cpu_s = time.monotonic() - began, broker.cpu_s() - used
    time.sleep(_REST_S)
    grown = _disk(folder) - disk
    for key in list(waiting.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    waiting.close()
    return {"per_s": round(many / seconds), "cpu_us": round(cpu_s * 1e6 / many), "disk": grown // many}


def _disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def register(address: str) -> None:
    """Be known as a consumer, and leave: from then on the broker keeps what comes."""
    source = open_source(address, _CONSUMER)
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                source.take(1, _REST_S)
                return
            except SourceDown:
                if time.monotonic() > until:
                    raise
    finally:
        source.close()


def drain(address: str, broker: Processes, many: int) -> int:
    """CPU, µs, of handing one message to a collector, and of its acknowledgement."""
    used, until, taken = broker.cpu_s(), time.monotonic() + 10 * _PATIENCE_S, 0
    source = open_source(address, _CONSUMER)
    try:
        while taken < many:
            if time.monotonic() > until:
                raise TimeoutError(f"{taken} of {many} messages came")
            with suppress(SourceDown):
                deliveries = source.take(2000, _REST_S)
                source.acknowledge(deliveries)
                taken += len(deliveries)
    finally:
        source.close()
    time.sleep(_REST_S)
    return round((broker.cpu_s() - used) * 1e6 / many)


def cost(urls: list[str], address: str, folder: Path, many: int, of_connections: int) -> dict:
    """{"readings", "statuses", "connections"} of a broker that runs, whose files are in `folder`.

    urls: where gateways connect; address: where a collector does.
    """
    broker = Processes(folder)

    def reading(n: int) -> bytes:
        return publish(f"lumbus/v1/{n:012x}/16250476ad320102/reading", READING)

    def status(n: int) -> bytes:
        return publish(f"lumbus/v1/{n:012x}/status", STATUS, True)

    found = {"connections": connections(urls, broker, of_connections)}
    register(address)
    for name, count, packet in (("readings", many, reading), ("statuses", many // 2, status)):
        found[name] = messages(urls, broker, folder, count, packet)
        found[name]["handing_on_cpu_us"] = drain(address, broker, count)
    return found


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lumbus-cost-") as folder:
        found = {}
        for name, many, broker in (
            ("mosquitto", 40_000, Mosquitto(Path(folder) / "mosquitto")),
            ("nats", 15_000, NatsCluster(Path(folder) / "nats")),
        ):
            broker.start()
            try:
                address = broker.urls[0] if isinstance(broker, NatsCluster) else broker.mqtt_urls[0]
                found[name] = cost(broker.mqtt_urls, address, Path(folder) / name, many, 1000)
            finally:
                broker.stop()
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
