"""Wi-Fi as a station: brought up once, kept by the driver, and watched.

* The driver reconnects for ever by itself.  connect() while it does so raises
  OSError("Wifi Internal Error"), so connect() is called once, and after a
  failure of the call only when disconnect() has made an end of the attempt.
* Its reconnecting is known to stop without a word when one attempt could not be
  begun: a link that stays away for 5 min is asked for anew.
* The host name must be set before connect().
* No line that is told has the password in it.
"""

import network

from mbus._const import const

_FIRST_PAUSE_MS = const(2000)
_MOST_PAUSE_MS = const(60000)
_PATIENCE_MS = const(300000)

_REASONS = {
    200: "the access point fell silent",
    201: "no access point of that name (wifi.ssid) is to be heard",
    202: "the access point refuses; is wifi.password right?",
}


class Wifi:
    """`ssid` None: no Wi-Fi.  `tell` takes a line.  Not for interrupt handlers."""

    def __init__(self, ssid: str | None, password: str | None, hostname: str, tell) -> None:
        self._ssid = ssid
        self._password = password
        self._hostname = hostname
        self._tell = tell
        self._station = None
        self._is_asked = False
        self._pause_ms = _FIRST_PAUSE_MS
        self._due_ms = None
        self._was_up = False
        self._down_ms = 0
        self._said = None

    def is_up(self) -> bool:
        """Whether there is a link and an address."""
        return self._station is not None and self._station.isconnected()

    def tick(self, now_ms: int) -> None:
        """Do what is to be done; to be called about every second, and waits for nothing."""
        if self._ssid is None:
            return
        if self._is_asked and self._station is not None:
            self._watch(self._station, now_ms)
        elif self._due_ms is None or now_ms >= self._due_ms:
            self._ask(now_ms)

    def _ask(self, now_ms: int) -> None:
        try:
            if self._station is None:
                network.hostname(self._hostname)
                station = network.WLAN(network.STA_IF)
                station.active(True)
                self._station = station
            # An open network is one without a password, which is not an empty one.
            self._station.connect(self._ssid, self._password or None)
        except OSError as e:
            self._tell("wifi: cannot begin to connect (%s); again in %d s" % (e, self._pause_ms // 1000))
            self._due_ms = now_ms + self._pause_ms
            self._pause_ms = min(2 * self._pause_ms, _MOST_PAUSE_MS)
            self._let_go()
            return
        self._is_asked = True
        self._pause_ms = _FIRST_PAUSE_MS
        self._down_ms = now_ms

    def _let_go(self) -> None:
        self._is_asked = False
        if self._station is None:
            return
        try:
            self._station.disconnect()
        except OSError:
            pass  # it was not connected

    def _watch(self, station: network.WLAN, now_ms: int) -> None:
        is_up = station.isconnected()
        if is_up:
            self._down_ms = now_ms
            self._say("connected, address %s" % station.ifconfig()[0])
        elif self._was_up:
            self._say("the link is lost; it will come back by itself")
        else:
            reason = _REASONS.get(station.status())
            if reason is not None:
                self._say(reason)
        self._was_up = is_up
        if now_ms - self._down_ms >= _PATIENCE_MS:
            self._say("no link for %d s; it is asked for anew" % (_PATIENCE_MS // 1000))
            self._due_ms = now_ms
            self._let_go()

    def _say(self, text: str) -> None:
        """Tell what is news."""
        if text != self._said:
            self._said = text
            self._tell("wifi: " + text)
