"""A collector's surroundings: deliveries as gateways make them, and a source that is a list."""

import json

from hypothesis import strategies as st

from lumbus.collect.collector import Collector
from lumbus.collect.source import Delivery, SourceDown
from lumbus.collect.store import open_store

GATEWAY = "020000000001"
METER = "16250476ad320102"
# A Monday's midnight, UTC.
T0 = 1_795_392_000
NOW = T0 + 30 * 86_400
# Whatever JSON can say, infinities included.
any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def payload(seq, ts=None, import_kwh=None, export_kwh=None, boot: int = 1, **more) -> bytes:
    """A reading; numbers are written as they are given, texts of decimals included."""
    said = {"ts": ts, "time_quality": "uptime" if ts is None else "synced", "boot": boot}
    said |= {"uptime_s": 100 + seq if type(seq) is int else 100, "seq": seq, "flags": []}
    said |= {"energy_import_kwh": import_kwh, "energy_export_kwh": export_kwh}
    parts = []
    for key, value in (said | more).items():
        text = value if isinstance(value, Raw) else json.dumps(value)
        parts.append(f"{json.dumps(key)}:{text}")
    return ("{" + ",".join(parts) + "}").encode()


class Raw(str):
    """A number's text."""


def of_meter(leaf: str, content: bytes, gateway: str = GATEWAY, meter: str = METER, retained: bool = False) -> Delivery:
    return Delivery(f"lumbus/v1/{gateway}/{meter}/{leaf}", content, retained)


def of_gateway(leaf: str, content, gateway: str = GATEWAY, retained: bool = False) -> Delivery:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Delivery(f"lumbus/v1/{gateway}/{leaf}", text, retained)


def reading(*args, gateway: str = GATEWAY, meter: str = METER, **more) -> Delivery:
    return of_meter("reading", payload(*args, **more), gateway, meter)


class Listed:
    """A Source that hands out a list, and again what was not acknowledged after `again()`."""

    def __init__(self, deliveries):
        self.left = list(deliveries)
        self.held: list[Delivery] = []
        self.acknowledged: list[Delivery] = []
        self.is_down = self.loses_acknowledgements = self.closed = False

    def take(self, most: int, wait_s: float) -> list[Delivery]:
        if self.is_down:
            raise SourceDown("it is away")
        taken, self.left = self.left[:most], self.left[most:]
        self.held += taken
        return taken

    def acknowledge(self, deliveries: list[Delivery]) -> None:
        if self.loses_acknowledgements:
            raise SourceDown("it went away")
        self.acknowledged += deliveries
        self.held = [delivery for delivery in self.held if delivery not in deliveries]

    def again(self) -> None:
        self.left, self.held = self.held + self.left, []

    def close(self) -> None:
        self.closed = True


def collector(source, url: str, **more) -> Collector:
    settings = {"linger_s": 0, "clock": lambda: NOW} | more
    return Collector(source, lambda: open_store(url)[0], "lumbus", **settings)


def collect(url: str, deliveries, **more) -> Collector:
    """All of them, to the end."""
    source = Listed(deliveries)
    made = collector(source, url, **more)
    while source.left:
        made.step()
    made.close()
    return made
