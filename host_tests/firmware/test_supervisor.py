# not in WebAssembly: it has no asyncio
"""The supervisor with real asyncio: tasks start again, the watchdog starves when one hangs."""

import asyncio

from uplink.supervisor import Supervisor


class FastClock:
    """Time that runs as fast as tasks let it: each sleep lets the others go first."""

    def __init__(self):
        self.now = 0

    def ms(self):
        return self.now

    async def sleep_ms(self, ms):
        until = self.now + ms
        while self.now < until:
            self.now += 1
            await asyncio.sleep(0)


class Dog:
    def __init__(self, clock):
        self._clock = clock
        self.fed = []

    def feed(self):
        self.fed.append(self._clock.now)


class Kennel:
    def __init__(self):
        self.clock = FastClock()
        self.dog = Dog(self.clock)
        self.lines = []
        self.supervisor = Supervisor(self.clock, self.lines.append, self.dog, lambda n: 0)

    def run(self, ms):
        async def work():
            self.supervisor.start()
            await self.supervisor.run(lambda: self.clock.now >= ms)
            for task in self.supervisor.tasks:
                self.supervisor.cancel(task.name)
            await asyncio.sleep(0)

        asyncio.run(work())


def steady(clock):
    async def work(beat):
        while True:
            beat()
            await clock.sleep_ms(100)

    return work


def test_a_task_that_fails_is_told_counted_and_started_again():
    kennel = Kennel()
    starts = []

    async def broken(beat):
        starts.append(kennel.clock.now)
        raise ValueError("out of luck")

    kennel.supervisor.add("broken", broken, 5000)
    kennel.supervisor.add("steady", steady(kennel.clock), 5000)
    kennel.run(20000)
    # After 1, 2, 4, 8 s.
    assert len(starts) == 5
    assert kennel.supervisor.failures() == {"broken": 5}
    assert "task broken failed (ValueError: out of luck), time 1; it starts again in 1 s" in kennel.lines[0]
    # A task that waits to start again is no reason to reset.
    assert max(b - a for a, b in zip(kennel.dog.fed, kennel.dog.fed[1:])) < 1000


def test_the_watchdog_starves_when_a_task_hangs():
    kennel = Kennel()

    async def hangs(beat):
        await kennel.clock.sleep_ms(1000000)

    kennel.supervisor.add("hangs", hangs, 3000)
    kennel.supervisor.add("steady", steady(kennel.clock), 3000)
    kennel.run(10000)
    assert kennel.dog.fed and kennel.dog.fed[-1] <= 4000
    assert kennel.supervisor.late() == [] or kennel.supervisor.late() == ["hangs"]


def test_the_watchdog_is_fed_while_all_make_progress():
    kennel = Kennel()
    kennel.supervisor.add("steady", steady(kennel.clock), 1000)
    kennel.run(10000)
    assert len(kennel.dog.fed) >= 30
    assert kennel.supervisor.failures() == {}


def test_a_task_that_ends_is_left_in_peace():
    kennel = Kennel()

    async def short(beat):
        beat()

    kennel.supervisor.add("short", short, 1000)
    kennel.supervisor.add("steady", steady(kennel.clock), 1000)
    kennel.run(5000)
    assert kennel.supervisor.ended("short")
    assert kennel.dog.fed[-1] > 4000
