"""Many meters on one line: each has its turn, and a bad line is no hang."""

from simtime import SimClock, run

from uplink.poller import Poller


class SlowMeter:
    """Takes `poll_ms` for a poll, is due every `period_ms`."""

    def __init__(self, clock, poll_ms, period_ms):
        self._clock = clock
        self._poll_ms = poll_ms
        self._period_ms = period_ms
        self._due = clock.ms()
        self.polls = 0

    def wait_ms(self):
        return max(0, self._due - self._clock.ms())

    async def poll(self):
        self._due = max(self._due + self._period_ms, self._clock.ms())
        self.polls += 1
        await self._clock.sleep_ms(self._poll_ms)


def play(clock, meters, ms):
    """The longest time without a beat."""
    beats = [clock.ms()]

    async def wait():
        await clock.sleep_ms(ms)

    run(clock, wait(), Poller(meters, clock).run(lambda: beats.append(clock.ms())), limit_ms=ms + 1)
    return max(b - a for a, b in zip(beats, beats[1:] + [clock.ms()]))


def test_twenty_meters_on_a_bad_line_are_no_hang_and_all_have_their_turn():
    clock = SimClock()
    meters = [SlowMeter(clock, 40000, 60000) for _ in range(20)]
    assert play(clock, meters, 20 * 40000 * 3) <= 40000
    assert {m.polls for m in meters} == {3}


def test_quick_meters_keep_their_beat():
    clock = SimClock()
    meters = [SlowMeter(clock, 300, 10000) for _ in range(5)]
    play(clock, meters, 600000)
    assert all(59 <= m.polls <= 61 for m in meters)


def test_a_meter_that_fails_does_not_keep_the_others_from_their_turn():
    clock = SimClock()
    meters = [SlowMeter(clock, 10, 1000) for _ in range(3)]

    async def broken():
        meters[0]._due = clock.ms() + 1000
        raise RuntimeError("out of luck")

    meters[0].poll = broken
    poller = Poller(meters, clock)
    for _ in range(4):

        async def wait():
            await clock.sleep_ms(5000)

        try:
            run(clock, wait(), poller.run(lambda: None))
        except RuntimeError:
            pass
    assert meters[1].polls >= 3
    assert meters[2].polls >= 3
