"""What the bench does with a light's interrupt handler, inside of MicroPython: it runs it, whole, over a stand-in pin.

Argument: how many rounds.  Prints microseconds (less those of the loop around) of
a pulse, of a lamp's flash and of an empty handler's two calls, which read clock and pin as well;
then the bytes that pulses and flashes allocate.
"""

import sys
import time

_PULSES = 500


class Time:
    ms = 1000

    def ticks_ms(self):
        return self.ms


class Pin:
    IRQ_FALLING = IRQ_RISING = 0
    level = 0

    def value(self):
        return self.level

    def irq(self, handler, trigger):
        pass


class Board:
    """Stands in for `machine`, and for the port's clock."""

    Pin = Pin

    @staticmethod
    def at(ticks):
        return ticks


sys.modules["machine"] = Board  # pyright: ignore  # it has what is asked for
TIME = Time()
PIN = Pin()


def handler():
    """The real handler of a light whose LED pulls the pin up."""
    import esp32_edges  # pyright: ignore[reportMissingImports]  # of board/esp32
    from uplink.lightlimits import make_filter

    class Nowhere:
        def add(self, at_ms, count):
            pass

    esp32_edges.time = TIME
    light = esp32_edges.EdgeInput(PIN, False, make_filter(5000, 13250)[0], Board)  # pyright: ignore
    light.update(Nowhere())
    return light._edge


def empty(pin):
    TIME.ticks_ms()
    pin.value()


def nothing(pin):
    pass


def flashes(handle, every_ms, pulses):
    """As a pin's interrupt calls it: at the rise and at the fall."""
    clock, pin = TIME, PIN
    for _ in range(pulses):
        clock.ms += every_ms
        pin.level = 1
        handle(pin)
        clock.ms += 5
        pin.level = 0
        handle(pin)


def micros(handle, every_ms):
    began = time.ticks_us()  # pyright: ignore  # MicroPython's
    flashes(handle, every_ms, _PULSES)
    return time.ticks_us() - began  # pyright: ignore


def alloc_bytes(handle):
    """The heap is locked, so an allocation would raise MemoryError."""
    import gc

    import micropython  # pyright: ignore[reportMissingImports]  # only there

    # What stands in for clock and pin takes room for its own attributes, once.
    flashes(handle, 95, 1)
    gc.collect()
    before = gc.mem_alloc()  # pyright: ignore
    micropython.heap_lock()  # pyright: ignore[reportAttributeAccessIssue]
    try:
        flashes(handle, 95, _PULSES)
        flashes(handle, 5, _PULSES)
        flashes(handle, 0, _PULSES)
    finally:
        micropython.heap_unlock()  # pyright: ignore[reportAttributeAccessIssue]
    return gc.mem_alloc() - before  # pyright: ignore


def run(rounds):
    handle = handler()
    kinds = ((handle, 95), (handle, 5), (empty, 95), (nothing, 95))
    best = [min(micros(*kind) for _ in range(rounds)) for kind in kinds]
    for took in best[:3]:
        print((took - best[3]) / _PULSES)
    print(alloc_bytes(handle))


if __name__ == "__main__":
    run(int(sys.argv[1]))
