"""A release from a server, over HTTPS: pieces of it by Range, on one connection for as long as the server keeps it.

The server's certificate is verified with `update.ca`.  What would lead elsewhere is refused: a redirection must be
followed by who tells the address.  Every wait has a deadline.

Loaded while something is fetched.
"""

from mbus._const import const

from .refused import Refused
from .update_address import address_of

_CONNECT_MS = const(10000)
# A handshake takes seconds on a board.
_ANSWER_MS = const(20000)
_TICK_MS = const(10)
_RANGE = const(8192)
_READ = const(1024)
_MOST_HEAD = const(2048)


def served(update, source: str, size: int):
    """The source at an https address.  OSError while there can be no TLS, Refused where there never can."""
    app = update.app
    try:
        host, port, path = address_of(source)
        name = app.config["update"]["ca"]
        ca = app.port.storage.read_bytes(name)
        if ca is None:
            raise Refused("update.ca: there is no file %s on the board" % name)
        tls = app.port.tls(ca, host)
    except ValueError as e:
        raise Refused(_neutral(str(e)))
    if app.clock.utc_ms() is None:
        raise OSError("the clock is not set yet, and certificates have dates")
    return Http(update, host, port, path, size, tls)


def _neutral(text: str) -> str:
    """What the port's TLS says is of a broker."""
    return text.replace("the broker", "the server").replace("mqtt.ca", "update.ca")


def _public(address: str) -> str:
    """Without what may be a secret in it: what is told goes to a topic."""
    return address.partition("?")[0]


class Http:
    """size: of the whole file, which the server must have as well."""

    def __init__(self, update, host: str, port: int, path: str, size: int, tls):
        self._update = update
        self._host = host
        self._port = port
        self._path = path
        self._size = size
        self._tls = tls
        self._connection = None
        self._held = b""
        # Of the answer: where it goes on, and how much of it is still to come; whether the server closes after it.
        self._at = self._left = 0
        self._closes = False

    def take(self, payload: bytes) -> None:
        """A chunk from the broker, which nobody asked for."""

    async def read(self, at: int, size: int) -> bytes:
        """1...size bytes of the file; b"" at its end.  OSError where the connection is over."""
        if at >= self._size:
            return b""
        try:
            if at != self._at or not self._left:
                await self._ask(at)
            data = await self._some(min(size, self._left))
        except OSError as e:
            self.close()
            raise OSError("%s: %s" % (self._host, _neutral(str(e))))
        self._at += len(data)
        self._left -= len(data)
        return data

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._held = b""
        self._left = 0
        if connection is not None:
            connection.close()

    async def _ask(self, at: int) -> None:
        """Until the head of an answer has come that begins at `at`."""
        while self._left and self._connection is not None and not self._closes:
            # What nobody wants of the answer before is short.
            self._left -= len(await self._some(self._left))
        is_old = self._connection is not None and not self._closes
        if is_old:
            try:
                return await self._exchange(at)
            except OSError:
                pass  # kept for too long: the server has let go of it
        self.close()
        self._connection = self._update.app.port.network.open(self._host, self._port, self._tls)
        await self._until(self._connection.ready, _CONNECT_MS, "no connection")
        await self._exchange(at)

    async def _exchange(self, at: int) -> None:
        last = min(at + _RANGE, self._size) - 1
        await self._send(
            "GET %s HTTP/1.1\r\nHost: %s:%d\r\nRange: bytes=%d-%d\r\nUser-Agent: lumbus\r\n\r\n"
            % (self._path, self._host, self._port, at, last)
        )
        lines = (await self._head()).split("\r\n")
        words = lines[0].split(" ", 2)
        if len(words) < 2 or not words[0].startswith("HTTP/1."):
            raise OSError("it does not speak HTTP")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.strip().lower()] = value.strip()
        self._check(words[1], fields)
        self._closes = fields.get("connection", "").lower() == "close" or words[0] == "HTTP/1.0"
        self._take_range(fields.get("content-range", ""), at, last)

    def _check(self, status: str, fields: dict) -> None:
        """Refused, or OSError, for every answer that is no piece of the file."""
        if status == "206" and "transfer-encoding" not in fields:
            return
        if status == "206" or status == "200":
            raise Refused("%s cannot serve a part of a file (Range); take another server" % self._host)
        if status[:1] == "3":
            where = _public(fields.get("location", "elsewhere"))
            raise Refused("%s leads to %s (HTTP %s): tell that address itself" % (self._host, where[:100], status))
        if status[:1] == "4" and status not in ("408", "425", "429"):
            raise Refused("%s answers HTTP %s for %s" % (self._host, status, _public(self._path)))
        raise OSError("it answers HTTP %s" % status)

    def _take_range(self, text: str, at: int, last: int) -> None:
        """Content-Range: bytes first-last/size"""
        try:
            ends, size = text.split(" ")[1].split("/")
            first, end = ends.split("-")
            numbers = int(first), int(end), int(size)
        except (ValueError, IndexError):
            raise Refused("%s does not say which part of the file it serves" % self._host)
        if numbers[2] != self._size:
            raise Refused("%s has a file of %d bytes, the release has %d" % (self._host, numbers[2], self._size))
        if numbers[0] != at or not at <= numbers[1] <= last:
            raise OSError("it serves bytes %s, asked for were %d-%d" % (ends, at, last))
        self._at = at
        self._left = numbers[1] + 1 - at

    async def _head(self) -> str:
        """Of the answer, without the empty line; what is behind it is held."""
        end = -1
        while end < 0:
            if len(self._held) > _MOST_HEAD:
                raise OSError("the head of its answer is too long")
            self._held += await self._more(_READ)
            end = self._held.find(b"\r\n\r\n")
        head, self._held = self._held[:end], self._held[end + 4 :]
        try:
            return head.decode()
        except UnicodeError:
            raise OSError("the head of its answer is no text")

    async def _some(self, size: int) -> bytes:
        """1...size bytes of the body."""
        if not self._held:
            return await self._more(min(size, _READ))
        data, self._held = self._held[:size], self._held[size:]
        return data

    async def _more(self, size: int) -> bytes:
        found = [b""]

        def has_come() -> bool:
            found[0] = self._live().read(size)
            return bool(found[0])

        await self._until(has_come, _ANSWER_MS, "no answer")
        return found[0]

    async def _send(self, text: str) -> None:
        view = [memoryview(text.encode())]

        def is_sent() -> bool:
            view[0] = view[0][self._live().write(view[0]) :]
            return not len(view[0])

        await self._until(is_sent, _ANSWER_MS, "it takes nothing")

    def _live(self):
        if self._connection is None:
            raise OSError("the connection is over")
        return self._connection

    async def _until(self, done, limit_ms: int, failed: str) -> None:
        clock = self._update.app.clock
        deadline = clock.ms() + limit_ms
        while not done():
            if clock.ms() > deadline:
                raise OSError("%s within %d s" % (failed, limit_ms // 1000))
            await self._update.tick(_TICK_MS)
