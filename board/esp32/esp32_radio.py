"""The ESP32's radio as a Wi-Fi station; who joins which network when is not decided here.

* The driver reconnects for ever by itself.  connect() while it does so raises
  OSError("Wifi Internal Error"): leave() makes an end of it first.
* The host name must be set before connect().
* Nothing here waits but active(), which takes some 10 ms.
"""

import network

# What status() says of an attempt that has failed.
_STATES = {200: "silent", 201: "absent", 202: "refused", 211: "refused", 212: "absent"}


class Radio:
    """`hostname` is this board's in the network.  Not for interrupt handlers."""

    def __init__(self, hostname: str) -> None:
        self._hostname = hostname
        self._station = None
        self._access_point = None

    def state(self) -> str:
        """up (link and address), joining, or why an attempt has failed: absent, refused, silent."""
        if self._station is None:
            return "joining"
        if self._station.isconnected():
            return "up"
        return _STATES.get(self._station.status(), "joining")

    def join(self, ssid: str, password) -> None:
        """Begin to; password None for an open network.  OSError where the driver refuses."""
        station = self._station or self._switch_on()
        # An open network is one without a password, which is not an empty one.
        station.connect(ssid, password or None)

    def leave(self) -> None:
        if self._station is not None:
            try:
                self._station.disconnect()
            except OSError:
                pass  # it was not connected

    def restart(self) -> None:
        """Switch it off and on.  OSError."""
        if self._station is not None:
            self._station.active(False)
        self._switch_on()

    def address(self) -> str:
        return "none" if self._station is None else self._station.ifconfig()[0]

    def scan(self) -> list:
        """[ssid, dBm, whether it wants a password] of what is heard; it takes some seconds in which all stands still.

        OSError.
        """
        found = []
        for heard in (self._station or self._switch_on()).scan():
            try:
                found.append([heard[0].decode(), heard[3], heard[4] != 0])
            except UnicodeError:
                pass  # nobody could type it
        return found

    def open_access_point(self, ssid: str, password: str) -> str:
        """Open the board's own; the board's address there.  OSError."""
        from esp32_access_point import AccessPoint

        self._access_point = AccessPoint(ssid, password)
        return self._access_point.address()

    def close_access_point(self) -> None:
        if self._access_point is not None:
            self._access_point.close()
            self._access_point = None

    def is_guest(self, peer) -> bool:
        """Whether that address is of somebody on the access point."""
        return self._access_point is not None and self._access_point.has(peer, self.address())

    def hosts(self) -> list:
        """The board's addresses, and its names in the network; in small letters."""
        point = self._access_point
        addresses = [] if point is None else [point.address()]
        if self._station is not None and self._station.isconnected():
            addresses.append(self.address())
        return addresses + [self._hostname, self._hostname + ".local"]

    def _switch_on(self):
        network.hostname(self._hostname)
        station = network.WLAN(network.STA_IF)
        station.active(True)
        self._station = station
        return station
