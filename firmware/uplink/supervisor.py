"""Keeps the tasks going: a failure is logged, counted and the task started again.

Each task gets a `beat` to call whenever it has made progress, and has a
deadline for it.  The watchdog is fed only while every task keeps its own, so a
task that hangs resets the board, and one that fails over and over is started
again after 1, 2, 4 ... 60 s.
"""

import asyncio

from mbus._const import const

from .backoff import Backoff

_TICK_MS = const(250)
_FIRST_MS = const(1000)
_MOST_MS = const(60000)


class _Task:
    def __init__(self, name: str, work, deadline_ms: int, now_ms: int):
        self.name = name
        self.work = work
        self.deadline_ms = deadline_ms
        self.beat_ms = now_ms
        self.failures = 0
        self.handle = None
        self.ended = False


class Supervisor:
    """`watchdog` has `feed()`.  Tasks are coroutine functions of one argument, `beat`."""

    def __init__(self, clock, log, watchdog, random_below):
        self._clock = clock
        self._log = log
        self._watchdog = watchdog
        self._random_below = random_below
        self.tasks = []
        # on_late(names) is called when tasks begin to make no progress.
        self.on_late = None

    def add(self, name: str, work, deadline_ms: int) -> None:
        """Supervise `work(beat)`; it must beat at least every `deadline_ms`."""
        self.tasks.append(_Task(name, work, deadline_ms, self._clock.ms()))

    def start(self) -> None:
        """All that do not run yet."""
        for task in self.tasks:
            if task.handle is None:
                task.beat_ms = self._clock.ms()
                task.handle = asyncio.create_task(self._keep(task))

    async def run(self, is_over) -> None:
        """Feed the watchdog while all is well, until `is_over()` says so."""
        told = []
        while not is_over():
            late = self.late()
            if not late:
                self._watchdog.feed()
            elif late != told:
                self._log("no progress from %s: the watchdog is not fed any more" % ", ".join(late))
                if self.on_late is not None:
                    self.on_late(late)
            told = late
            await self._clock.sleep_ms(_TICK_MS)

    def late(self) -> list:
        """The names of the tasks that have passed their deadline."""
        now = self._clock.ms()
        return [t.name for t in self.tasks if not t.ended and now - t.beat_ms > t.deadline_ms]

    def cancel(self, name: str) -> None:
        """End the tasks of this name; they are not started again."""
        for task in self.tasks:
            if task.name == name and not task.ended:
                task.ended = True
                task.handle.cancel()

    def failures(self) -> dict:
        """{name: how often it failed}, of those that did."""
        return {t.name: t.failures for t in self.tasks if t.failures}

    def ended(self, name: str) -> bool:
        return all(t.ended for t in self.tasks if t.name == name)

    async def _keep(self, task: _Task) -> None:
        backoff = Backoff(_FIRST_MS, _MOST_MS, self._random_below)

        def beat():
            task.beat_ms = self._clock.ms()

        while True:
            began = self._clock.ms()
            try:
                await task.work(beat)
                task.ended = True
                self.tasks.remove(task)
                return
            except Exception as e:  # the last resort: whatever it is must not end the metering
                task.failures += 1
                beat()
                if self._clock.ms() - began > _MOST_MS:
                    backoff.reset()
                wait = backoff.next_ms()
                self._log(
                    "task %s failed (%s: %s), time %d; it starts again in %d s"
                    % (task.name, type(e).__name__, e, task.failures, (wait + 999) // 1000)
                )
                # A pause that is known is no lack of progress.
                task.beat_ms += wait
                await self._clock.sleep_ms(wait)
