"""Datagrams that come in at one port, and what is answered; no call waits."""

import errno
import socket

_NOT_NOW = (errno.EAGAIN, errno.EINPROGRESS, errno.ETIMEDOUT)
_MOST = 512


class Questions:
    """At `host` and `port`; OSError where it cannot be."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind(socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][-1])
            self._socket.setblocking(False)
        except OSError:
            self._socket.close()
            raise

    def receive(self):
        """(data, whom it is from) of the next one, None for nothing."""
        try:
            return self._socket.recvfrom(_MOST)
        except OSError as e:
            if e.errno in _NOT_NOW:
                return None
            raise

    def send(self, data: bytes, to) -> None:
        self._socket.sendto(data, to)

    def close(self) -> None:
        self._socket.close()
