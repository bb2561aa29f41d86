"""What a meter's check knows, kept over a restart.

On the flash at a slow beat, and each second where that wears nothing out.
"""

from mbus._const import const

# With LittleFS's levelling that wears a flash of 2 MB out in some centuries.
_SAVE_MS = const(600000)


class Kept:
    """storage: on the flash, None for nowhere.  retained: what lives through a reset but not without power, or None."""

    def __init__(self, storage, retained, address: int, clock, log):
        self._storage = storage
        self._retained = retained
        self._name = "check-%d.json" % address
        self._clock = clock
        self._log = log
        self._save_ms = 0

    def read(self):
        """The text that was kept last; None where there is none."""
        # What lives through a reset is younger than what is on the flash.
        text = None if self._retained is None else self._retained.read(self._name)
        if text is not None or self._storage is None:
            return text
        try:
            return self._storage.read(self._name)
        except (OSError, ValueError) as e:
            self._log("%s: cannot be read (%s); the check begins anew" % (self._name, e))
            return None

    def save(self, check, at_once: bool) -> None:
        """After each reading: on the flash when something happened, else every ten minutes."""
        now = self._clock.ms()
        if self._storage is None or not (at_once or now >= self._save_ms):
            return
        self._save_ms = now + _SAVE_MS
        try:
            self._storage.write(self._name, check.saved())
        except OSError as e:
            self._log("%s: cannot be written (%s)" % (self._name, e))

    def retain(self, check) -> None:
        """Each second."""
        if self._retained is not None and not self._retained.write(self._name, check.saved(self._clock.ms())):
            self._retained = None
            self._log("%s: no room for it where a reset leaves it; the flash alone keeps it" % self._name)
