"""The demo's broker gets its ports also where others take them, and its front can be shut."""

import socket
import time

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from lumbus.demo import broker
from lumbus.demo.consumer import Consumer


@pytest.fixture
def started():
    made = broker.BrokerThread()
    made.start()
    yield made
    made.stop()


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 5).close()


def until(does_connect: bool, port: int) -> None:
    """Tries at a human pace: whoever hammers fills the listener's backlog and hangs in it."""
    deadline = time.monotonic() + 30
    while True:
        with socket.socket() as s:
            if (s.connect_ex(("127.0.0.1", port)) == 0) is does_connect:
                return
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_port_that_somebody_else_took_is_given_up_for_another(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ports = [other.getsockname()[1]]
        free_port = broker.free_port
        monkeypatch.setattr(broker, "free_port", lambda: ports.pop() if ports else free_port())
        made = broker.BrokerThread()
        made.start()
        try:
            assert made.port != other.getsockname()[1]
            connect(made.front_port)
        finally:
            made.stop()


def test_a_shut_front_refuses_keeps_its_port_and_opens_again(started):
    connect(started.front_port)
    started.shut_front(3)
    until(False, started.front_port)
    with socket.socket() as other, pytest.raises(OSError):
        other.bind(("127.0.0.1", started.front_port))
    until(True, started.front_port)


def test_commands_of_somebody_else_do_not_disturb_the_consumer(started):
    consumer = Consumer(started.port, "base")
    consumer.start()
    other = Client(CallbackAPIVersion.VERSION2)
    other.connect("127.0.0.1", started.port)
    other.loop_start()
    try:
        for topic, payload in (("cmd/poll", b""), ("cmd/log", b"\xff{"), ("status", b'{"boot": 1}')):
            other.publish(f"base/v1/gateway/{topic}", payload, qos=1).wait_for_publish(10)
        assert consumer.inbox.get(timeout=10) == ("status", {"boot": 1})
    finally:
        other.loop_stop()
        consumer.stop()
