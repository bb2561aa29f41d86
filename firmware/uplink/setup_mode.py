"""The start without a configuration, or with the button held: an access point and the page, and no application.

The page writes the configuration; then the board starts again, into the application. Held by the button, with a
configuration that is there, this ends by itself after half an hour in which nobody came.
"""

import asyncio

from mbus._const import const

from . import __version__
from .access import Access
from .door import Door
from .log import Log

_TICK_MS = const(50)
_BUTTON_MS = const(1800000)


class Setup:
    """Stands for the App where there is none: what the page asks of it."""

    def __init__(self, port):
        self.clock = port.clock
        self.log = Log(port.clock, port.console)
        self.version = __version__
        self.platform = port.name
        self.meters = []
        self.lamp = getattr(port, "lamp", None)
        self.blink_until_ms = 0
        self.restart_ms = None
        self.restart_why = ""
        self.aim = None


def run(port) -> bool:
    """Until the configuration is there and the board is to start again, True; False where no page can be served."""
    try:
        listener = port.listen()
    except OSError as e:
        port.console("set-up: " + str(e))
        return False
    if listener is None:
        return False
    return asyncio.run(_run(port, listener))


async def _run(port, listener) -> bool:
    app = Setup(port)
    has_config = port.storage.read("config.json") is not None
    if has_config:
        # Once: the next start is an ordinary one.
        port.storage.write("setup", "")
    access = _opened(port, app, listener)
    door = Door(port, app, listener, None, "setup", port.identity())
    door.guest = _anybody if access is None else access.is_guest
    app.log("page: http://%s/ for setting this board up" % listener.where())
    until_ms = app.clock.ms() + _BUTTON_MS
    task = asyncio.create_task(door.run(_nothing))
    while not port.is_over() and (app.restart_ms is None or app.clock.ms() < app.restart_ms):
        port.watchdog.feed()
        if access is not None:
            access.look()
        if task.done():
            # Whatever it was: the next start tries again.
            app.log("set-up: the page has ended")
            break
        if door.is_busy():
            until_ms = app.clock.ms() + _BUTTON_MS
        if has_config and app.clock.ms() >= until_ms:
            app.log("set-up: nobody came; the board starts as it was")
            break
        show(app)
        await app.clock.sleep_ms(_TICK_MS)
    task.cancel()
    if access is not None:
        access.close()
    listener.close()
    return not port.is_over()


def show(app) -> None:
    """On the lamp: as lamp.SETUP, and lamp.IDENTIFY where it was asked for, without what else is there."""
    if app.lamp is not None:
        now = app.clock.ms()
        app.lamp(not now // (250 if now < app.blink_until_ms else 1000) & 1)


def _opened(port, app, listener):
    if getattr(port, "radio", None) is None:
        return None
    try:
        return Access(port, port.console, listener.where)
    except OSError as e:
        app.log("access point: it cannot be opened (%s)" % e)
        return None


def _anybody(peer) -> bool:
    """Where there is no access point the page is at this computer's own loopback device."""
    return True


def _nothing() -> None:
    pass
