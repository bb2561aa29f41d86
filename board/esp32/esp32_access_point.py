"""The ESP32's own access point, for setting the board up: WPA2, one network beside the station's.

* The driver takes settings for it only while it is on; the moment before, its name is its own and it is open.
  Nothing listens then.
* Station and access point share the radio's one channel: joining a network moves the access point to that one's,
  and who is on it loses it for a moment.

Loaded when the board is set up, and kept until it starts again.
"""

import network

_MOST_GUESTS = 4
_ADDRESS = "192.168.4.1"
_NETWORK = "192.168.4."


class AccessPoint:
    """Open from the beginning.  OSError."""

    def __init__(self, ssid: str, password: str) -> None:
        self._wlan = wlan = network.WLAN(network.AP_IF)
        wlan.active(True)
        wlan.config(ssid=ssid, security=network.AUTH_WPA2_PSK, key=password, max_clients=_MOST_GUESTS)
        # The driver's DHCP server gives this as gateway and as DNS as well.
        wlan.ifconfig((_ADDRESS, "255.255.255.0", _ADDRESS, _ADDRESS))

    def address(self) -> str:
        return self._wlan.ifconfig()[0]

    def has(self, peer, other: str) -> bool:
        """Whether that address is of somebody who joined it; where the network of `other`, the station, looks the same
        nobody can tell, so nobody is."""
        return isinstance(peer, str) and peer.startswith(_NETWORK) and not other.startswith(_NETWORK)

    def close(self) -> None:
        self._wlan.active(False)
