"""The trial of MicroPython itself, which the bootloader watches: one that is not confirmed is followed by the old one.

What is to be tried stands in update.json before the partition is chosen, so that the power may fail in between: then
the old one starts, finds that, and chooses it again.  After three tries, or one that was found not to be healthy, it
stays the old one, and tells "rolled_back" and why.

Loaded while such an update is tried.
"""

from mbus._const import const

from .update_file import fail, keep, reason

_MOST_TRIES = const(3)


def try_image(update) -> bool:
    """Choose the other partition for the next start, and restart; False where the bootloader's check refuses it."""
    order = update.order
    app = update.app
    order["tries"] = order.get("tries", 0) + 1
    keep(app.port.storage, order)
    try:
        app.port.image().activate()
    except OSError as e:
        _end(update, "refused", "the image is not valid, says the chip (%s)" % e)
        return False
    update.say("trial", None, order["size"])
    app.restart("MicroPython %s is tried, start %d of %d" % (order["version"], order["tries"], _MOST_TRIES))
    return True


async def attend_image(update, failure) -> None:
    """Until it is healthy, or given up.  failure: waited for, what keeps this start from being healthy, or None."""
    app = update.app
    order = update.order
    storage = app.port.storage
    image = app.port.image()
    if image is None:
        _end(update, "failed", "the second partition is gone")
    elif image.running != order["slot"]:
        why = reason(storage)
        if why is None and not order.get("good") and order["tries"] < _MOST_TRIES:
            # It never started, or the power failed while it was tried.
            try_image(update)
        else:
            _end(
                update, "rolled_back", why or "it did not last in %d starts: it hung, or the power failed" % _MOST_TRIES
            )
    else:
        if not order.get("good"):
            update.say("trial", None, order["size"])
            why = await failure(update)
            if why is not None:
                fail(storage, why)
                app.restart("the update has failed: " + why)
                return
            order["good"] = True
            keep(storage, order)
        image.confirm()
        _end(update, "healthy")


def _end(update, state: str, text=None) -> None:
    update.app.port.storage.remove("image.json")
    update.end(state, text)
