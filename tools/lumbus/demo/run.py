"""`lumbus demo`: play the main job, show it, and say how it went."""

import json
import queue

from ..runtime import HEAP_WITH_PAGE, RuntimeMissing, find_micropython
from .report import in_words, report
from .screen import Screen
from .stage import Stage

_TICK_S = 0.1


def demo(options) -> int:
    """0 when the run ended as it should, 1 when the firmware failed."""
    screen = Screen(options.json)
    if options.runtime == "micropython" and find_micropython() is None:
        screen.warn("no MicroPython for this computer (its package has none): running under CPython")
        options.runtime = "cpython"
    try:
        with Stage(options, heap=HEAP_WITH_PAGE) as stage:
            return _play(stage, screen, options)
    except RuntimeMissing as e:
        screen.fail(str(e))
        return 1


def _play(stage: Stage, screen: Screen, options) -> int:
    try:
        stage.prepare(screen.step)
        screen.step(f"starting the firmware under {options.runtime}; Ctrl-C ends it")
        stage.start_firmware()
        if stage.page is not None:
            screen.page(stage.page, stage.page_password)
        screen.head()
        _watch(stage, screen, options.seconds)
    except KeyboardInterrupt:
        screen.end("ending …")
    if stage.firmware is None:
        return 130
    failed = not stage.is_running()
    seconds = stage.seconds()
    well = stage.end_firmware() and not failed
    stage.settle()
    _show(stage, screen, drain=True)
    result = report(stage, seconds)
    if options.json:
        print(json.dumps(result))
    else:
        screen.end(in_words(result))
    if not well:
        screen.fail("the firmware did not end in good order; its console said:")
    if not well or options.verbose:
        screen.warn(stage.console.read_text(errors="replace"))
    return 0 if well else 1


def _watch(stage: Stage, screen: Screen, seconds) -> None:
    """Show what comes until the time is over or the firmware ended by itself."""
    while True:
        stage.look()
        if not stage.is_running():
            return
        if not stage.wire.is_alive():
            raise RuntimeError("the simulated meter has failed; see the lines above")
        if seconds is not None and stage.seconds() >= seconds:
            return
        _show(stage, screen)


def _show(stage: Stage, screen: Screen, drain: bool = False) -> None:
    """Show the next message; with `drain`, all that are there."""
    while True:
        try:
            kind, body = stage.consumer.inbox.get(timeout=0 if drain else _TICK_S)
        except queue.Empty:
            return
        if kind == "reading":
            screen.reading(stage.into_run(body["uptime_s"]), body)
        elif kind == "event":
            # An event that goes on is told when its last reading came.
            moment = body["windows"][-1]["uptime_s"] if "windows" in body else body["uptime_s"]
            screen.event(stage.into_run(moment), body)
        elif kind == "check":
            screen.check(stage.into_run(body["since_uptime_s"]), body)
        if not drain:
            return
