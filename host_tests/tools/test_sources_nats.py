"""Deliveries from real NATS nodes: shared, killed and brought back, also the node that leads what was acknowledged."""

import contextlib
import json
import time

import pytest
from mqttpublisher import Publisher
from needs import require_program
from taker import Taker, is_up, wait_until

from lumbus.collect.source import SourceDown
from lumbus.collect.sources import open_source
from lumbus.collect.wanted import subject_of, topic_of
from lumbus.contact.target import PASSWORD
from lumbus.engines import nats
from lumbus.engines.nats import NatsCluster
from lumbus.engines.program import listens

TOPIC = "lumbus/v1/aa/16250476ad320102/reading"


@pytest.fixture
def node(tmp_path):
    require_program("nats-server")
    node = NatsCluster(tmp_path / "nats", nodes=1)
    node.start()
    yield node
    node.stop()


@pytest.fixture
def cluster(tmp_path):
    require_program("nats-server")
    cluster = NatsCluster(tmp_path / "nats")
    cluster.start()
    yield cluster
    cluster.stop()


def address(cluster) -> str:
    return "nats://" + ",".join(url.partition("://")[2] for url in cluster.urls)


def opened(cluster, name="a", group=None, ack_wait_s=30):
    source = open_source(address(cluster), name, group, ack_wait_s=ack_wait_s)
    wait_until(lambda: is_up(source))
    return source


def publisher(cluster, gateway: int, count: int, topic=None) -> Publisher:
    ports = [node.mqtt_port for node in cluster.nodes]
    turn = gateway % len(ports)
    return Publisher(
        ports[turn:] + ports[:turn],
        topic or (lambda number: TOPIC),
        lambda number: json.dumps([gateway, number]).encode(),
        count,
        name=f"gateway-{gateway}",
    )


def published(cluster, gateway: int, count: int) -> set[str]:
    """Publish so many, and return when each has its PUBACK."""
    one = publisher(cluster, gateway, count)
    one.start()
    one.finish(60)
    return payloads(one, gateway)


def payloads(one: Publisher, gateway: int) -> set[str]:
    return {json.dumps([gateway, number]) for number in one.acknowledged}


def store_until(source, came: set[str], done) -> None:
    """Take and acknowledge until done()."""

    def step() -> bool:
        with contextlib.suppress(SourceDown):
            deliveries = source.take(200, 0.1)
            came.update(delivery.payload.decode() for delivery in deliveries)
            source.acknowledge(deliveries)
        return done()

    wait_until(step)


@pytest.mark.parametrize(
    "topic, subject",
    [
        ("lumbus/v1/aa/status", "lumbus.v1.aa.status"),
        ("a/b", "a.b"),
        ("/a", "/.a"),
        ("a/", "a./"),
        ("a//b", "a./.b"),
        ("//", "/././"),
        ("a.b/c", "a//b.c"),
        ("é/ü-_", "é.ü-_"),
    ],
)
def test_topics_and_subjects(topic, subject):
    assert subject_of(topic) == subject
    assert topic_of(subject) == topic


def test_topics_come_as_they_were_published(node):
    topics = [f"site//one/v1/{name}" for name in ("aa/status", "aa/m-1/reading", "aa_é/event")]
    source = open_source(address(node) + "/site//one", "a")
    wait_until(lambda: is_up(source))
    one = publisher(node, 0, len(topics), lambda number: topics[number])
    one.start()
    one.finish(30)
    came: list[str] = []
    wait_until(lambda: came.extend(delivery.topic for delivery in source.take(10, 0.1)) or len(came) == 3)
    assert came == topics
    source.close()


def test_what_nobody_wants_is_not_kept_for_us(node):
    source = opened(node)
    topics = ["lumbus/v1/aa/cmd/poll", "lumbus/v1/aa/m/aim", TOPIC]
    one = publisher(node, 0, 3, lambda number: topics[number])
    one.start()
    one.finish(30)
    came = []
    wait_until(lambda: came.extend(source.take(10, 0.1)) or came)
    assert [delivery.topic for delivery in came] == [TOPIC]
    source.acknowledge(came)
    source.close()
    wait_until(lambda: kept(node) == 0)


def kept(node) -> int:
    told = node.nodes[0].ask("/jsz?streams=1")["account_details"][0]["stream_detail"]
    return next(stream["state"]["messages"] for stream in told if stream["name"] == nats.MESSAGES)


def test_a_collector_may_come_before_any_gateway(tmp_path, monkeypatch):
    require_program("nats-server")
    # Else the engine connects by MQTT to see whether that is answered.
    monkeypatch.setattr(nats, "_answers_mqtt", listens)
    node = NatsCluster(tmp_path / "nats", nodes=1)
    node.start()
    assert node.nodes[0].stream(nats.MESSAGES) is None
    opened(node).close()
    wanted = published(node, 0, 50)
    source, came = opened_at_once(node), set()
    store_until(source, came, lambda: came == wanted)
    source.close()
    node.stop()


def opened_at_once(node):
    return open_source(address(node), "a")


def test_two_share_and_what_a_killed_one_had_in_hand_comes_to_the_other(node):
    url = address(node)
    with Taker(url, "a", "-", "hold", "2") as first, Taker(url, "b", "-", "store") as second:
        wanted = published(node, 0, 2500)
        wait_until(lambda: first.look() | second.look() == wanted)
        assert first.taken and second.taken
        first.kill()
        wait_until(lambda: second.look() == wanted)


def test_a_group_has_one_base(node):
    source = opened(node)
    other = open_source(address(node) + "/elsewhere", "b")

    def told() -> bool:
        try:
            other.take(1, 0.1)
        except SourceDown as e:
            return "give another --group" in str(e)
        return False

    wait_until(told)
    source.close()
    other.close()


def test_what_was_acknowledged_outlives_the_death_of_a_node_alone(node):
    opened(node).close()
    wanted = published(node, 0, 300)
    node.kill(0)
    source, came = opened_at_once(node), set()
    with pytest.raises(SourceDown):
        source.take(1, 0.3)
    node.start(0)
    store_until(source, came, lambda: came == wanted)
    source.close()


def test_no_acknowledged_message_is_lost_when_the_node_dies_that_leads_them(cluster):
    source, came = opened(cluster, ack_wait_s=3), set()
    publishers = [publisher(cluster, gateway, 1500) for gateway in range(3)]
    for one in publishers:
        one.start()

    def acknowledged() -> int:
        return sum(len(one.acknowledged) for one in publishers)

    store_until(source, came, lambda: acknowledged() > 1000)
    leader = cluster.leader_of(nats.MESSAGES)
    assert leader is not None
    cluster.kill(leader)
    before = acknowledged()
    assert before < 4500
    store_until(source, came, lambda: acknowledged() > before + 300)
    cluster.start(leader)
    store_until(source, came, lambda: not any(one.is_alive() for one in publishers))
    wanted = set().union(*(payloads(one, gateway) for gateway, one in enumerate(publishers)))
    assert len(wanted) == 4500
    store_until(source, came, lambda: came >= wanted)
    assert came == wanted
    # It was felt: without the leader there are no acknowledgements.
    assert max(one.longest_pause_s for one in publishers) > 0.5
    source.close()


def test_a_collector_that_is_refused_for_a_while_comes_back(tmp_path, monkeypatch):
    require_program("nats-server")
    monkeypatch.setenv(PASSWORD, "right")
    users = 'accounts { A { jetstream: enabled, users: [{ user: "c", password: "right" }] } }'
    node = NatsCluster(tmp_path / "nats", 1, users)
    node.start()
    source = open_source(address(node).replace("nats://", "nats://c@"), "a")
    wait_until(lambda: is_up(source))
    node.stop()
    other = NatsCluster(tmp_path / "other", 1, users.replace("right", "changed"))
    other.nodes[0].port = node.nodes[0].port
    other.start()
    wait_until(lambda: "Authorization" in (fault_of(source) or ""))
    # Several attempts.
    until = time.monotonic() + 3
    wait_until(lambda: fault_of(source) is not None and time.monotonic() > until)
    other.stop()
    node.start()
    wait_until(lambda: is_up(source))
    source.close()
    node.stop()


def fault_of(source) -> str | None:
    try:
        source.take(1, 0.1)
    except SourceDown as e:
        return str(e)
    return None
