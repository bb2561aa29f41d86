"""CircuitPython's radio as a Wi-Fi station; who joins which network when is not decided here.

* connect() waits until there is a link and an address: 10 s at the most, in which nothing else runs.  Lights are
  counted in hardware meanwhile, and what the meters say waits in the line's buffer.
* Once joined, the driver joins again by itself.
* Why an attempt has failed is in the error's text only.
"""

import wifi

_JOIN_S = 10
_WHY = (("No network", "absent"), ("uthentication", "refused"))


class Radio:
    """`hostname` is this board's in the network."""

    def __init__(self, hostname: str) -> None:
        self._hostname = hostname
        self._why = "joining"

    def state(self) -> str:
        """up (link and address), joining, or why an attempt has failed: absent, refused, silent."""
        radio = wifi.radio
        return "up" if radio.connected and radio.ipv4_address is not None else self._why

    def join(self, ssid: str, password) -> None:
        """Blocks, see above; password None for an open network.  OSError for what cannot be tried."""
        self._why = "joining"
        radio = wifi.radio
        try:
            radio.hostname = self._hostname
            radio.connect(ssid, password or b"", timeout=_JOIN_S)
        except OSError as e:
            text = str(e)
            self._why = "silent"
            for sign, why in _WHY:
                if sign in text:
                    self._why = why
        except (RuntimeError, ValueError) as e:
            raise OSError(str(e))

    def leave(self) -> None:
        self._why = "joining"
        try:
            wifi.radio.stop_station()
        except (OSError, RuntimeError):
            pass  # it was not connected

    def restart(self) -> None:
        """Switch it off and on.  OSError."""
        try:
            wifi.radio.enabled = False
            wifi.radio.enabled = True
        except RuntimeError as e:
            raise OSError(str(e))

    def address(self) -> str:
        return str(wifi.radio.ipv4_address or "none")

    def scan(self) -> list:
        """[[name, dBm, whether it wants a password], …] of what is heard; blocks for some seconds."""
        radio = wifi.radio
        found = [[n.ssid, n.rssi, wifi.AuthMode.OPEN not in n.authmode] for n in radio.start_scanning_networks()]
        radio.stop_scanning_networks()
        return found

    def open_access_point(self, ssid: str, password: str) -> None:
        """OSError, in words, where it cannot be."""
        try:
            wifi.radio.start_ap(ssid, password)
        except (RuntimeError, ValueError, NotImplementedError) as e:
            raise OSError(str(e))

    def close_access_point(self) -> None:
        wifi.radio.stop_ap()
