"""A computer's TCP connections, of which no call waits, plain and with TLS."""

import errno
import socket

from addresses import Addresses

# MicroPython's errno module does not name it.
_EISCONN = 106
_TCP, _NODELAY = 6, 1
_NOT_NOW = (errno.EAGAIN, errno.EINPROGRESS, errno.EALREADY)
# CPython's TLS has errors of its own for it: SSLWantReadError, SSLWantWriteError.
_WANT = ("SSLWantReadError", "SSLWantWriteError")


class Connection:
    """Begins to connect to `address`; tls: a Tls, or None.  OSError in words when it is over.

    `on_failure()` is called when it is closed before it was up.
    """

    def __init__(self, address, on_failure, tls=None):
        self._on_failure = on_failure
        self._socket = socket.socket()
        self._socket.setblocking(False)
        # A message may come in several writes: none of them waits until the one before is acknowledged.
        self._socket.setsockopt(_TCP, _NODELAY, 1)
        self._address = address
        self._tls = tls
        self._is_up = False
        try:
            self._connect()
        except OSError:
            # MicroPython closes nothing by itself.
            self._socket.close()
            raise

    def _connect(self) -> bool:
        try:
            self._socket.connect(self._address)
        except OSError as e:
            if e.errno == _EISCONN:
                return True
            if e.errno not in _NOT_NOW:
                raise
            return False
        return True

    def ready(self) -> bool:
        if not self._is_up and self._connect():
            self._is_up = True
            if self._tls is not None:
                self._socket = self._tls.wrap(self._socket)
        return self._is_up

    def write(self, data) -> int:
        return self._try(self._socket.send, data) or 0

    def read(self, size: int) -> bytes:
        data = self._try(self._socket.recv, size)
        if data is None:
            return b""
        if not data:
            raise OSError(errno.ECONNRESET, "closed by the other side")
        return data

    def _try(self, action, argument):
        """None for not now."""
        try:
            return action(argument)
        except (OSError, ValueError) as e:
            if type(e).__name__ in _WANT or (isinstance(e, OSError) and e.errno in _NOT_NOW):
                return None
            if self._tls is None:
                raise
            raise self._tls.in_words(e)

    def close(self) -> None:
        if not self._is_up:
            self._on_failure()
        self._socket.close()


class Network:
    """The computer's own network, which needs nothing done; with a (simulated) radio it is there while that is up."""

    def __init__(self, radio=None):
        self._radio = radio
        self._addresses = Addresses()

    def open(self, host: str, port: int, tls=None) -> Connection:
        """Begin a connection, with TLS where a Tls is given.  Blocks while DNS is asked, which is seldom."""
        self._need()
        addresses = self._addresses
        try:
            return Connection(addresses.find(host, port), lambda: addresses.doubt(host, port), tls)
        except ValueError as e:
            raise OSError("%s is no host name (%s)" % (host, e))

    def udp(self, host: str, port: int = 123):
        """Datagrams to and from there.  Blocks while DNS is asked."""
        from datagrams import Datagrams

        self._need()
        return Datagrams(self._addresses.find(host, port))

    def is_up(self) -> bool:
        return self._radio is None or self._radio.state() == "up"

    def _need(self) -> None:
        if not self.is_up():
            raise OSError(errno.ENOTCONN, "there is no Wi-Fi now")
