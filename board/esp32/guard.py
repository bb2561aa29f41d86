"""Arms the watchdog for an application on trial, before anything of that is loaded: it may hang before it could.

Lies in the root of the board for main.py, and needs nothing of the application.  60 s are what the application's own
watchdog has as well (see esp32_watchdog): nobody feeds this one until that does.
"""

import machine

_TIMEOUT_MS = 60000


def arm() -> None:
    """From here on a start that hangs is reset."""
    machine.WDT(timeout=_TIMEOUT_MS)
