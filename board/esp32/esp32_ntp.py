"""Sets the hardware's clock by NTP, every 6 hours.

One question blocks the interpreter for its DNS request and up to 1 s more (the
platform knows no other way), so it is asked seldom: after a failure again in
15 s, then in twice that, up to 15 min.
"""

import ntptime

from mbus._const import const

_EVERY_MS = const(21600000)
_FIRST_PAUSE_MS = const(15000)
_MOST_PAUSE_MS = const(900000)


class NtpTime:
    """`clock` has mark_set() and ms(); `tell` takes a line.  Not for interrupt handlers."""

    def __init__(self, clock, tell) -> None:
        self._clock = clock
        self._tell = tell
        self._due_ms = None
        self._pause_ms = _FIRST_PAUSE_MS
        self._was_told = False

    def tick(self) -> None:
        """Ask if it is time; to be called about every second while the network is up."""
        if self._due_ms is not None and self._clock.ms() < self._due_ms:
            return
        try:
            ntptime.settime()
        except (OSError, ValueError, IndexError) as e:  # the last two: an answer cut short
            self._failed(e)
            return
        self._clock.mark_set()
        if self._was_told or self._due_ms is None:
            self._tell("time: set by NTP")
        self._was_told = False
        self._pause_ms = _FIRST_PAUSE_MS
        self._due_ms = self._clock.ms() + _EVERY_MS

    def _failed(self, error: Exception) -> None:
        if not self._was_told:
            self._tell("time: NTP does not answer (%s); it will be asked again" % error)
            self._was_told = True
        self._due_ms = self._clock.ms() + self._pause_ms
        self._pause_ms = min(2 * self._pause_ms, _MOST_PAUSE_MS)
