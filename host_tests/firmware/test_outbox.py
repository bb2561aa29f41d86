"""What waits for the broker: when it goes to flash, when it is accepted, in which order it leaves."""

import json

from memjournal import JournaledOutbox, MemJournal
from simtime import SimClock

from uplink.reading import Reading


def reading(seq, at_ms=1000, ts_ms=None, boot=1):
    made = Reading("0123456789abcdef", at_ms, ts_ms, {})
    made.boot = boot
    made.seq = seq
    return made


def leaving(outbox, clock, most=1000):
    """Everything as it leaves, acknowledged at once; the clock goes on while it is paced."""
    out = []
    for _ in range(most):
        message = outbox.head()
        if message is None:
            if not len(outbox):
                return out
            clock.now += 10
            continue
        out.append(json.loads(message.payload()) if message.is_reading else message.payload().decode())
        outbox.done(message)
    raise AssertionError("no end")


def test_while_the_broker_answers_nothing_is_written():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    for seq in range(1, 50):
        outbox.put(b"t", reading(seq))
        clock.now += 1000
        outbox.look()
        assert [m["seq"] for m in leaving(outbox, clock)] == [seq]
        assert outbox.accepted == outbox.acknowledged == seq
        clock.now += 60000
        outbox.look()
    assert outbox.journal.stored == 0


def test_what_is_not_answered_for_within_two_seconds_goes_to_flash_and_is_accepted_then():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.put(b"t", reading(1))
    clock.now += 2000
    outbox.look()
    assert outbox.accepted == 0 and outbox.journal.stored == 0
    clock.now += 1
    outbox.look()
    assert outbox.accepted == 1 and outbox.journal.stored == 1
    assert [r.seq for r in outbox.accepted_ones] == [1]
    assert outbox.acknowledged == 0


def test_order_stays_over_ram_and_flash():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    for seq in range(1, 6):
        outbox.put(b"t", reading(seq))
        clock.now += 3000
        outbox.look()
    # While some wait on flash the next ones go there too, at once.
    outbox.put(b"t", reading(6))
    outbox.put(b"event", "an event")
    outbox.look()
    outbox.put(b"t", reading(7))
    out = leaving(outbox, clock)
    assert [m if isinstance(m, str) else m["seq"] for m in out] == [1, 2, 3, 4, 5, 6, "an event", 7]
    assert outbox.accepted == outbox.acknowledged == 7


def test_readings_and_events_from_flash_and_ram_leave_in_the_order_in_which_they_came():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    for step in range(12):
        outbox.put(b"t", reading(step) if step % 3 else "event %d" % step)
        clock.now += 700
        outbox.look()
        outbox.look()
    while outbox._queue:
        clock.now += 700
        outbox.look()
    out = [m if isinstance(m, str) else m["seq"] for m in leaving(outbox, clock)]
    assert out == [step if step % 3 else "event %d" % step for step in range(12)]


def test_what_comes_from_flash_is_marked_and_paced():
    clock = SimClock()
    outbox = JournaledOutbox(clock, per_s=4)
    for seq in range(1, 21):
        outbox.put(b"t", reading(seq))
        clock.now += 3000
        outbox.look()
    began = clock.now
    out = leaving(outbox, clock)
    assert [m["seq"] for m in out] == list(range(1, 21))
    assert all(m["replayed"] is True for m in out)
    # 20 messages, a quarter of a second between two.
    assert 19 * 250 <= clock.now - began <= 20 * 260
    outbox.put(b"t", reading(21))
    assert "replayed" not in leaving(outbox, clock)[0]


def test_one_that_is_under_way_when_it_goes_to_flash_is_acknowledged_there():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.put(b"t", reading(1))
    message = outbox.head()
    message.sent = True
    clock.now += 2500
    outbox.look()
    assert outbox.journal.waiting == 1
    outbox.done(message)
    assert outbox.journal.waiting == 0
    assert outbox.accepted == outbox.acknowledged == 1
    assert outbox.head() is None


def test_a_new_session_begins_again_at_what_was_not_acknowledged():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    for seq in (1, 2, 3):
        outbox.put(b"t", reading(seq))
        clock.now += 3000
        outbox.look()
    first = outbox.head()
    assert first is not None
    outbox.done(first)
    clock.now += 1000
    assert outbox.head() is not None
    outbox.restart()
    assert [m["seq"] for m in leaving(outbox, clock)] == [2, 3]


def test_a_flash_that_refuses_is_told_once_a_while_and_asked_again():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.journal.full = True
    outbox.put(b"t", reading(1))
    for _ in range(250):
        clock.now += 50
        outbox.look()
    assert outbox.accepted == 0
    assert len([line for line in outbox.lines if "flash" in line]) == 2
    outbox.journal.full = False
    clock.now += 10000
    outbox.look()
    assert outbox.accepted == 1


def test_when_the_flash_refuses_and_ram_is_full_the_oldest_go_and_are_counted():
    clock = SimClock()
    outbox = JournaledOutbox(clock, limit=5 * 512)
    outbox.journal.full = True
    for seq in range(1, 9):
        outbox.put(b"t", reading(seq) if seq % 2 else "event")
        clock.now += 3000
        outbox.look()
    assert (outbox.dropped, outbox.dropped_other) == (2, 1)
    assert [m if isinstance(m, str) else m["seq"] for m in leaving(outbox, clock)] == ["event", 5, "event", 7, "event"]


def test_of_what_holds_now_the_newest_goes_and_goes_first():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.put(b"t", "event")
    outbox.keep(b"state", "old")
    under_way = outbox.head()
    assert under_way is not None and under_way.retained
    outbox.keep(b"state", "new")
    outbox.done(under_way)
    assert leaving(outbox, clock) == ["new", "event"]


def test_at_the_end_everything_goes_to_flash():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    for seq in (1, 2, 3):
        outbox.put(b"t", reading(seq))
    outbox.save()
    assert outbox.accepted == outbox.journal.stored == 3
    outbox.put(b"t", reading(4))
    outbox.journal.full = True
    outbox.save()
    assert outbox.accepted == 3 and len(outbox) == 4


def test_readings_of_before_the_clock_was_known_are_dated_when_they_leave():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.put(b"t", reading(1, at_ms=5000))
    clock.now = 8000
    outbox.look()
    clock._utc_ms = 1700000000000
    clock.now = 20000
    [body] = leaving(outbox, clock)
    assert body["ts"] == 1700000005
    assert body["time_quality"] == "dated"


def test_a_restart_between_taking_and_sending_does_not_lose_the_date():
    clock = SimClock()
    outbox = JournaledOutbox(clock)
    outbox.put(b"t", reading(1, at_ms=5000))
    clock.now = 8000
    outbox.look()
    outbox.backlog.look()
    assert outbox.storage.texts == {}
    clock._utc_ms = 1700000000000
    outbox.backlog.look()
    outbox.backlog.look()
    again = JournaledOutbox(SimClock(1000, 1800000000000), boot=2, journal=outbox.journal)
    again.storage.texts = outbox.storage.texts
    again.restart()
    again.backlog._clock.now = 60000
    [body] = leaving(again, again.backlog._clock)
    assert (body["boot"], body["ts"], body["time_quality"]) == (1, 1700000005, "dated")


def test_of_a_start_whose_clock_was_never_known_readings_have_no_date():
    outbox = JournaledOutbox(SimClock())
    outbox.put(b"t", reading(1, at_ms=5000))
    outbox.save()
    again = JournaledOutbox(SimClock(1000, 1800000000000), boot=2, journal=outbox.journal)
    [body] = leaving(again, again.backlog._clock)
    assert body["ts"] is None and body["time_quality"] == "uptime"


def test_the_clocks_of_the_last_starts_are_kept_and_no_more():
    clock = SimClock(1000, 1700000000000)
    journal = MemJournal()
    texts = {}
    for boot in range(95, 115):
        outbox = JournaledOutbox(clock, boot=boot, journal=journal)
        outbox.storage.texts = texts
        outbox.put(b"t", reading(1, boot=boot))
        outbox.save()
        outbox.backlog.look()
    assert sorted(json.loads(texts["clocks.json"]), key=int) == [str(b) for b in range(107, 115)]
