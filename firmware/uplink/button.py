"""The button on a board, of which only holding counts: nobody sets up or resets by brushing against it.

* What is meant is said by letting go: after 3...10 s set-up, after 10...20 s factory reset.
* Held for longer it is stuck, or a serial adapter holds the BOOT pin down (as DTR without RTS does): nothing is meant.
* Pressed at the start it does not count until it has been let go once: on most boards it chooses what the chip starts.
* A contact bounces: pressed or let go is what two looks in a row, 50 ms apart, find.
* Time in which nobody could look does not count as held.
"""

from mbus._const import const

SETUP_MS = const(3000)
RESET_MS = const(10000)
_MOST_MS = const(20000)
_SETTLE_MS = const(40)
# Of two looks that are further apart nobody knows what was between.
_GAP_MS = const(250)


class Button:
    """`held_ms`: how long it has been held; 0 while it is not, -1 while it must be let go before it counts."""

    def __init__(self):
        self.held_ms = -1
        self._pressed = True
        self._same_ms = self._look_ms = 0

    def feed(self, pressed: bool, now_ms: int):
        """To be called every 50 ms: "setup" or "reset" once that is meant, else None."""
        gap = min(now_ms - self._look_ms, _GAP_MS)
        self._look_ms = now_ms
        if pressed != self._pressed:
            self._pressed = pressed
            self._same_ms = 0
            return None
        self._same_ms += gap
        held = self.held_ms
        if self._same_ms < _SETTLE_MS:
            return None
        if pressed:
            if held >= 0:
                self.held_ms = held + gap if held < _MOST_MS else -1
            return None
        self.held_ms = 0
        if held < SETUP_MS:
            return None
        return "setup" if held < RESET_MS else "reset"
