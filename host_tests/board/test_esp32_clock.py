"""The ESP32's clock: it never wraps, and UTC is UTC whatever the epoch."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import FakeTime, load

esp32_clock = load("esp32_clock")

_WRAP = 1 << 30
_DAY_MS = 86400000
# 2026-01-01T00:00:00Z
_2026_MS = 1767225600000


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
    time = FakeTime(1000)
    time.utc_s = 123456
    clock = clock_over(time)
    assert clock.utc_ms() is None and clock.quality is None
    clock.set_utc_ms(_2026_MS + 3723004)
    assert clock.utc_ms() == _2026_MS + 3723004 and clock.quality == "synced"
    time.pass_ms(250)
    assert clock.utc_ms() == _2026_MS + 3723254


def test_the_hardware_s_clock_is_set_too_for_tls_and_moves_nothing_by_itself():
    for epoch in (2000, 1970):
        time = FakeTime(epoch=epoch)
        clock = clock_over(time)
        clock.set_utc_ms(_2026_MS + 3723004)
        assert esp32_clock.machine.set_to == (2026, 1, 1, 3, 1, 2, 3, 4000)
        time.utc_s = 5
        assert clock.utc_ms() == _2026_MS + 3723004


def test_a_time_that_was_kept_over_a_restart_counts_from_1970_whatever_the_epoch():
    for epoch, seconds in ((2000, 820540800), (1970, 1767225600)):
        time = FakeTime(epoch=epoch)
        time.utc_s = seconds
        clock = clock_over(time)
        assert clock.utc_ms() == _2026_MS and clock.quality == "kept"
        time.utc_s = seconds - 1
        assert clock_over(time).utc_ms() is None


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
