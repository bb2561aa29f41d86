"""Readings a second that `lumbus collect` stores, on one core, beside what COPY alone takes for the same rows.

Waiting in mosquitto, from where the collector takes, parses, stores and acknowledges
them; and from memory, which is the collector without a broker.  The databases and the
broker run on the other cores, if there are any.  The best of two rounds counts, for all alike.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from ..collect.collector import Collector
from ..collect.source import Delivery, Source, SourceDown
from ..collect.sources import open_source
from ..collect.store import open_store
from ..engines.mosquitto import Mosquitto
from ..engines.postgres import Postgres
from ..runtime import RuntimeMissing

NAMES = (
    "rows",
    "postgres_mqtt_per_s",
    "postgres_mqtt_per_cpu_s",
    "postgres_per_s",
    "copy_per_s",
    "sqlite_per_s",
    "missing",
)
_ROWS = 30_000
_ROUNDS = 2
_GATEWAYS = 1000
_BASE = "lumbus"
_NAME = "bench"
_T0 = 1_795_392_000
_DEADLINE_S = 120
# The readings of a household's meter with a light, as they are published.
_PAYLOAD = (
    '{"ts":%d.%03d,"time_quality":"synced","uptime_s":%d.089,"boot":1,"seq":%d,"energy_import_kwh":%d.%02d,'
    '"energy_export_kwh":12.50,"power_w":%d,"voltage_v":230.00,"current_a":26.08,"frequency_hz":50.00,'
    '"power_factor":1.00,"pulses":%d,"energy_fused_kwh":%d.%02d9400,"fused_bound_wh":6.000,"power_light_w":%d.000,'
    '"verdict":"agree","flags":[]}'
)


def measure(count: int = _ROWS, rounds: int = _ROUNDS) -> dict:
    """Rates, None where what they need is not here; `missing` says what that is, in words."""
    result = dict.fromkeys(NAMES) | {"rows": count}
    deliveries = [_delivery(n) for n in range(count)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lumbus-bench-")))
        fresh = (f"sqlite:{folder / f'{number}.db'}" for number in range(rounds))
        result["sqlite_per_s"] = max(_from_memory(url, deliveries) for url in fresh)
        if find_spec("psycopg") is None:
            return result | {"missing": "psycopg"}
        try:
            server = stack.enter_context(Postgres(folder / "postgres"))
        except RuntimeMissing as e:
            return result | {"missing": str(e)}
        url = server.url
        open_store(url)[0].close()
        result["postgres_per_s"] = max(_from_memory(_emptied(url), deliveries) for _ in range(rounds))
        result["copy_per_s"] = max(_copy_alone(url, count) for _ in range(rounds))
        try:
            broker = Mosquitto(folder / "mosquitto")
        except RuntimeMissing as e:
            return result | {"missing": str(e)}
        broker.start()
        stack.callback(broker.stop)
        rates = max(_from_broker(broker.port, _emptied(url), deliveries) for _ in range(rounds))
        result["postgres_mqtt_per_s"], result["postgres_mqtt_per_cpu_s"] = rates
    return result


def _delivery(n: int) -> Delivery:
    gateway, seq = n % _GATEWAYS, n // _GATEWAYS + 1
    energy = (1234 + seq, n % 100)
    power = 100 + n % 6000
    values = (_T0 + 60 * seq, gateway, 78_203 + 60 * seq, seq, *energy, power, 303 + seq, *energy, power)
    topic = f"{_BASE}/v1/0200000{gateway:05x}/{gateway:08d}ad320102/reading"
    return Delivery(topic, (_PAYLOAD % values).encode())


class _Listed:
    """A Source that is a list."""

    def __init__(self, deliveries: list[Delivery]):
        self._left = iter(deliveries)

    def take(self, most: int, wait_s: float) -> list[Delivery]:
        return [delivery for _, delivery in zip(range(most), self._left)]

    def acknowledge(self, deliveries: list[Delivery]) -> None:
        pass

    def close(self) -> None:
        pass


def _from_memory(url: str, deliveries: list[Delivery]) -> float:
    return _rates(_Listed(deliveries), url, len(deliveries))[0]


def _rates(source: Source, url: str, count: int) -> tuple[float, float]:
    """Readings a second, from the first that is taken to the last that is acknowledged; and a second of our own CPU."""
    store, _ = open_store(url)
    # The store is opened before the clock runs: a collector does that once in its life.
    collector = Collector(source, lambda: store, _BASE)
    began, used = time.monotonic(), time.process_time()
    try:
        with _one_core():
            while collector.counters.stored < count:
                collector.step()
                if time.monotonic() - began > _DEADLINE_S:
                    raise RuntimeError(f"{collector.counters.stored} of {count} readings within {_DEADLINE_S} s")
        return count / (time.monotonic() - began), count / (time.process_time() - used)
    finally:
        collector.close()
        store.close()


@contextmanager
def _one_core() -> Iterator[None]:
    """This thread, and those that it starts, on one core, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _copy_alone(url: str, count: int) -> float:
    """The rows that are there, by COPY into the same table with its indexes, in one transaction."""
    import psycopg

    with psycopg.connect(url) as connection:
        with connection.cursor().copy("COPY readings TO STDOUT") as copy:
            rows = b"".join(bytes(part) for part in copy)
        connection.execute("TRUNCATE readings")
        connection.commit()
        with _one_core():
            began = time.monotonic()
            with connection.cursor().copy("COPY readings FROM STDIN") as copy:
                copy.write(rows)
            connection.commit()
            return count / (time.monotonic() - began)


def _emptied(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("TRUNCATE readings, gateways, meters")
    return url


def _from_broker(port: int, url: str, deliveries: list[Delivery]) -> tuple[float, float]:
    """All wait in the session of the collector's name before it comes."""
    address = f"mqtt://127.0.0.1:{port}"
    _subscribe(address)
    _publish(port, deliveries)
    with _one_core():
        # Its thread belongs to the collector, and stays on its core.
        source = open_source(address, _NAME)
    return _rates(source, url, len(deliveries))


def _subscribe(address: str) -> None:
    """The session begins."""
    source = open_source(address, _NAME)
    until = time.monotonic() + _DEADLINE_S
    try:
        while time.monotonic() < until:
            with suppress(SourceDown):
                source.take(1, 0.1)
                return
        raise RuntimeError(f"{address} does not answer within {_DEADLINE_S} s")
    finally:
        source.close()


def _publish(port: int, deliveries: list[Delivery]) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        told = [client.publish(delivery.topic, delivery.payload, 1) for delivery in deliveries]
        for message in told:
            message.wait_for_publish(_DEADLINE_S)
    finally:
        client.disconnect()
        client.loop_stop()
