"""One question by UDP and its answer; no call waits."""

import errno
import socket

_NOT_NOW = (errno.EAGAIN, errno.EINPROGRESS)
_MOST = 512


class Datagrams:
    """To and from `address` alone, as far as the system keeps others away.  OSError."""

    def __init__(self, address) -> None:
        self._address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, data: bytes) -> None:
        self._socket.sendto(data, self._address)

    def receive(self):
        """What has come, None for nothing."""
        try:
            data, sender = self._socket.recvfrom(_MOST)
        except OSError as e:
            if e.errno in _NOT_NOW:
                return None
            raise
        # MicroPython on a computer gives the sender as bytes: the nonce in the answer must do there.
        return data if isinstance(sender, bytes) or sender == self._address else None

    def close(self) -> None:
        self._socket.close()
