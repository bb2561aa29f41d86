"""Simulated time under MicroPython's asyncio: when all tasks sleep it jumps to the first that wakes.

Also the place where every step of every task ends, so how long the longest took is known.
"""

import asyncio
import asyncio.core as core
import gc
import time


class SoakClock:
    """`world_ms` is the simulated world's time at the start; utc_ms() gives `utc0_ms` more, once it is known.

    fastest: simulated milliseconds in a real one, at the most.
    on_time(): called with each jump.
    """

    quality = "synced"

    def __init__(self, world_ms, utc0_ms, fastest):
        self.began = self.now = time.ticks_ms()
        self.world0_ms = world_ms
        self.utc0_ms = utc0_ms
        self.utc_from_ms = 0
        self.fastest = fastest
        self.real_ms = time.ticks_ms()
        self.on_time = None
        self.stall_us = self.stall_cpu_us = self.steps = 0
        self.stall_at_ms = 0
        self.step_us = time.ticks_us()
        self.step_cpu = time.clock()
        core.ticks = self.ticks
        core._io_queue.wait_io_event = self.pass_time

    def ticks(self):
        return self.now

    def ms(self):
        """Since the board was switched on."""
        return self.now - self.began

    def world_ms(self):
        return self.world0_ms + self.now - self.began

    def utc_ms(self):
        return None if self.ms() < self.utc_from_ms else self.utc0_ms + self.world_ms()

    def sleep_ms(self, ms):
        return asyncio.sleep_ms(ms)

    def pass_time(self, ms):
        """A step has ended, and the next one is due in `ms`."""
        took = time.ticks_us() - self.step_us
        self.steps += 1
        if took > self.stall_us:
            self.stall_us = took
            self.stall_at_ms = self.ms()
        took = int((time.clock() - self.step_cpu) * 1000000)
        if took > self.stall_cpu_us:
            self.stall_cpu_us = took
        if ms > 0:
            self.now += ms
            ahead = (self.now - self.began) // self.fastest - (time.ticks_ms() - self.real_ms)
            if ahead > 0:
                time.sleep_ms(ahead)
            if self.on_time is not None:
                self.on_time()
        self.begin_step()

    def begin_step(self):
        self.step_us = time.ticks_us()
        self.step_cpu = time.clock()


def heap_used():
    """Bytes that live, once what is dead is collected."""
    gc.collect()
    return gc.mem_alloc()
