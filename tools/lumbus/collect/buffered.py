"""paho's client, reading its connection in large pieces.

By itself it asks the system for each packet four times, a byte first; between two
threads each of these is a place to wait for the other one.
"""

from paho.mqtt.client import Client

_PIECE = 65536


class BufferedClient(Client):
    """`ahead`: bytes that were read and not yet looked at; there will be no sign of them on the socket."""

    _piece = b""
    _at = 0

    @property
    def ahead(self) -> int:
        return len(self._piece) - self._at

    def forget(self) -> None:
        """What is ahead was of a connection that is gone."""
        self._piece, self._at = b"", 0

    def _sock_recv(self, bufsize: int) -> bytes:
        if not self.ahead:
            self._piece, self._at = super()._sock_recv(max(bufsize, _PIECE)), 0
        found = self._piece[self._at : self._at + bufsize]
        self._at += len(found)
        return found
