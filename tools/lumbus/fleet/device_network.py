"""The network of one simulated device: the computer's own, which can be cut.

A device knows one name of a broker; behind it stand one or several, and each new connection goes to the next, as
a name with several addresses or a load balancer would have it.  `cut` is "" for a network that works; else new
connections fail, and what there was

    dead      ends with a reset at once
    silent    stays: what is sent vanishes, nothing comes, and it ends with a reset when the network is back
"""

import errno
import socket
import struct
from asyncio import AbstractEventLoop
from collections.abc import Callable
from importlib import import_module

# SO_LINGER with a time of 0: close() sends a reset and what was not sent yet is gone.
_AT_ONCE = struct.pack("ii", 1, 0)


class DeviceNetwork:
    """addresses: (host, port) of the brokers; `first`: which of them the first connection goes to.

    on_data() is called when there is something to read, again and again until it is read.
    """

    def __init__(self, addresses: list[tuple[str, int]], first: int, loop: AbstractEventLoop, on_data: Callable):
        # board/host: the folder is on the path (see crowd), no package.
        self._network = import_module("host_socket").Network()
        self._addresses = addresses
        self._turn = first
        self.loop = loop
        self.on_data = on_data
        self.cut = ""
        self.connection: DeviceConnection | None = None

    def open(self, host: str, port: int, tls=None) -> "DeviceConnection":
        if self.cut:
            raise OSError(errno.ENETUNREACH, "the network is cut")
        host, port = self._addresses[self._turn % len(self._addresses)]
        self._turn += 1
        self.connection = DeviceConnection(self, self._network.open(host, port, tls))
        return self.connection

    def is_pressed(self) -> bool:
        """Whether no event will tell when there is something."""
        connection = self.connection
        return connection is None or connection.is_clogged or not connection.is_up

    def set_cut(self, kind: str) -> None:
        connection = self.connection
        if connection is not None and (kind == "dead" or self.cut == "silent"):
            connection.reset()
        self.cut = kind
        self.on_data()

    def power_off(self) -> None:
        """The device is gone without a word."""
        if self.connection is not None:
            self.connection.reset()
            self.connection.close()


class DeviceConnection:
    """As board/host gives it, and told about when something comes."""

    def __init__(self, network: DeviceNetwork, connection):
        self._network = network
        self._connection = connection
        # The connection that the port made; its socket tells when something comes.
        self._socket: socket.socket = connection._socket
        self.is_up = False
        self.is_clogged = False
        self._is_reset = False
        self._is_watched = False

    def ready(self) -> bool:
        self._look()
        if not self._is_silent() and self._connection.ready() and not self.is_up:
            self.is_up = True
            self._network.loop.add_reader(self._socket.fileno(), self._network.on_data)
            self._is_watched = True
        return self.is_up

    def write(self, data) -> int:
        self._look()
        if self._is_silent():
            return len(data)
        taken = self._connection.write(data)
        self.is_clogged = taken < len(data)
        return taken

    def read(self, size: int) -> bytes:
        self._look()
        return b"" if self._is_silent() else self._connection.read(size)

    def close(self) -> None:
        self._unwatch()
        if self._network.connection is self:
            self._network.connection = None
        self._connection.close()

    def reset(self) -> None:
        """It ends without a goodbye; the device meets that with its next call."""
        self._is_reset = True
        self._unwatch()
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        except OSError:
            pass  # it is over already
        self._socket.close()

    def _unwatch(self) -> None:
        if self._is_watched:
            self._is_watched = False
            self._network.loop.remove_reader(self._socket.fileno())

    def _is_silent(self) -> bool:
        return self._network.cut == "silent"

    def _look(self) -> None:
        if self._is_reset:
            raise OSError(errno.ECONNRESET, "reset")
