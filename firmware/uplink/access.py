"""The set-up access point: its name, its password of this one board, and DNS that leads to the page.

The radio: `open_access_point(ssid, password)` gives the board's address there, `close_access_point()`,
`is_guest(peer)`: whether that address is of somebody who joined it.
"""

import json

from .captive import Captive

# Nothing that is taken for another: no 0, 1, i, l, o.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10
_NAME = "ap_password"


def password_of(port, tell) -> str:
    """The board's own, made by chance once and kept in the second place, or in the storage where there is none."""
    found = _kept(port)
    if found is None:
        # 31 letters: what lies above 248 would make some of them likelier.
        data = bytes(b for b in port.random_bytes(8 * _LENGTH) if b < 248)
        found = "".join([_LETTERS[b % len(_LETTERS)] for b in data[:_LENGTH]])
        _keep(port, found, tell)
    return found


def _kept(port):
    try:
        second = getattr(port, "second", None)
        data = None if second is None else second.read(_NAME)
        text = port.storage.read(_NAME) if data is None else data.decode()
    except (OSError, ValueError):
        return None
    return text if text and len(text) >= 8 else None


def _keep(port, password: str, tell) -> None:
    try:
        second = getattr(port, "second", None)
        if second is not None:
            second.write(_NAME, password.encode())
        else:
            port.storage.write(_NAME, password)
    except OSError as e:
        tell("access point: its password cannot be kept, the next start makes another (%s)" % e)


class Access:
    """Open from the beginning; OSError where the radio does not do it.  where() tells what to open there."""

    def __init__(self, port, tell, where):
        self._radio = port.radio
        ssid = "lumbus-" + port.identity()[-6:]
        password = password_of(port, tell)
        address = self._radio.open_access_point(ssid, password)
        tell("access point: join %s with the password %s, then open http://%s/" % (ssid, password, where()))
        self._captive = None
        try:
            udp = port.listen_udp(53)
            self._captive = None if udp is None else Captive(udp, address)
        except OSError as e:
            tell("access point: no DNS (%s); open the page by its address" % e)

    def is_guest(self, peer) -> bool:
        return self._radio.is_guest(peer)

    def look(self) -> None:
        """To be called several times a second."""
        if self._captive is not None:
            self._captive.look()

    def close(self) -> None:
        if self._captive is not None:
            self._captive.close()
        self._radio.close_access_point()


def network_of(port) -> str:
    """For whoever prints a label: {"ssid", "password"} as JSON."""
    return json.dumps({"ssid": "lumbus-" + port.identity()[-6:], "password": password_of(port, port.console)})
