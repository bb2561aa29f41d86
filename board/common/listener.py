"""Connections that come in by TCP, of which no call waits; the same code on a board and on a computer.

* MicroPython's stream calls, read() and write(), give None for "not now" on every port; recv() and send() raise
  one error or another.  CPython's sockets have those two alone.
* No port tells at which number it listens: for "any" one is tried after the other.
"""

import errno
import random
import socket

_NOT_NOW = (errno.EAGAIN, errno.EINPROGRESS, errno.ETIMEDOUT)
# A browser comes with six at once.
_BACKLOG = 6
_TRIES = 50


class Guest:
    """One connection.  `peer`: the other side's address as a text, None where the system gives it as bytes."""

    def __init__(self, sock, address) -> None:
        self._socket = sock
        sock.setblocking(False)
        self._read = getattr(sock, "read", None) or sock.recv
        self._write = getattr(sock, "write", None) or sock.send
        self.peer = address[0] if isinstance(address, tuple) else None

    def read(self, size: int) -> bytes:
        """What is there, at most `size` bytes, b"" for nothing now; OSError when it is over."""
        data = _try(self._read, size)
        if data is None:
            return b""
        if not data:
            raise OSError(errno.ECONNRESET, "closed by the other side")
        return data

    def write(self, data) -> int:
        """How much of `data` was taken, 0 for none now; OSError when the connection is over."""
        return _try(self._write, data) or 0

    def close(self) -> None:
        self._socket.close()


def _try(action, argument):
    """None for not now."""
    try:
        return action(argument)
    except OSError as e:
        if e.errno in _NOT_NOW:
            return None
        raise


class Listener:
    """At `host`; port 0 is any that is free, and `port` says which.  OSError where it cannot be.

    hosts() gives the names and addresses under which the page may be asked for, in small letters, the address first.
    """

    def __init__(self, host: str, port: int, hosts) -> None:
        self.hosts = hosts
        for left in range(_TRIES - 1, -1, -1):
            self.port = port or 20000 + random.randrange(40000)
            try:
                self._socket = _listening(host, self.port)
                return
            except OSError as e:
                if port or not left:
                    raise OSError("the page cannot listen at port %d (%s)" % (self.port, e))

    def accept(self) -> Guest | None:
        """The next connection; None where nobody has come."""
        got = _try(_accepted, self._socket)
        return None if got is None else Guest(got[0], got[1])

    def where(self) -> str:
        """What to write behind http:// to get there."""
        host = self.hosts()[0]
        return host if self.port == 80 else "%s:%d" % (host, self.port)

    def close(self) -> None:
        self._socket.close()


def _accepted(sock):
    return sock.accept()


def _listening(host: str, port: int):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # MicroPython on a computer takes an address as getaddrinfo() gives it, and no other.
        sock.bind(socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0][-1])
        sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
