"""NATS JetStream with its MQTT gateway: nodes on loopback with the configuration that people use.

Each has a folder of its own with its store and log.  Without users everybody may
do everything, as in a laboratory.
"""

import http.client
import json
import socket
from pathlib import Path

from ..demo.broker import free_port
from .program import NotStarted, Program, found
from .shipped import filled

_START_S = 60
# Somebody else may take a port between our finding it free and the node's binding it.
_TRIES = 5
# The stream in which a message lies that MQTT has acknowledged.
MESSAGES = "$MQTT_msgs"
_HOST = "127.0.0.1"
# MQTT 3.1.1, a clean session, its name given by the broker.
_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x1e\x00\x00"


class Node:
    """One of the cluster's: its ports stay its own when it is started again."""

    def __init__(self, name: str, folder: Path, alone: bool):
        self.name = name
        self.alone = alone
        self.folder = folder
        self.choose_ports()

    def choose_ports(self) -> None:
        self.port, self.mqtt_port, self.cluster_port, self.http_port = (free_port() for _ in range(4))

    def ask(self, path: str) -> dict | None:
        """What its monitoring says there; None where it does not answer."""
        connection = http.client.HTTPConnection(_HOST, self.http_port, timeout=2)
        try:
            connection.request("GET", path)
            body = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return body if isinstance(body, dict) else None

    def ready(self) -> bool:
        """Whether it knows the cluster's leader, is up to date, and MQTT is answered."""
        members = ((self.ask("/jsz") or {}).get("meta_cluster")) or {}
        if (
            not (members.get("leader") or self.alone)
            or (self.ask("/healthz?js-server-only=true") or {}).get("status") != "ok"
        ):
            return False
        return _answers_mqtt(self.mqtt_port)

    def stream(self, name: str, part: str = "cluster") -> dict | None:
        """What it says of that stream: {"leader", "replicas"}, or another `part`; None where it knows none."""
        told = self.ask("/jsz?streams=1") or {}
        for account in told.get("account_details") or []:
            for stream in account.get("stream_detail") or []:
                if stream["name"] == name:
                    return stream.get(part) or {}
        return None


class NatsCluster:
    """Three `nodes`, numbered from 0, or one alone.  start() and stop() are of all, start(n) and kill(n) of one.

    users: the text of an accounts.conf; None: everybody may do everything.
    RuntimeMissing where there is no nats-server.  Start it from a thread that lasts, see `program`.
    """

    def __init__(self, folder: Path, nodes: int = 3, users: str | None = None):
        self._server = found("nats-server", "nats-server")
        self._users = users
        names = [f"nats-{number}" for number in range(1, nodes + 1)]
        self.nodes = [Node(name, folder / name, nodes == 1) for name in names]
        self._programs: list[Program] = []

    @property
    def urls(self) -> list[str]:
        return [f"nats://{_HOST}:{node.port}" for node in self.nodes]

    @property
    def mqtt_urls(self) -> list[str]:
        return [f"mqtt://{_HOST}:{node.mqtt_port}" for node in self.nodes]

    @property
    def programs(self) -> list[Program]:
        return list(self._programs)

    def start(self, number: int | None = None) -> None:
        """Returns when all of them, or that one, answer; NotStarted within 60 s where they do not."""
        if number is not None:
            self._programs[number].launch()
            self._wait(number)
            return
        for left in reversed(range(_TRIES)):
            try:
                self._start_all()
                return
            except NotStarted as e:
                self.stop()
                if not left or "address already in use" not in str(e):
                    raise
                for node in self.nodes:
                    node.choose_ports()

    def _start_all(self) -> None:
        for node in self.nodes:
            node.folder.mkdir(parents=True, exist_ok=True)
            self.configure(node)
        self._programs = [self._program(node) for node in self.nodes]
        for program in self._programs:
            program.launch()
        for number in range(len(self.nodes)):
            self._wait(number, self._all_run)

    def _all_run(self) -> bool:
        """NotStarted where one has ended: the others would wait for it in vain."""
        for program in self._programs:
            if not program.running:
                raise NotStarted(f"a node of NATS has ended: {program.last_words()}")
        return True

    def _wait(self, number: int, and_too=lambda: True) -> None:
        node = self.nodes[number]
        self._programs[number].wait_until(lambda: and_too() and node.ready() and self._in_step(number), _START_S)

    def kill(self, number: int) -> None:
        """As a power cut of that node."""
        self._programs[number].kill()

    def stop(self) -> None:
        for program in self._programs:
            program.stop()

    @property
    def pids(self) -> list[int]:
        """Of the nodes that run."""
        return [program.pid for program in self._programs if program.pid is not None]

    def running(self, number: int) -> bool:
        return self._programs[number].running

    def leader_of(self, stream: str = MESSAGES) -> int | None:
        """The number of the node that leads the stream; None while there is no such stream or nobody does."""
        for number, node in enumerate(self.nodes):
            if (node.stream(stream) or {}).get("leader") == node.name:
                return number
        return None

    def _in_step(self, number: int) -> bool:
        """Whether the node has all that is acknowledged: who leads says so."""
        if len(self.nodes) == 1:
            return True
        leader = self.leader_of()
        if leader is None:
            return all(node.stream(MESSAGES) is None for node in self.nodes)
        replicas = (self.nodes[leader].stream(MESSAGES) or {}).get("replicas") or []
        return leader == number or any(
            replica["name"] == self.nodes[number].name and replica["current"] for replica in replicas
        )

    def _program(self, node: Node) -> Program:
        return Program([self._server, "-c", str(node.folder / "nats-server.conf")], node.folder / "log")

    def configure(self, node: Node) -> None:
        """Write its configuration: the shipped one with other places."""
        replicas = len(self.nodes)
        listen = ' *listen: "0.0.0.0:{}"'
        changes = {
            "server_name: nats-1": f"server_name: {node.name}",
            listen.format(4222): f'listen: "{_HOST}:{node.port}"',
            listen.format(6222): f'    listen: "{_HOST}:{node.cluster_port}"',
            listen.format(1883): f'    listen: "{_HOST}:{node.mqtt_port}"',
            'http: "127.0.0.1:8222"': f'http: "{_HOST}:{node.http_port}"',
            ' *store_dir: "/var/lib/nats"': f'    store_dir: "{node.folder / "store"}"',
            " *max_file_store: 50GB": "    max_file_store: 8GB",
            " *stream_replicas: 3": f"    stream_replicas: {replicas}",
            " *consumer_replicas: 3": f"    consumer_replicas: {replicas}",
        }
        for number, other in enumerate(self.nodes, 1):
            changes[f' *"nats://nats-{number}.example.net:6222"'] = f'        "nats://{_HOST}:{other.cluster_port}"'
        if len(self.nodes) == 1:
            changes = {place: said for place, said in changes.items() if "6222" not in place}
            changes["cluster {(?:\n    .*)*\n}"] = ""
        if self._users is None:
            changes['include "accounts.conf"'] = ""
        else:
            accounts = node.folder / "accounts.conf"
            accounts.write_text(self._users)
            accounts.chmod(0o600)
        text = filled("nats/nats-server.conf", changes)
        (node.folder / "nats-server.conf").write_text(text)


def _answers_mqtt(port: int) -> bool:
    """Whether a CONNECT gets its CONNACK, accepted or not: the first accepted one makes the streams."""
    try:
        with socket.create_connection((_HOST, port), timeout=5) as s:
            s.sendall(_CONNECT)
            return s.recv(4)[:1] == b"\x20"
    except OSError:
        return False
