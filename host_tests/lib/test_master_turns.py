"""Who speaks when: one conversation at a time, rests between frames, broadcasts, and what is given up half-way."""

from busline import Counter, slave
from checks import raises
from masterbus import BAUDS, CLEAR, NKE, SET, Bus, lost, register
from simtime import run

from mbus.errors import BusBusy, NoReply
from mbus.master import Master
from mbus.timing import chars_ms


def together(bus, *coroutines):
    """The values of all of them, run at the same time."""
    values = [None] * len(coroutines)
    left = [len(coroutines)]

    async def keep(i, coroutine):
        values[i] = await coroutine
        left[0] -= 1

    async def wait():
        while left[0]:
            await bus.clock.sleep_ms(1)

    run(bus.clock, wait(), *[keep(i, coroutine) for i, coroutine in enumerate(coroutines)])
    return values


def test_who_comes_while_another_reads_waits_for_its_end():
    for baud in BAUDS:
        counters = Counter(1), Counter(2)
        bus = Bus([slave(1, counters[0]), slave(2, counters[1])], baud)
        for _ in range(3):
            replies = together(bus, bus.master.read(1), bus.master.read(2), bus.master.read(1))
            assert [register(reply) for reply in replies] == [1, 2, 1]
            windows = sorted([(reply.requested_ms, reply.received_ms) for reply in replies])
            assert all(windows[i][1] < windows[i + 1][0] for i in range(2)), windows
        assert bus.master.repeat_count == bus.master.damaged_count == 0


def test_a_conversation_that_does_not_end_is_named_after_64_of_the_longest_frames():
    for baud in BAUDS:
        bus = Bus(baud=baud)

        async def endless(bus=bus):
            while True:
                await bus.clock.sleep_ms(1000)

        holder = bus.master.alone(endless)
        holder.send(None)
        began = bus.clock.ms()
        error = bus.fails(BusBusy)
        most = chars_ms(64 * 261, baud)
        assert most <= error.waited_ms <= bus.clock.ms() - began <= most + 100
        assert error.address is None
        assert bus.line.sent == []
        holder.close()
        assert bus.register() == 100


def test_who_is_cancelled_while_he_waits_takes_nobodys_turn():
    bus = Bus()
    first = bus.master.read(1)
    first.send(None)
    second = bus.master.read(1)
    second.send(None)
    second.close()
    third = bus.master.read(1)
    third.send(None)
    assert bus.controls() == [NKE]
    first.close()
    third.close()
    assert bus.register() == 100


def test_the_master_speaks_33_bit_times_after_the_last_byte_and_no_later():
    for baud in BAUDS:
        for think_ms in (5, 20):
            bus = Bus(baud=baud, think_ms=think_ms)
            bus.read()
            reply = bus.read()
            bus.read()
            begin, after = bus.line.sent_ms[-2:]
            wire_us = (5 + len(reply.telegram.frame.raw)) * 11 * 1000000 // baud
            rest_us = 1000 * (after - begin - think_ms) - wire_us
            assert 33 * 1000000 // baud <= rest_us <= (33 + 11) * 1000000 // baud + 3000, (baud, rest_us)


def test_a_poll_later_than_that_waits_for_nothing():
    bus = Bus()
    bus.read()
    bus.wait(14)
    now = bus.clock.ms()
    bus.read()
    assert bus.line.sent_ms[-1] == now


def test_nobody_answers_a_broadcast_and_the_bus_rests_behind_it():
    for baud in BAUDS:
        bus = Bus(baud=baud)
        began = bus.clock.ms()
        assert run(bus.clock, bus.master.reset_link(255)) is True
        run(bus.clock, bus.master.send(255, 0x50))
        nke_ms, send_ms = bus.line.sent_ms
        assert bus.controls() == [NKE, 0x73]
        assert nke_ms == began
        assert send_ms - nke_ms >= (5 * 11 + 33) * 1000 // baud
        assert bus.clock.ms() - send_ms >= (9 * 11 + 33) * 1000 // baud
        assert bus.clock.ms() - began <= (16 * 11 + 2 * 33) * 1000 // baud + 20
        assert bus.master.no_reply_count == 0
        assert raises(NoReply, run, bus.clock, bus.master.read(255)).address == 255


def test_after_a_repeat_the_bus_rests_as_long_as_a_slave_may_take():
    for baud in BAUDS:
        bus = Bus(baud=baud)
        bus.line.faults = [None, lost]
        bus.read()
        received_ms = bus.clock.ms()
        bus.read()
        asked_ms = bus.line.sent_ms[-2]
        assert bus.controls() == [NKE, SET, SET, NKE, SET]
        assert asked_ms - received_ms >= 330 * 1000 // baud + 50


def test_a_master_never_speaks_while_the_answer_to_a_cancelled_read_comes():
    for baud in BAUDS:
        for think_ms in (5, 60):
            steps = 0
            while True:
                steps += 1
                bus = Bus(baud=baud, think_ms=think_ms)
                size = len(bus.read().telegram.frame.raw)
                bus.wait(2000)
                bus.controls()
                reading = bus.master.read(1)
                try:
                    for _ in range(steps):
                        bus.clock.now = max(bus.clock.now, reading.send(None))
                except StopIteration:
                    break
                reading.close()
                begun = bus.line.sent_ms[0]
                assert bus.register() == 100
                end_ms = begun + think_ms + (5 + size) * 11000 // baud
                assert bus.line.sent_ms[1] >= end_ms + 33000 // baud, (baud, steps)
                assert bus.controls() == [CLEAR, NKE, SET]
            assert steps > 5


def test_what_was_said_to_everybody_is_not_forgotten_for_one():
    # A meter has one FCB for its own address and for 254, and perhaps for 253.
    for addresses in ((254, 1), (1, 254), (253, 1)):
        bus = Bus()
        bus.meter.one_memory = True
        for value in range(200, 206):
            for address in addresses:
                if address == 253:
                    assert run(bus.clock, bus.master.select("16250478"))
                bus.counter.value += 1
                assert bus.register(address) == bus.counter.value, (addresses, value)
                bus.wait(1000)


def test_the_line_changes_its_baud_rate_by_itself_and_the_times_follow():
    bus = Bus()
    bus.read()
    bus.wait(1000)
    bus.line.set_baud(300)
    bus.fails(NoReply)
    error = bus.fails(NoReply)
    assert error.waited_ms >= 1150
    bus.line.set_baud(2400)
    assert bus.register() == 100


def test_a_second_master_on_the_same_line_is_the_callers_fault_and_harms_nobody():
    bus = Bus()
    other = Master(bus.line, bus.clock)
    for _ in range(3):
        assert bus.register() == 100
        assert register(run(bus.clock, other.read(1))) == 100
