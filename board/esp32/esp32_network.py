"""Connections over the board's Wi-Fi or Ethernet.

One thing blocks the interpreter in C here, and is done seldom for that: DNS (see addresses: asked only when no
address is known, or after a failed connect).
"""

import errno

from addresses import Addresses
from datagrams import Datagrams
from esp32_socket import Connection


class Network:
    """`link`: the radio, or what stands in its place; it has state() and address()."""

    def __init__(self, link) -> None:
        self._link = link
        self._addresses = Addresses()

    def is_up(self) -> bool:
        """Whether there is a link and an address."""
        return self._link.state() == "up"

    def address(self) -> str:
        """This board's own; "none" or 0.0.0.0 where it has none."""
        return self._link.address()

    def open(self, host: str, port: int, tls=None) -> Connection:
        """Begin a connection, with TLS where a Tls is given; blocks while DNS is asked.

        OSError when there is no link or no address.
        """
        address = self._find(host, port)
        return Connection(address, lambda: self._addresses.doubt(host, port), tls)

    def udp(self, host: str, port: int = 123) -> Datagrams:
        """Datagrams to and from there; blocks while DNS is asked.  OSError as open()."""
        return Datagrams(self._find(host, port))

    def _find(self, host: str, port: int):
        if not self.is_up():
            # DNS would block for nothing.
            raise OSError(errno.ENOTCONN, "there is no network now")
        return self._addresses.find(host, port)
