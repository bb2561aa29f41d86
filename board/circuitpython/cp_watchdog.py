"""The chip's watchdog: resets the board when it has not been fed for 60 s.

It starts with the first feed, so that a board that was never configured stays
at its prompt.  60 s is more than the longest wait in C that can be: joining a
Wi-Fi, DNS.  A chip whose watchdog cannot wait so long (the RP2040: 8 s) runs
without one, and says so.
"""

import microcontroller
import watchdog

_TIMEOUT_S = 60


class Watchdog:
    def __init__(self, tell) -> None:
        self._tell = tell
        self._dog = microcontroller.watchdog
        self._runs = False

    def feed(self) -> None:
        """Everything is well."""
        dog = self._dog
        if dog is None:
            return
        if not self._runs:
            try:
                dog.timeout = _TIMEOUT_S
                dog.mode = watchdog.WatchDogMode.RESET
            except (ValueError, RuntimeError, NotImplementedError) as e:
                self._dog = None
                self._tell("watchdog: this chip's cannot wait %d s (%s); there is none" % (_TIMEOUT_S, e))
                return
            self._runs = True
        dog.feed()
