# not in WebAssembly: umqtt wants its socket module
"""The publisher: at least once, in order, through every kind of outage, in simulated time."""

from memjournal import JournaledOutbox
from mqttbroker import Network
from simtime import SimClock, run

from uplink.publisher import Publisher
from uplink.topics import Topics

SETTINGS = {
    "host": "broker",
    "port": 1883,
    "user": "me",
    "password": "hunter2",
    "keepalive_s": 30,
    "status_s": 10,
}


class Bench:
    """A publisher over simulated brokers; `lines` is its log."""

    def __init__(self, *script, limit=100000):
        self.clock = SimClock()
        self.network = Network(self.clock, *script)
        self.outbox = JournaledOutbox(self.clock, limit)
        self.lines = []
        self.beats = 0
        self.publisher = Publisher(
            self.network,
            self.clock,
            self.lines.append,
            SETTINGS,
            Topics("base", "gw"),
            self.outbox,
            lambda state: '{"state":"%s"}' % state,
            lambda n: 0,
        )

    def beat(self):
        self.beats += 1

    async def feed(self, count, gap_ms):
        for number in range(count):
            self.outbox.put(b"base/v1/gw/event", "%d" % number)
            await self.clock.sleep_ms(gap_ms)

    async def look(self):
        """As the application does."""
        while True:
            self.outbox.look()
            await self.clock.sleep_ms(50)

    async def work(self, count, gap_ms):
        """Feed readings while the publisher runs, then ask it to stop."""
        await self.feed(count, gap_ms)
        self.publisher.stop()

    def play(self, count=10, gap_ms=1000, limit_ms=600000):
        run(self.clock, self.publisher.run(self.beat), self.work(count, gap_ms), self.look(), limit_ms=limit_ms)

    def sent(self):
        return [int(payload) for topic, payload, _ in self.network.published if topic.endswith(b"event")]

    def states(self):
        return [payload for topic, payload, _ in self.network.published if topic.endswith(b"status")]


def test_all_arrive_in_order_and_the_goodbye_is_last():
    bench = Bench()
    bench.play(50)
    assert bench.sent() == list(range(50))
    assert len(bench.outbox) == 0
    assert bench.states()[0] == b'{"state":"online"}'
    assert bench.network.published[-1][1] == b'{"state":"offline"}'
    assert bench.network.goodbyes == 1
    assert bench.publisher.sessions == 1


def test_nothing_is_lost_through_outages_of_every_kind():
    bench = Bench(
        ("refuse",),
        ("mute",),
        ("half",),
        ("bad_user",),
        ("drop_puback",),
        ("stop_reading",),
        ("garbage",),
        ("refuse",),
        (),
    )
    bench.play(60)
    assert bench.sent() == list(range(60))
    assert bench.outbox.dropped == 0
    assert bench.publisher.failures == 8


def test_a_reading_that_was_not_acknowledged_goes_out_again_marked_as_a_repeat():
    bench = Bench(())
    clock = bench.clock

    async def work():
        await bench.feed(1, 100)
        # The broker stops acknowledging in the middle of the session, and closes.
        bench.network.last._words = ("no_puback",)
        await bench.feed(1, 1000)
        bench.network.last.close()
        await clock.sleep_ms(5000)
        bench.publisher.stop()

    run(clock, bench.publisher.run(bench.beat), work())
    sent = [(payload, first) for topic, payload, first in bench.network.published if topic.endswith(b"event")]
    assert sent == [(b"0", 0x32), (b"0", 0x32), (b"0", 0x3A)]


def test_it_subscribes_again_in_every_session():
    bench = Bench((), ())
    bench.publisher.subscriptions.append(b"base/v1/gw/cmd/+")

    async def work():
        await bench.clock.sleep_ms(1000)
        bench.network.last.close()
        await bench.clock.sleep_ms(10000)
        bench.publisher.stop()

    run(bench.clock, bench.publisher.run(bench.beat), work())
    assert bench.publisher.sessions == 2
    assert bench.network.subscribed == [b"base/v1/gw/cmd/+"] * 2


def test_with_a_flash_that_refuses_the_oldest_are_given_up_and_counted():
    bench = Bench(("refuse",), ("refuse",), ("refuse",), ("refuse",), ("refuse",), (), limit=20 * 512)
    bench.outbox.journal.full = True
    bench.play(60, 200)
    gone = bench.outbox.dropped_other
    assert gone > 0
    assert bench.sent() == list(range(gone, 60))


def test_the_same_trouble_is_told_once():
    bench = Bench(*[("refuse",)] * 6, ())
    bench.play(60)
    told = [line for line in bench.lines if "cannot connect" in line]
    assert len(told) == 1
    assert "broker:1883" in told[0] and "check" in told[0]
    assert not any("hunter2" in line for line in bench.lines)


def test_it_beats_all_the_while():
    bench = Bench(*[("refuse",)] * 6, ())
    beats = []

    def beat():
        beats.append(bench.clock.now)

    run(bench.clock, bench.publisher.run(beat), bench.work(60, 1000))
    assert max(b - a for a, b in zip(beats, beats[1:])) < 5000


def test_the_status_comes_back_every_status_s():
    bench = Bench()
    bench.play(60)
    assert 6 <= len([s for s in bench.states() if b"online" in s]) <= 8


def test_packet_ids_stay_legal_over_the_wrap():
    bench = Bench()
    bench.publisher._codec._client.pid = 65400
    bench.play(300, 60)
    assert bench.sent() == list(range(300))
    assert min(bench.network.pids) == 1
    assert max(bench.network.pids) == 65535


def test_what_is_live_goes_when_nothing_else_waits_and_is_never_kept():
    bench = Bench()
    outbox, publisher, clock = bench.outbox, bench.publisher, bench.clock
    publisher.live = [b"aim", "of before the session"]
    for number in range(3):
        outbox.put(b"event", "%d" % number)

    async def scene():
        await clock.sleep_ms(300)
        outbox.put(b"event", "3")
        for number in range(5):
            publisher.live = [b"aim", "%d" % number]
        await clock.sleep_ms(1000)
        publisher.stop()
        await clock.sleep_ms(1000)

    run(clock, scene(), publisher.run(bench.beat))
    sent = [(topic, payload) for topic, payload, _ in bench.network.published if topic in (b"event", b"aim")]
    assert sent == [(b"event", b"%d" % n) for n in range(4)] + [(b"aim", b"4")]
    assert outbox.dropped == 0


def test_what_holds_now_goes_before_what_waits_and_is_retained():
    bench = Bench()
    bench.outbox.put(b"event", "1")
    bench.outbox.keep(b"check", "held")
    bench.play(0)
    sent = [(payload, first & 1) for topic, payload, first in bench.network.published if topic in (b"event", b"check")]
    assert sent == [(b"held", 1), (b"1", 0)]


def test_answers_go_at_once_and_are_not_lost_with_the_connection():
    bench = Bench(("drop_puback",), ())
    bench.publisher.replies.append((b"reply", "done"))
    bench.play(0)
    assert [payload for topic, payload, _ in bench.network.published if topic == b"reply"] == [b"done"]
    assert bench.publisher.replies == []


def test_what_is_said_once_a_session_comes_after_what_waits():
    bench = Bench()
    bench.outbox.put(b"event", "1")

    def greet():
        parts = (
            (b"config/a", lambda: ("A",)),
            (b"config/b", lambda: iter(["B" * 90, "C" * 90])),
            (b"config/c", tuple),
        )
        bench.publisher.announce(iter(parts))

    bench.publisher.on_session = greet
    bench.play(1, 1000)
    sent = [(topic, first & 1) for topic, _, first in bench.network.published if topic[:5] in (b"event", b"confi")]
    assert sent[0][0] == b"event"
    assert sent[1:] == [(b"config/a", 1), (b"config/b", 1), (b"config/c", 1)]
    said = {topic: payload for topic, payload, _ in bench.network.published}
    assert (said[b"config/a"], said[b"config/b"], said[b"config/c"]) == (b"A", b"B" * 90 + b"C" * 90, b"")


def test_with_tls_nothing_is_tried_before_the_clock_is_known():
    bench = Bench()
    bench.publisher._tls = object()

    async def scene():
        await bench.clock.sleep_ms(60000)
        assert bench.network.opened == 0
        bench.clock._utc_ms = 1700000000000
        await bench.clock.sleep_ms(20000)
        bench.publisher.stop()
        await bench.clock.sleep_ms(1000)

    run(bench.clock, scene(), bench.publisher.run(bench.beat))
    assert bench.network.opened == 1
    assert bench.publisher.sessions == 1
    assert len([line for line in bench.lines if "clock is not set" in line]) == 1


def test_a_backlog_leaves_at_its_pace_while_status_goes_on():
    bench = Bench(*[("refuse",)] * 6, ())
    bench.play(300, 200)
    assert bench.sent() == list(range(300))
    assert bench.outbox.journal.stored > 100
    # All that went to flash was acknowledged there, in order.
    assert bench.outbox.journal.acks == sorted(set(bench.outbox.journal.acks))
