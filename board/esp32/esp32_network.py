"""The board's network: Wi-Fi kept up, the clock set by it, and connections over it.

Two things block the interpreter in C here, and are done seldom for that: DNS
(see addresses: asked only when no address is known, or after a failed connect)
and NTP (see esp32_ntp).
"""

import errno

from addresses import Addresses
from esp32_socket import Connection
from mbus._const import const

_TICK_MS = const(1000)


class Network:
    """`wifi` has tick(ms) and is_up(), `ntp` has tick()."""

    def __init__(self, clock, wifi, ntp) -> None:
        self._clock = clock
        self._wifi = wifi
        self._ntp = ntp
        self._addresses = Addresses()

    def open(self, host: str, port: int, tls=None) -> Connection:
        """Begin a connection, with TLS where a Tls is given; blocks while DNS is asked.

        OSError when there is no Wi-Fi or no address.
        """
        if not self._wifi.is_up():
            # DNS would block for nothing.
            raise OSError(errno.ENOTCONN, "there is no Wi-Fi now")
        address = self._addresses.find(host, port)
        return Connection(address, lambda: self._addresses.doubt(host, port), tls)

    async def run(self, beat) -> None:
        """Bring Wi-Fi up and keep it, and keep the clock right; beats every second or so."""
        while True:
            beat()
            self._wifi.tick(self._clock.ms())
            if self._wifi.is_up():
                self._ntp.tick()
            await self._clock.sleep_ms(_TICK_MS)
