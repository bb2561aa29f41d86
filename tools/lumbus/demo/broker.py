"""An embedded MQTT broker on loopback, and a TCP front before it that can be shut.

Both live in a thread of their own with an event loop; nothing outside it waits
on them.
"""

import asyncio
import logging
import socket
import threading

from amqtt.broker import Broker
from amqtt.errors import BrokerError

_HOST = "127.0.0.1"
# Somebody else may take a port between our finding it free and the broker's binding it.
_TRIES = 5


def free_port() -> int:
    with socket.socket() as s:
        s.bind((_HOST, 0))
        return s.getsockname()[1]


class Front:
    """Passes TCP connections on to the broker; while shut it drops and refuses them.

    `port` stays its own also while it is shut: a socket that never listens holds it.
    """

    def __init__(self):
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind((_HOST, 0))
        self.port = self._held.getsockname()[1]
        self.target_port = 0
        self._server = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, _HOST, self.port, reuse_port=True)

    async def end(self) -> None:
        await self.shut()
        self._held.close()

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _pass_on(self, reader, writer) -> None:
        try:
            there = await asyncio.open_connection(_HOST, self.target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, there[1]}
        await asyncio.gather(self._pump(reader, there[1]), self._pump(there[0], writer))
        self._writers -= {writer, there[1]}

    async def _pump(self, reader, writer) -> None:
        try:
            while data := await reader.read(4096):
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class BrokerThread:
    """The broker at `port` (known once it is started), its front at `front_port`, both on loopback."""

    def __init__(self):
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        self._front = Front()
        self.front_port = self._front.port
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="broker", daemon=True)
        self._broker: Broker | None = None

    def start(self) -> None:
        self._thread.start()
        self._do(self._start())

    async def _start(self) -> None:
        for left in reversed(range(_TRIES)):
            self.port = self._front.target_port = free_port()
            self._broker = self._made()
            try:
                await self._broker.start()
                break
            except BrokerError:
                self._broker = None
                if not left:
                    raise
        await self._front.open()

    def _made(self) -> Broker:
        return Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{_HOST}:{self.port}"}},
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            },
            loop=self._loop,
        )

    def shut_front(self, seconds: float) -> None:
        """Drop and refuse connections for a while; returns at once."""

        async def shut():
            await self._front.shut()
            await asyncio.sleep(seconds)
            await self._front.open()

        asyncio.run_coroutine_threadsafe(shut(), self._loop)

    def stop(self) -> None:
        try:
            self._do(self._front.end())
            if self._broker is not None:
                self._do(self._broker.shutdown())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)
