"""In the place of the package gpiod: one line whose edges come from the simulated LED's file, LUMBUS_LED.

Each blink there (8 bytes, monotonic microseconds) is a flash of 1 ms.  The simulated LED's thread may be late and
write several at once: those have blinked before, 6 ms apart here.  The chip is /dev/gpiochip0, its line 17.
"""

import os
import time
from dataclasses import dataclass
from enum import Enum

from .line import Value

_LIT_NS = 1_000_000
_APART_NS = 6_000_000


class LineSettings:
    def __init__(self, **settings):
        self.settings = settings


@dataclass
class EdgeEvent:
    class Type(Enum):
        RISING_EDGE = 1
        FALLING_EDGE = 2

    event_type: Type
    timestamp_ns: int
    line_seqno: int


class _Request:
    def __init__(self):
        self._file = open(os.environ["LUMBUS_LED"], "rb", buffering=0)
        # Blinks before this nobody saw.
        self._file.seek(0, 2)
        self._events = []
        self._last_ns = 0
        self._number = 0

    def get_value(self, line):
        return Value.INACTIVE

    def wait_edge_events(self, timeout):
        blinks = []
        while data := self._file.read(8):
            blinks.append(int.from_bytes(data, "little") * 1000)
        for place, at_ns in enumerate(blinks):
            at_ns -= blinks[place + 1 :].count(at_ns) * _APART_NS
            at_ns = self._last_ns = max(at_ns, self._last_ns + _APART_NS)
            for kind, later in ((EdgeEvent.Type.RISING_EDGE, 0), (EdgeEvent.Type.FALLING_EDGE, _LIT_NS)):
                self._number += 1
                self._events.append(EdgeEvent(kind, at_ns + later, self._number))
        return bool(self._events) and self._events[0].timestamp_ns <= time.monotonic_ns()

    def read_edge_events(self, most):
        now = time.monotonic_ns()
        taken = [event for event in self._events[:most] if event.timestamp_ns <= now]
        del self._events[: len(taken)]
        return taken


def request_lines(path, consumer, config, event_buffer_size):
    if path != "/dev/gpiochip0" or list(config) != [17]:
        raise FileNotFoundError(2, "No such file or directory", path)
    settings = config[17].settings
    assert settings["active_low"] and settings["bias"].name == "PULL_UP" and settings["edge_detection"].name == "BOTH"
    return _Request()
