"""A TCP connection over socketpool.

* connect() waits, 5 s at the most, and with TLS for the handshake too, which no time-out of 0 would end: so both are
  done in ready(), with nothing else running meanwhile.  From then on no call waits.
* A socket that does not wait tells "nothing yet" and "reset by the other side" alike (EAGAIN): a dead connection is
  found by the deadlines of who uses it.
"""

import errno
import socket

_CONNECT_S = 5
_READ_SIZE = 512


class Connection:
    """To `address`; `on_failure()` is called once if the connection never comes up.  tls: a Tls, or None."""

    def __init__(self, address, on_failure, tls=None) -> None:
        self._address = address
        self._on_failure = on_failure
        self._tls = tls
        self._is_up = False
        self._buf = bytearray(_READ_SIZE)
        self._view = memoryview(self._buf)
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        except RuntimeError as e:
            # Out of sockets.
            raise OSError(str(e))

    def ready(self) -> bool:
        """True; blocks the first time, and raises OSError where it fails."""
        if not self._is_up:
            self._try(self._connect, self._address)
            self._is_up = True
        return True

    def _connect(self, address) -> None:
        self._socket.settimeout(_CONNECT_S)
        if self._tls is not None:
            self._socket = self._tls.wrap(self._socket)
        self._socket.connect(address)
        self._socket.settimeout(0)
        # A message may come in several writes: none of them waits until the one before is acknowledged.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data) -> int:
        """How much of `data` was taken, 0 for none now; OSError when the connection is over."""
        return self._try(self._socket.send, data) or 0

    def read(self, size: int) -> bytes:
        """What is there, at most `size` and 512 bytes, b"" for nothing now; OSError when it is over."""
        view = self._view if size >= _READ_SIZE else self._view[:size]
        got = self._try(self._socket.recv_into, view)
        if got is None:
            return b""
        if not got:
            raise OSError(errno.ECONNRESET, "closed by the other side")
        return bytes(view[:got])

    def _try(self, action, argument):
        """None for not now."""
        try:
            return action(argument)
        except OSError as e:
            if e.errno == errno.EAGAIN:
                return None
            if e.errno == errno.ENOTCONN:
                raise OSError(errno.ECONNRESET, "closed by the other side")
            if self._tls is None or e.errno == errno.ETIMEDOUT:
                raise
            raise self._tls.in_words(e)
        except (RuntimeError, ValueError) as e:
            raise OSError(str(e))

    def close(self) -> None:
        on_failure = self._on_failure
        self._on_failure = None
        if not self._is_up and on_failure is not None:
            on_failure()
        self._socket.close()
