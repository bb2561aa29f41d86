# not in WebAssembly: umqtt wants its socket module
"""umqtt as a codec, and the connection's deadlines, against a broker that misbehaves on demand."""

import umqtt.simple
from checks import raises
from mqttbroker import Network
from simtime import SimClock, run

from uplink.mqtt_codec import Codec
from uplink.mqtt_link import Link, LinkError


def codec(user=None, password=None):
    return Codec(b"client", user, password, 10, b"will/topic", b'{"state":"offline"}')


def link(clock, *script):
    network = Network(clock, *script)
    heard = []
    return Link(network, clock, codec(), 10, lambda t, p, r: heard.append((t, p, r))), network, heard


def test_connect_says_who_and_leaves_a_will():
    packet = codec(b"me", b"secret").connect()
    assert packet[0] == 0x10
    assert packet[1] == len(packet) - 2
    assert packet[2:8] == b"\0\x04MQTT"
    # Clean session, will retained at QoS 1, user and password; keep-alive 10 s.
    assert packet[8:12] == b"\x04\xee\0\x0a"
    for part in (b"\0\x06client", b"\0\x0awill/topic", b"\0\x02me", b"\0\x06secret"):
        assert part in packet


def test_publish_has_topic_id_and_payload():
    packet, pid = codec().publish(b"a/b", b"x" * 200, True, False)
    assert packet[0] == 0x33
    # Remaining length 207 as two bytes of seven bits.
    assert packet[1:3] == bytes((207 & 0x7F | 0x80, 1))
    assert packet[3:8] == b"\0\x03a/b"
    assert packet[8:10] == pid.to_bytes(2, "big")
    assert packet[10:] == b"x" * 200


def test_a_repeat_is_marked():
    assert codec().publish(b"a", b"b", False, True)[0][0] == 0x3A


def test_topics_are_counted_in_bytes():
    topic = "größe".encode()
    packet, _ = codec().publish(topic, b"", False, False)
    assert packet[2:4] == len(topic).to_bytes(2, "big")


def test_packet_ids_wrap_from_65535_to_1():
    c = codec()
    c._client.pid = 65533
    pids = [c.publish(b"a", b"b", False, False)[1] for _ in range(3)]
    pids.append(c.subscribe(b"t")[1])
    assert pids == [65534, 65535, 1, 2]
    assert c.publish(b"a", b"b", False, False)[0][5:7] == b"\0\x03"


def test_a_subscription_keeps_no_queue_at_the_broker():
    # The last byte is the QoS that is asked for.
    assert codec().subscribe(b"t")[0][-1] == 0


def test_a_topic_too_long_to_subscribe_is_refused():
    assert len(codec().subscribe(b"t" * 122)[0]) == 2 + 2 + 2 + 122 + 1
    raises(ValueError, codec().subscribe, b"t" * 123)


def test_an_incoming_message_is_given_and_acknowledged():
    packet = b"\x32\x0b\0\x03a/b\x12\x34data"
    assert codec().receive(packet) == (b"a/b", b"data", b"\x40\x02\x12\x34")
    assert codec().receive(b"\x30\x05\0\x01tok") == (b"t", b"ok", b"")


def test_it_works_with_what_a_newer_umqtt_calls():
    # From 1.5 on connect() takes a time-out and sets it; 1.8 closes the old socket first.
    old = umqtt.simple.MQTTClient

    class Newer(old):
        def connect(self, clean_session=True, timeout=None):
            if self.sock:
                self.sock.close()
            result = old.connect(self, clean_session)
            self.sock.settimeout(timeout)
            return result

    umqtt.simple.MQTTClient = Newer
    try:
        c = codec()
        assert c.connect() == c.connect()
    finally:
        umqtt.simple.MQTTClient = old


def test_open_publish_and_close():
    clock = SimClock()
    connection, network, _ = link(clock)

    async def work():
        await connection.open("broker", 1883)
        await connection.publish(b"a/b", b"x" * 500, False)
        await connection.close()

    run(clock, work())
    assert network.published == [(b"a/b", b"x" * 500, 0x32)]
    assert network.goodbyes == 1


def failure(script, work, limit_ms):
    """The LinkError of `work(connection)`, which must come within `limit_ms`."""
    clock = SimClock()
    connection, _, _ = link(clock, script)
    began = clock.now
    error = raises(LinkError, lambda: run(clock, work(connection), limit_ms=limit_ms + 100000))
    assert clock.now - began <= limit_ms, clock.now - began
    return str(error)


async def opening(connection):
    await connection.open("broker", 1883)


async def publishing(connection):
    await connection.open("broker", 1883)
    await connection.publish(b"a", b"b", False)


def test_every_stall_of_the_broker_ends_at_its_deadline():
    assert "no CONNACK within 5 s" in failure(("mute",), opening, 5100)
    assert "no CONNACK within 5 s" in failure(("half",), opening, 5100)
    assert "no PUBACK within 5 s" in failure(("no_puback",), publishing, 5100)
    assert "stopped reading" in failure(("stop_reading",), publishing, 10100)


def test_refusals_say_why():
    assert "cannot connect" in failure(("refuse",), opening, 0)
    assert "user name or password is wrong" in failure(("bad_user",), opening, 100)


def test_a_connection_that_breaks_is_told():
    assert "connection lost" in failure(("drop_puback",), publishing, 100)
    assert "protocol error" in failure(("garbage",), opening, 100)


def test_a_puback_for_another_packet_is_passed_over():
    clock = SimClock()
    connection, network, _ = link(clock, ("late_puback",))
    run(clock, publishing(connection))
    assert len(network.published) == 1


def idling(connection, clock, ms):
    async def work():
        await connection.open("broker", 1883)
        until = clock.ms() + ms
        while clock.ms() < until:
            await connection.idle()
            await clock.sleep_ms(50)

    return work()


def test_keep_alive_pings_in_time():
    clock = SimClock()
    connection, network, _ = link(clock)
    run(clock, idling(connection, clock, 60000))
    # Keep-alive is 10 s: a ping each 5 s of silence.
    assert 10 <= network.pings <= 12


def test_a_ping_without_answer_ends_the_connection():
    clock = SimClock()
    connection, _, _ = link(clock, ("no_ping",))
    error = raises(LinkError, lambda: run(clock, idling(connection, clock, 60000)))
    assert "PINGRESP" in str(error)
    assert clock.now < 1000 + 11000


def test_what_the_broker_publishes_is_heard_while_idle_and_while_waiting():
    clock = SimClock()
    connection, network, heard = link(clock)

    async def work():
        await connection.open("broker", 1883)
        await connection.subscribe(b"cmd/+")
        network.last.push(b"\x30\x07\0\x03cmdgo")
        await connection.publish(b"a", b"b", False)
        network.last.push(b"\x32\x09\0\x03cmd\0\x09hi")
        await connection.idle()

    run(clock, work())
    assert network.subscribed == [b"cmd/+"]
    assert heard == [(b"cmd", b"go", 0), (b"cmd", b"hi", 0)]


def test_a_message_from_the_broker_that_is_malformed_or_huge_ends_the_connection():
    for data in (b"\x30\x02\xff\xff", b"\x30\xff\xff\x7f"):
        clock = SimClock()
        connection, network, _ = link(clock)

        async def work(connection=connection, network=network, data=data):
            await connection.open("broker", 1883)
            network.last.push(data)
            await connection.idle()

        raises(LinkError, lambda clock=clock, work=work: run(clock, work()))
