"""The end of an update: this start is its trial, or the one after.

A trial is healthy once a meter was read and the broker has acknowledged a reading in this start.  One that is not
within `update.trial_s` ends, which counts as a failed start (see slots); so does every start that ends sooner.  After
three the board starts the old application again, and that tells "rolled_back" and why.

What is kept of the old configuration: see update_config.

Loaded while it is attended to.
"""

import json
import sys

from mbus._const import const

from .slots import confirm
from .slots import noted as _noted
from .update_file import fail, reason

_EACH_MS = const(1000)
_TRIAL_S = const(900)
_RETRY_MS = const(10000)


def noted(storage, log, is_trial: bool = True):
    """As slots tells it; where what this start chose could not be written, `run` is what runs all the same."""
    state = _noted(storage, log, is_trial)
    if state is not None and state["run"] is not None and "/" + state["run"] not in sys.path:
        state["run"] = state["good"]
    return state


def on_trial(app):
    """The slot of this start, where it is one of a trial that health is wanted of; else None."""
    state = noted(app.port.storage, app.log)
    return state["run"] if state is not None and state["run"] == state["trial"] and state["wants"] else None


def drop(storage, log) -> bool:
    """What is on trial, or waits for it, is given up; whether the flash has taken that."""
    state = noted(storage, log)
    try:
        if state is not None:
            good = state["good"]
            storage.write("slot.json", json.dumps({"run": good, "good": good, "trial": None, "tries": 0}))
        return True
    except OSError as e:
        log("slots: slot.json cannot be written (%s)" % e)
        return False


async def attend(update) -> None:
    """Until it is healthy, or its time is over, or it is known to have been given up."""
    app = update.app
    storage = app.port.storage
    slot = update.order["slot"]
    if slot not in ("a", "b"):
        from .image_trial import attend_image

        await attend_image(update, _failure)
        return
    state = noted(storage, app.log, False)
    if state is None or state["run"] != slot:
        why = reason(storage) or "it did not last in three starts: it hung, or the power failed"
        if state is not None and state["trial"] == slot:
            why = "its start could not be noted: the flash takes nothing (is it full?)"
            while not drop(storage, app.log):
                # Else it would start some day, and nobody would attend to it.
                await update.rest(_RETRY_MS)
        update.end("rolled_back", why)
        return
    is_first = state["trial"] == slot
    if is_first:
        update.say("trial")
        why = await _failure(update)
        if why is not None:
            fail(storage, why)
            app.restart("the update has failed: " + why)
            return
        confirm(storage, app.log, True)
        while noted(storage, app.log) is not None:
            # The flash refuses: until it takes it, the next start would be one of a trial.
            await update.rest(_RETRY_MS)
            confirm(storage, app.log, True)
    from .update_config import carry

    carry(storage, app.log, is_first)
    update.end("healthy")


async def _failure(update):
    """None as soon as this start is healthy; else why it is not, after its time."""
    app = update.app
    settings = app.config["update"]
    seconds = _TRIAL_S if settings is None else settings["trial_s"]
    deadline = app.clock.ms() + 1000 * seconds
    while app.clock.ms() < deadline:
        is_read = any(meter.reading is not None for meter in app.meters)
        if is_read and app.outbox.acknowledged:
            return None
        await update.rest(_EACH_MS)
    if not any(meter.reading is not None for meter in app.meters):
        why = "no meter was read within %d s" % seconds
        return (
            why if update.order.get("was_read", True) else why + ", and none by the version before: look at the meters"
        )
    return "the broker acknowledged no reading within %d s (%s)" % (seconds, app.publisher.failure or "it is connected")
