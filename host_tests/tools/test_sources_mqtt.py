"""Deliveries from a real mosquitto: shared, killed and brought back, and what survives the broker's end."""

import pytest
from mqttpublisher import Publisher
from needs import require_program
from taker import Taker, is_up, wait_until

from lumbus.collect.source import SourceDown
from lumbus.collect.sources import open_source
from lumbus.engines.mosquitto import Mosquitto
from lumbus.engines.shipped import filled

TOPIC = "lumbus/v1/aa/16250476ad320102/reading"


@pytest.fixture
def broker(tmp_path):
    require_program("mosquitto")
    broker = Mosquitto(tmp_path / "mosquitto")
    broker.start()
    yield broker
    broker.stop()


def published(broker, first: int, count: int) -> set[str]:
    """Publish so many, and return when each has its PUBACK."""
    publisher = Publisher([broker.port], lambda number: TOPIC, lambda number: b"%d" % (first + number), count)
    publisher.start()
    publisher.finish(60)
    return {str(first + number) for number in publisher.acknowledged}


def opened(broker, name="a", group=None):
    source = open_source(broker.mqtt_urls[0], name, group)
    wait_until(lambda: is_up(source))
    return source


def stored(source, wanted: set[str]) -> None:
    """Take and acknowledge until all of them have come."""
    missing = set(wanted)

    def done() -> bool:
        try:
            deliveries = source.take(100, 0.2)
        except SourceDown:
            return False
        missing.difference_update(delivery.payload.decode() for delivery in deliveries)
        source.acknowledge(deliveries)
        return not missing

    wait_until(done)


def test_only_what_is_wanted_comes_and_says_what_it_is(broker):
    source = opened(broker)
    topics = ["lumbus/v1/aa/cmd/poll", "lumbus/v1/aa/m/aim", "lumbus/v1/aa/event", "other/v1/aa/event", TOPIC]
    publisher = Publisher([broker.port], lambda n: topics[n], lambda n: b"{}", len(topics))
    publisher.start()
    publisher.finish(30)
    came = []
    wait_until(lambda: came.extend(source.take(10, 0.1)) or len(came) == 2)
    assert {delivery.topic for delivery in came} == {"lumbus/v1/aa/event", TOPIC}
    assert all(delivery.payload == b"{}" and not delivery.retained for delivery in came)
    source.close()


def test_two_share_and_a_killed_one_gets_what_it_had_in_hand_when_it_comes_back(broker):
    url = broker.mqtt_urls[0]
    with Taker(url, "a", "g", "hold") as first, Taker(url, "b", "g", "store") as second:
        wanted = published(broker, 0, 300)
        wait_until(lambda: first.look() | second.look() == wanted)
        assert first.taken and second.taken and not first.taken & second.taken
        first.kill()
        # What comes while it is away is handed to it all the same, and waits.
        more = published(broker, 300, 200)
        with Taker(url, "a", "g", "store") as again:
            wait_until(lambda: again.look() | second.look() == wanted | more)
            assert again.taken >= first.taken


def test_what_waits_for_a_collector_outlives_a_restart_of_the_broker(broker):
    opened(broker).close()
    wanted = published(broker, 0, 2500)
    broker.stop()
    broker.start()
    wanted |= published(broker, 2500, 100)
    source = opened_at_once(broker)
    stored(source, wanted)
    source.close()


def opened_at_once(broker):
    return open_source(broker.mqtt_urls[0], "a")


def test_a_killed_broker_loses_nothing_that_it_had_saved(tmp_path):
    require_program("mosquitto")
    broker = Mosquitto(tmp_path / "mosquitto", autosave_s=1)
    broker.start()
    opened(broker).close()
    saved = tmp_path / "mosquitto" / "mosquitto.db"
    wanted = published(broker, 0, 500)
    wait_until(lambda: saved.exists() and saved.read_bytes().count(TOPIC.encode()) >= 500)
    broker.kill()
    broker.start()
    source = opened_at_once(broker)
    stored(source, wanted)
    source.close()
    broker.stop()


def test_what_a_collector_has_it_keeps_while_the_broker_is_killed(broker):
    source = opened(broker)
    broker.stop()
    # Saved: the session and its subscription, not what comes now.
    broker.start()
    wait_until(lambda: is_up(source))
    wanted = published(broker, 0, 300)
    came = set()
    wait_until(lambda: came.update(d.payload.decode() for d in source.take(100, 0.2)) or came == wanted)
    broker.kill()
    with pytest.raises(SourceDown, match=r"reached|lost"):
        source.take(1, 1)
    broker.start()
    stored(source, published(broker, 300, 50))
    source.close()


def test_what_was_acknowledged_does_not_come_again(broker):
    source = opened(broker)
    stored(source, published(broker, 0, 50))
    source.close()
    source = opened_at_once(broker)
    wanted = published(broker, 50, 10)
    came = []
    wait_until(lambda: came.extend(d.payload.decode() for d in source.take(100, 0.2)) or len(came) >= 10)
    assert set(came) == wanted
    source.close()


def test_no_more_is_sent_ahead_than_the_window(broker):
    source = open_source(broker.mqtt_urls[0], "a", window=20)
    wait_until(lambda: is_up(source))
    wanted = published(broker, 0, 100)
    first = []
    wait_until(lambda: first.extend(source.take(100, 0.1)) or len(first) == 20)
    assert source.take(100, 0.3) == []
    source.acknowledge(first)
    stored(source, wanted - {delivery.payload.decode() for delivery in first})
    source.close()


def test_two_of_the_same_name_are_told(broker):
    source = opened(broker)
    other = open_source(broker.mqtt_urls[0], "a")

    def told() -> bool:
        for each in (source, other):
            try:
                each.take(1, 0.05)
            except SourceDown as e:
                if "the same --name" in str(e):
                    return True
        return False

    wait_until(told)
    source.close()
    other.close()


@pytest.mark.parametrize(
    "url, words",
    [
        ("mqtt://a:b@h", "no password in the address"),
        ("nats://a:b@h", "no password in the address"),
        ("nats://h:x", "port"),
        ("/dev/ttyUSB0", "must be mqtt://"),
        ("http://h", "not known"),
        ("nats://", "must be nats://"),
    ],
)
def test_addresses_that_cannot_be_meant(url, words):
    with pytest.raises(ValueError, match=words):
        open_source(url, "a")


def test_a_name_is_a_word():
    with pytest.raises(ValueError, match="--name"):
        open_source("mqtt://h", "a b")


def test_the_shipped_file_must_have_what_is_changed():
    with pytest.raises(ValueError, match="0 times"):
        filled("mosquitto/lumbus.conf", {"no such line": ""})
