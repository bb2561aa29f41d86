"""Connections over the board's Wi-Fi; DNS blocks and is asked seldom (see addresses)."""

import errno
import socket

from addresses import Addresses
from cp_socket import Connection

_MOST = 512


class Network:
    """`radio` has state()."""

    def __init__(self, radio) -> None:
        self._radio = radio
        self._addresses = Addresses()

    def is_up(self) -> bool:
        """Whether there is a link and an address."""
        return self._radio.state() == "up"

    def open(self, host: str, port: int, tls=None) -> Connection:
        """Begin a connection, with TLS where a Tls is given; OSError when there is no Wi-Fi or no address."""
        address = self._find(host, port)
        return Connection(address, lambda: self._addresses.doubt(host, port), tls)

    def udp(self, host: str, port: int = 123) -> "Datagrams":
        """Datagrams to and from there.  OSError as open()."""
        return Datagrams(self._find(host, port))

    def _find(self, host: str, port: int):
        if not self.is_up():
            # DNS would block for nothing.
            raise OSError(errno.ENOTCONN, "there is no Wi-Fi now")
        return self._addresses.find(host, port)


class Datagrams:
    """One question by UDP to `address` and its answer; no call waits.  OSError."""

    def __init__(self, address) -> None:
        self._address = address
        self._buf = bytearray(_MOST)
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        except RuntimeError as e:
            raise OSError(str(e))
        self._socket.settimeout(0)

    def send(self, data: bytes) -> None:
        self._socket.sendto(data, self._address)

    def receive(self):
        """What has come from there, None for nothing."""
        try:
            got, sender = self._socket.recvfrom_into(self._buf)
        except OSError as e:
            if e.errno == errno.EAGAIN:
                return None
            raise
        return bytes(self._buf[:got]) if sender[0] == self._address[0] else None

    def close(self) -> None:
        self._socket.close()
