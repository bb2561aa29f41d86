"""A simulated radio with the manners of the ESP32's: who may join which network is in the settings.

`networks`: {ssid: password, null for an open network, false for an access point that never answers}.  Whether a
network can be joined is known a moment after it was asked for.  The computer's own network carries what is sent.
"""

_JOIN_MS = 300


class Radio:
    """See the module.  `clock` has ms()."""

    def __init__(self, networks: dict, clock) -> None:
        self._networks = networks
        self._clock = clock
        self._asked = None
        self._asked_ms = 0
        self._is_open = False

    def state(self) -> str:
        """up, joining, or why an attempt has failed: absent, refused, silent."""
        if self._asked is None or self._clock.ms() - self._asked_ms < _JOIN_MS:
            return "joining"
        ssid, password = self._asked
        if ssid not in self._networks:
            return "absent"
        wanted = self._networks[ssid]
        if wanted is False:
            return "silent"
        return "up" if wanted == password else "refused"

    def join(self, ssid: str, password) -> None:
        """Begin to; password None for an open network."""
        self._asked = ssid, password
        self._asked_ms = self._clock.ms()

    def leave(self) -> None:
        self._asked = None

    def restart(self) -> None:
        self.leave()

    def scan(self) -> list:
        """[ssid, dBm, whether it wants a password] of each network."""
        return [[ssid, -50 - 5 * at, wanted is not None] for at, (ssid, wanted) in enumerate(self._networks.items())]

    def open_access_point(self, ssid: str, password: str) -> str:
        """The board's address there: this computer's loopback device."""
        self._is_open = True
        return "127.0.0.1"

    def close_access_point(self) -> None:
        self._is_open = False

    def is_guest(self, peer) -> bool:
        """Who is at this computer is on the access point while it is open."""
        return self._is_open

    def address(self) -> str:
        return "127.0.0.1" if self.state() == "up" else "none"
