"""The broker of a run: one that we start, and can strike, or somebody's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..contact.target import parse
from .fault import Fault


class Broker(Protocol):
    """addresses: (host, port) for devices; collect_url: for collectors.  strikes: the faults that it knows."""

    name: str
    addresses: list[tuple[str, int]]
    collect_url: str
    user: str | None
    strikes: tuple[str, ...]

    def pids(self) -> list[int]: ...

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        """Begin the fault: what was struck, and what ends it.  LookupError where there is nothing to strike now."""
        ...

    def stop(self) -> None: ...

    def measured(self) -> dict:
        """What else there is to tell at the end."""
        ...


class Nats:
    """Three nodes of a cluster."""

    name = "nats"
    user: str | None = None
    strikes: tuple[str, ...] = ("node", "leader")

    def __init__(self, folder: Path):
        from ..engines.nats import NatsCluster

        self._cluster = NatsCluster(folder / "nats")
        self._cluster.start()
        self.addresses = [("127.0.0.1", node.mqtt_port) for node in self._cluster.nodes]
        self.collect_url = "nats://" + ",".join(url.removeprefix("nats://") for url in self._cluster.urls)
        self._next = 0

    def pids(self) -> list[int]:
        return self._cluster.pids

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        cluster = self._cluster
        leader = cluster.leader_of()
        if fault.what == "leader":
            if leader is None:
                raise LookupError("nobody leads the stream of the messages now")
            number = leader
        else:
            number = self._next % len(cluster.nodes)
            self._next += 1
        cluster.kill(number)
        leads = ", which led the messages' stream" if number == leader else ""
        return cluster.nodes[number].name + leads, lambda: cluster.start(number)

    def stop(self) -> None:
        self._cluster.stop()

    def measured(self) -> dict:
        from ..engines.nats import MESSAGES

        for node in self._cluster.nodes:
            state = node.stream(MESSAGES, "state")
            if state:
                return {"stream_messages": state["messages"], "stream_bytes": state["bytes"]}
        return {}


class Mosquitto:
    name = "mosquitto"
    user: str | None = None
    strikes: tuple[str, ...] = ("broker",)

    def __init__(self, folder: Path):
        from ..engines.mosquitto import Mosquitto as Engine

        self._engine = Engine(folder / "mosquitto")
        self._engine.start()
        self.addresses = [("127.0.0.1", self._engine.port)]
        self.collect_url = self._engine.mqtt_urls[0]

    def pids(self) -> list[int]:
        pid = self._engine.pid
        return [] if pid is None else [pid]

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        if fault.kill:
            self._engine.kill()
        else:
            self._engine.stop()
        return "mosquitto" + (", killed" if fault.kill else ""), self._engine.start

    def stop(self) -> None:
        self._engine.stop()

    def measured(self) -> dict:
        return {}


class Given:
    """Somebody's own, at mqtt://[user@]host[:port]; the password as everywhere from the environment."""

    strikes: tuple[str, ...] = ()

    def __init__(self, url: str):
        target = parse(url)
        if target.port is not None or target.tls or target.path:
            raise ValueError(f"--broker {url}: must be nats, mosquitto or mqtt://[user@]host[:port]")
        self.name = target.where
        self.addresses = [(target.host, target.number)]
        self.collect_url = url
        self.user = target.user

    def pids(self) -> list[int]:
        return []

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        raise LookupError("it is not ours to strike")

    def stop(self) -> None:
        pass

    def measured(self) -> dict:
        return {}


def open_broker(what: str, folder: Path) -> Broker:
    """ValueError in words; RuntimeMissing where its program is not there."""
    if what == "nats":
        return Nats(folder)
    if what == "mosquitto":
        return Mosquitto(folder)
    return Given(what)
