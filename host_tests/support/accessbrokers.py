"""Brokers under the access lists that people use, with two gateways, and a witness who reads everything."""

import contextlib
import itertools
import socket
import threading
import time

from mqttpublisher import connect, publish, read_exactly
from needs import require_program
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from taker import wait_until

from lumbus.engines.accounts import accounts
from lumbus.engines.mosquitto import Mosquitto
from lumbus.engines.nats import NatsCluster

ONE, OTHER = "020000000001", "020000000002"
# Some whose marks a configuration could mistake for its own.
USERS = {"collector": 'col"lect\\or', "operator": "$op er#ator", ONE: "first {one}", OTHER: "second, one"}
FORBIDDEN = b"forbidden"
# NATS lets somebody wait for 5 s whose client id was just in use.
_NUMBERS = itertools.count()
_WITNESS = '            { user: "witness", password: "w" }\n            # Who looks,'


class OfMosquitto:
    """mqtt: the port of gateways; collect: the collector's address."""

    def __init__(self, folder):
        require_program("mosquitto")
        self._broker = Mosquitto(folder, USERS | {"witness": "w"}, rules="\nuser witness\ntopic read #\n")
        self._broker.start()
        self.mqtt = self._broker.port
        self.collect = f"mqtt://collector@127.0.0.1:{self.mqtt}"

    def stop(self) -> None:
        self._broker.stop()


class OfNats:
    """The same."""

    def __init__(self, folder):
        require_program("nats-server")
        text = accounts(USERS)
        assert text.count("            # Who looks,") == 1
        self._broker = NatsCluster(folder, 1, text.replace("            # Who looks,", _WITNESS))
        self._broker.start()
        self.mqtt = self._broker.nodes[0].mqtt_port
        self.collect = self._broker.urls[0].replace("nats://", "nats://collector@")

    def stop(self) -> None:
        # In good order it takes some seconds where a connection has just been lost.
        self._broker.kill(0)


class Person:
    """A client of MQTT 3.1.1.  `heard`: (topic, payload) that came."""

    def __init__(self, port: int, user: str, password: str | None = None, will: str | None = None):
        self.heard: list[tuple[str, bytes]] = []
        self._answer = threading.Event()
        self._codes: list = []
        self.client = client = Client(CallbackAPIVersion.VERSION2, client_id=f"test-{user}-{next(_NUMBERS)}")
        client.on_connect = self._on_answer
        client.on_subscribe = lambda _c, _d, _n, codes, _p: self._on_answer(None, None, None, codes[0], None)
        client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))
        client.username_pw_set(user, USERS.get(user, "w") if password is None else password)
        if will is not None:
            client.will_set(will, "will", 1, True)
        client.connect("127.0.0.1", port)
        client.loop_start()
        self.is_accepted = not self._answered().is_failure
        if self.is_accepted:
            # The callback comes a moment sooner.
            wait_until(client.is_connected)

    @property
    def topics(self) -> set[str]:
        """On which something came; without what NATS says to itself."""
        return {topic for topic, payload in self.heard if topic[0] != "$" or payload == FORBIDDEN}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()
        self.client.loop_stop()

    def _on_answer(self, _client, _data, _flags, code, _properties) -> None:
        self._codes.append(code)
        self._answer.set()

    def _answered(self):
        assert self._answer.wait(20)
        self._answer.clear()
        return self._codes[-1]

    def subscribe(self, topic: str, qos: int = 0) -> bool:
        """Whether it was taken."""
        self.client.subscribe(topic, qos)
        return not self._answered().is_failure

    def publish(self, topic: str, payload: str, retained: bool = False) -> None:
        """Returns when it is acknowledged."""
        told = self.client.publish(topic, payload, 1, retained)
        told.wait_for_publish(20)
        assert told.is_published()

    def lose(self) -> None:
        """Lose the connection: the broker publishes the will."""
        connection = self.client.socket()
        assert connection is not None
        self.client.loop_stop()
        connection.close()

    def hears(self, topic: str, payload: bytes, within_s: float = 20) -> bool:
        deadline = time.monotonic() + within_s
        while (topic, payload) not in self.heard:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def attempt(broker, user: str, topic: str, retained: bool = False) -> None:
    """Publish "forbidden" on a connection of its own.

    QoS 1 of MQTT 3.1.1 cannot say no: it is acknowledged and thrown away, and mosquitto 2.0.11 ends the connection.
    """
    with socket.create_connection(("127.0.0.1", broker.mqtt), timeout=20) as s:
        s.sendall(connect(f"attempt-{next(_NUMBERS)}", user, USERS[user]))
        assert read_exactly(s, 4)[3] == 0
        s.sendall(publish(topic, FORBIDDEN, 1, retained))
        with contextlib.suppress(EOFError, ConnectionResetError):
            assert read_exactly(s, 4)[:1] == b"\x40"
