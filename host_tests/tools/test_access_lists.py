"""The access lists under tools/headend at real brokers: what is forbidden does not arrive, what is allowed does."""

import os
import subprocess

import pytest
from accessbrokers import ONE, OTHER, USERS, OfMosquitto, OfNats, Person, attempt
from needs import require_runtime
from taker import wait_until

from lumbus import runtime as runtimes
from lumbus.collect.source import SourceDown
from lumbus.collect.sources import open_source
from lumbus.contact.target import PASSWORD
from lumbus.engines.accounts import accounts, read_list
from lumbus.paths import BOARD, FIRMWARE, LIB, UMQTT

BROKERS = {"mosquitto": OfMosquitto, "nats": OfNats}
OWN, FOREIGN = f"lumbus/v1/{ONE}", f"lumbus/v1/{OTHER}"
METER = "16250476ad320102"
MAY = [f"{OWN}/{leaf}" for leaf in ("status", "info", "event", "reply/poll", "want", "update", f"{METER}/reading")]
MAY_NOT = [f"{FOREIGN}/status", f"{FOREIGN}/{METER}/reading", f"{FOREIGN}/cmd/poll", f"lumbus/v2/{ONE}/status"]
MAY_NOT += ["lumbus/v1/status", f"other/v1/{ONE}/status", "homeassistant/status", f"homeassistant/sensor/{ONE}/config"]
# What NATS's gateway and its streams use.
INNER = ["$MQTT/msgs/lumbus/v1/x/status", "$JS/API/STREAM/DELETE/$MQTT_msgs", "$SYS/x"]
ANNOUNCED = f"homeassistant/device/lumbus_{ONE}_{METER}/config"


@pytest.fixture(params=BROKERS)
def broker(request, tmp_path):
    broker = BROKERS[request.param](tmp_path / "broker")
    yield broker
    broker.stop()


def test_a_gateway_writes_only_under_its_own_name(broker):
    with Person(broker.mqtt, "witness") as witness:
        assert witness.subscribe("#", 1)
        for topic in MAY_NOT + INNER:
            attempt(broker, ONE, topic, retained=True)
        with Person(broker.mqtt, ONE, will=f"{FOREIGN}/status") as gateway:
            for topic in MAY:
                gateway.publish(topic, "allowed", retained=True)
            assert all(witness.hears(topic, b"allowed") for topic in MAY)
            gateway.lose()
        with Person(broker.mqtt, OTHER, will=f"{FOREIGN}/will") as other:
            other.lose()
            assert witness.hears(f"{FOREIGN}/will", b"will")
        assert witness.topics == {*MAY, f"{FOREIGN}/will"}
    with Person(broker.mqtt, "witness") as late:
        # What is retained.
        assert late.subscribe("#", 1)
        assert all(late.hears(topic, b"allowed") for topic in MAY)
        assert late.topics <= {*MAY, f"{FOREIGN}/will"}


def test_a_gateway_hears_only_its_own_commands(broker):
    with Person(broker.mqtt, "operator") as operator, Person(broker.mqtt, ONE) as gateway:
        assert gateway.subscribe(f"{OWN}/cmd/+")
        for qos in (0, 1):
            for topic in (
                f"{FOREIGN}/cmd/+",
                "lumbus/v1/+/cmd/+",
                "lumbus/v1/#",
                f"{FOREIGN}/#",
                "#",
                "+/#",
                "$MQTT/sub/#",
            ):
                gateway.subscribe(topic, qos)
        with Person(broker.mqtt, OTHER) as other:
            assert other.subscribe(f"{FOREIGN}/cmd/+")
            other.publish(f"{FOREIGN}/status", "private")
            operator.publish(f"{FOREIGN}/cmd/poll", "for the other")
            assert other.hears(f"{FOREIGN}/cmd/poll", b"for the other")
        operator.publish(f"{OWN}/cmd/poll", "for you")
        assert gateway.hears(f"{OWN}/cmd/poll", b"for you")
        assert gateway.topics == {f"{OWN}/cmd/poll"}


def test_the_operator_reads_all_and_writes_commands_alone(broker):
    with Person(broker.mqtt, "witness") as witness:
        assert witness.subscribe("#", 1)
        for topic in (f"{OWN}/status", f"{OWN}/{METER}/reading", "lumbus/v1/cmd/poll", "homeassistant/status"):
            attempt(broker, "operator", topic)
        with Person(broker.mqtt, "operator") as operator, Person(broker.mqtt, ONE) as gateway:
            assert operator.subscribe("lumbus/v1/#", 1)
            gateway.publish(f"{OWN}/status", "on")
            assert operator.hears(f"{OWN}/status", b"on")
            operator.publish(f"{OWN}/cmd/chunk", "yes")
            assert witness.hears(f"{OWN}/cmd/chunk", b"yes")
        assert witness.topics == {f"{OWN}/status", f"{OWN}/cmd/chunk"}


def test_who_is_not_known_or_has_no_password_does_not_come_in(broker):
    for user, password in ((ONE, "wrong"), (ONE, USERS[OTHER]), ("nobody", "x"), ("operator", "")):
        with Person(broker.mqtt, user, password) as person:
            assert not person.is_accepted


def test_the_collector_reads_and_writes_nothing(broker, monkeypatch):
    monkeypatch.setenv(PASSWORD, USERS["collector"])
    source = open_source(broker.collect, "a", "group")
    wait_until(lambda: took(source) == [])
    attempt(broker, ONE, f"{FOREIGN}/status")
    with Person(broker.mqtt, ONE) as gateway:
        gateway.publish(f"{OWN}/status", "allowed")
    came = []
    wait_until(lambda: came.extend(took(source) or []) or came)
    assert [(d.topic, d.payload) for d in came] == [(f"{OWN}/status", b"allowed")]
    source.acknowledge(came)
    source.close()
    source = open_source(broker.collect, "a", "group")
    wait_until(lambda: took(source) == [])
    source.close()


def took(source):
    """What came, None while the broker is away."""
    try:
        return source.take(10, 0.2)
    except SourceDown:
        return None


def test_the_collector_cannot_publish(broker):
    with Person(broker.mqtt, "witness") as witness, Person(broker.mqtt, "operator") as operator:
        assert witness.subscribe("#", 1)
        with Person(broker.mqtt, "collector") as collector:
            # NATS lets it in by its own protocol alone.
            may_connect = collector.is_accepted
        assert may_connect == isinstance(broker, OfMosquitto)
        if may_connect:
            attempt(broker, "collector", f"{OWN}/cmd/restart")
            attempt(broker, "collector", f"{OWN}/status")
        operator.publish(f"{OWN}/cmd/poll", "last")
        assert witness.hears(f"{OWN}/cmd/poll", b"last")
        assert witness.topics == {f"{OWN}/cmd/poll"}


def test_a_gateway_announces_itself_to_home_assistant(broker):
    with Person(broker.mqtt, "witness") as witness, Person(broker.mqtt, ONE) as gateway:
        assert witness.subscribe("#", 1)
        assert gateway.subscribe("homeassistant/status")
        gateway.publish(ANNOUNCED, "allowed", True)
        assert witness.hears(ANNOUNCED, b"allowed")


# The firmware's own publisher of messages, as a gateway that knows its name and password.
_FIRMWARE = """
import asyncio, time
import old_names
old_names.install()
from host_socket import Network
from uplink.mqtt_codec import Codec
from uplink.mqtt_link import Link
from uplink.topics import Topics

class Clock:
    def ms(self):
        return time.time_ns() // 1000000
    async def sleep_ms(self, ms):
        await asyncio.sleep(ms / 1000)

async def main():
    topics = Topics("lumbus", NAME)
    codec = Codec(topics.client_id, NAME.encode(), PASSWORD.encode(), 10, topics.status, b"offline")
    heard = []
    link = Link(Network(), Clock(), codec, 10, lambda topic, payload, retained: heard.append((topic, payload)))
    await link.open("127.0.0.1", PORT)
    await link.subscribe(topics.command)
    await link.publish(topics.status, b"online", True)
    await link.publish(topics.meter("METER", "reading"), b"1234.07", False)
    while not heard:
        await link.idle()
        await asyncio.sleep(0.01)
    print(heard[0][0].decode(), heard[0][1].decode())
    link.drop()

asyncio.run(main())
"""


@pytest.mark.parametrize("runtime", runtimes.RUNTIMES)
def test_the_firmware_publishes_and_obeys_under_them(broker, runtime):
    require_runtime(runtime)
    script = _FIRMWARE.replace("PORT", str(broker.mqtt)).replace("NAME", repr(ONE)).replace("METER", METER)
    script = script.replace("PASSWORD", repr(USERS[ONE]))
    path = os.pathsep.join(map(str, (BOARD / "host", BOARD / "common", FIRMWARE, LIB, UMQTT)))
    env = {**os.environ, "MICROPYPATH": f"{path}:.frozen", "PYTHONPATH": path}
    with Person(broker.mqtt, "operator") as operator:
        assert operator.subscribe("lumbus/v1/#", 1)
        command = [*runtimes.command(runtime, "-c"), script]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert operator.hears(f"{OWN}/{METER}/reading", b"1234.07")
            operator.publish(f"{OWN}/cmd/poll", "now")
            said, errors = run.communicate(timeout=60)
        assert said == f"{OWN}/cmd/poll now\n", errors
        assert operator.hears(f"{OWN}/status", b"online") and operator.hears(f"{OWN}/status", b"offline")


def test_a_list_of_users():
    users = read_list("# all of them\ncollector:a\noperator:b:c\n\n020000000001:d e\n")
    assert users == {"collector": "a", "operator": "b:c", "020000000001": "d e"}
    text = accounts(users, "site/one", "ha")
    assert '"site.one.v1.020000000001.>"' in text and '"ha.device.*.config"' in text and "$LUMBUS" not in text
    assert '"homeassistant' not in accounts(users, discovery=None)


@pytest.mark.parametrize(
    "text, words",
    [
        ("collector:a\n", "no operator"),
        ("collector:a\noperator:b\nx", "line 3"),
        ("collector:a\noperator:b\nx:\n", "line 3"),
        ("collector:a\noperator:b\na>b:secret\n", "line 3"),
        ("collector:a\noperator:b\ncollector:secret\n", "twice"),
        ("collector:a\noperator:secret\x01\n", "line 2"),
    ],
)
def test_a_list_that_cannot_be_meant(text, words):
    with pytest.raises(ValueError, match=words) as refused:
        read_list(text)
    assert "secret" not in str(refused.value)
