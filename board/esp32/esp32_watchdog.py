"""The hardware watchdog: resets the board when it has not been fed for 60 s.

It cannot be stopped once it runs, not even by a soft reset, so it starts with
the first feed: a board that was never configured stays at its prompt.  60 s is
more than the longest wait in C that can be: DNS with three servers, 21 s.
"""

import machine

from mbus._const import const

_TIMEOUT_MS = const(60000)


class Watchdog:
    def __init__(self) -> None:
        self._wdt = None

    def feed(self) -> None:
        """Everything is well; not for interrupt handlers, which run when nothing else does."""
        if self._wdt is None:
            self._wdt = machine.WDT(timeout=_TIMEOUT_MS)
        self._wdt.feed()
