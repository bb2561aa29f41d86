"""The ESP32's clock: it never wraps, and UTC is UTC whatever the epoch."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import FakeTime, load

esp32_clock = load("esp32_clock")

_WRAP = 1 << 30
_DAY_MS = 86400000


def clock_over(time):
    esp32_clock.time = time
    return esp32_clock.Clock()


def test_ms_goes_on_over_many_wraps_of_ticks_ms():
    time = FakeTime(_WRAP - 5)
    clock = clock_over(time)
    start = clock.ms()
    expected = start
    for step in (3, 1, 1, 0, 10, 6 * _DAY_MS, 6 * _DAY_MS, 6 * _DAY_MS, 50):
        time.pass_ms(step)
        expected += step
        assert clock.ms() == expected
    assert expected > _WRAP


def test_ms_begins_with_the_uptime():
    assert clock_over(FakeTime(1234)).ms() == 1234


def test_at_gives_the_time_of_ticks_from_before_a_wrap():
    time = FakeTime(_WRAP - 100)
    clock = clock_over(time)
    start = clock.ms()
    ticks = time.ticks_add(time.ticks_ms(), 60)
    time.pass_ms(250)
    assert clock.at(ticks) == start + 60
    assert clock.at(time.ticks_ms()) == clock.ms() == start + 250


def test_utc_is_unknown_until_it_was_set():
    time = FakeTime()
    clock = clock_over(time)
    time.utc_s = 123456
    assert clock.utc_ms() is None
    clock.mark_set()
    assert clock.utc_ms() is not None


def test_utc_counts_from_1970_whatever_the_epoch():
    # 2026-01-01T00:00:00Z
    for epoch, seconds in ((2000, 820540800), (1970, 1767225600)):
        time = FakeTime(epoch=epoch)
        clock = clock_over(time)
        clock.mark_set()
        time.utc_s = seconds
        assert clock.utc_ms() == 1767225600000


def test_sleep_is_asyncio_s():
    class Asyncio:
        slept = []

        async def sleep_ms(self, ms):
            self.slept.append(ms)

    esp32_clock.asyncio = Asyncio()
    try:
        clock_over(FakeTime()).sleep_ms(20).send(None)
    except StopIteration:
        pass
    assert Asyncio.slept == [20]
