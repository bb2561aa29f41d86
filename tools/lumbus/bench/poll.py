"""How long a poll takes beyond what the bytes need on the wire, on a real pseudo-terminal.

The wire's time is that of both frames at the baud rate plus the simulated
meter's own pause; the rest is ours (and the operating system's).
"""

import asyncio
import statistics
import sys

from mbus.master import Master
from mbus.timing import BITS_PER_CHAR

from ..paths import BOARD
from ..sim.build import build
from ..sim.wire import THINK_US

_POLLS = 8
_ADDRESS = 49


async def _poll(path: str, baud: int) -> tuple[float, int]:
    """(median milliseconds of a poll, bytes on the wire) over the host's own port."""
    sys.path[:0] = [str(BOARD / "host"), str(BOARD / "common")]
    from host_serial import SerialLine
    from port import Clock

    clock = Clock()
    master = Master(SerialLine(path, baud), clock)
    times = []
    size = 0
    await master.read(_ADDRESS)
    for _ in range(_POLLS):
        reply = await master.read(_ADDRESS)
        times.append(reply.received_ms - reply.requested_ms)
        size = len(reply.telegram.frame.raw) + 5
    return statistics.median(times), size


def measure() -> list[dict]:
    result = []
    for baud in (300, 2400, 9600):
        _, wire = build("m1pro40", _ADDRESS, baud, (150, 0), 1)
        wire.start()
        try:
            took_ms, size = asyncio.run(_poll(wire.path, baud))
        finally:
            wire.stop()
        wire_ms = size * BITS_PER_CHAR * 1000 / baud
        result.append(
            {
                "baud": baud,
                "poll_ms": took_ms,
                "wire_ms": round(wire_ms, 1),
                "ratio": round((took_ms - THINK_US / 1000) / wire_ms, 3),
            }
        )
    return result
