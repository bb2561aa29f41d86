"""A TCP connection of which no call waits, over lwIP's sockets.

* connect() on a socket that does not block raises EINPROGRESS and goes on by
  itself; the poll tells when it has ended, and how.
* The stream calls write() and readinto() give None for "not now", on every
  version of this port; send() and recv() raise one error or another.
"""

import errno
import select
import socket

from mbus._const import const

_READ_SIZE = const(512)
_NOT_NOW = (errno.EAGAIN, errno.EINPROGRESS, errno.EALREADY)


class Connection:
    """Begins to connect to `address`; OSError when that cannot be.

    `on_failure()` is called once if the connection never comes up.  tls: a Tls, or None.
    """

    def __init__(self, address, on_failure, tls=None) -> None:
        self._on_failure = on_failure
        self._tls = tls
        self._is_up = False
        # One buffer for all that is read: looks are many, and what comes is little.
        self._buf = bytearray(_READ_SIZE)
        self._view = memoryview(self._buf)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._socket.setblocking(False)
            self._socket.connect(address)
        except OSError as e:
            if e.errno not in _NOT_NOW:
                self.close()
                raise
        self._poller = select.poll()
        # Without POLLHUP in the question this port does not tell of a failure.
        self._poller.register(self._socket, select.POLLOUT | select.POLLERR | select.POLLHUP)

    def ready(self) -> bool:
        """Whether it is up; OSError when it has failed."""
        if self._is_up:
            return True
        for ready in self._poller.poll(0):
            if ready[1] & (select.POLLERR | select.POLLHUP):
                self._fail()
            self._is_up = True
            if self._tls is not None:
                # From here on every error is told in words: see _try().
                self._socket = self._tls.wrap(self._socket)
        return self._is_up

    def write(self, data) -> int:
        """How much of `data` was taken, 0 for none now; OSError when the connection is over."""
        return self._try(self._socket.write, data) or 0

    def read(self, size: int) -> bytes:
        """What is there, at most `size` and 512 bytes, b"" for nothing now; OSError when it is over."""
        view = self._view if size >= _READ_SIZE else self._view[:size]
        got = self._try(self._socket.readinto, view)
        if got is None:
            return b""
        if not got:
            raise OSError(errno.ECONNRESET, "closed by the other side")
        return bytes(view[:got])

    def _try(self, action, argument):
        try:
            return action(argument)
        except (OSError, ValueError) as e:
            if self._tls is None:
                raise
            raise self._tls.in_words(e)

    def close(self) -> None:
        if not self._is_up:
            self._doubt()
        self._socket.close()

    def _doubt(self) -> None:
        on_failure = self._on_failure
        self._on_failure = None
        if on_failure is not None:
            on_failure()

    def _fail(self) -> None:
        self._doubt()
        # There is no getsockopt() to ask why; a read raises it.
        self._socket.recv(1)
        raise OSError(errno.ECONNRESET, "refused by the other side")
