"""The front of a board: its lamp and its button.  Loaded only where there is one of them."""

from .button import RESET_MS, SETUP_MS, Button
from .lamp import DARK, DISAGREE, HELD, IDENTIFY, NO_BROKER, NO_METER, NO_NETWORK, RESET, SETUP, WELL, is_lit

_FINE = (None, "unchecked", "learning", "agree")


class Front:
    """`app` is the App; lamp(is_on) and button(), which is True while pressed: the port's, None where there is none."""

    def __init__(self, app, port, lamp, button):
        self._app = app
        self._port = port
        self._lamp = lamp
        self._pressed = button
        self._button = Button()
        # What was asked for, until the board starts again.
        self._asked = None

    def look(self) -> None:
        """To be called every 50 ms."""
        now = self._app.clock.ms()
        if self._pressed is not None and self._asked is None:
            asked = self._button.feed(self._pressed(), now)
            if asked is not None:
                self._ask(asked)
        if self._lamp is not None:
            self._lamp(is_lit(self._pattern(now), now))

    def _ask(self, what: str) -> None:
        """It is done at the next start, when nothing else uses what it changes."""
        app = self._app
        try:
            self._port.storage.write(what, "button")
        except OSError as e:
            app.log("the button was held, and %s cannot be noted (%s)" % (what, e))
            return
        self._asked = what
        app.restart("the button was held: %s at the next start" % what)

    def _pattern(self, now: int) -> int:
        app = self._app
        if self._asked is not None:
            return SETUP if self._asked == "setup" else RESET
        held = self._button.held_ms
        if held > 0:
            return DARK if held < SETUP_MS else HELD if held < RESET_MS else RESET
        if app.blink_until_ms > now:
            return IDENTIFY
        # As one looks for the fault: from the network to the meters.
        if not self._port.network.is_up():
            return NO_NETWORK
        if not app.publisher.connected:
            return NO_BROKER
        verdicts = [meter.verdict for meter in app.meters]
        if "no_meter" in verdicts:
            return NO_METER
        return WELL if all(verdict in _FINE for verdict in verdicts) else DISAGREE
