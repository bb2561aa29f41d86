"""HTTP on a connection whose calls never wait: one request read, its answer written, each within a deadline.

What comes from outside is bounded here, before anything else sees it: the request's head, its lines, the body,
and the time that all of it may take.  A client that is slow costs its own place, and nobody's time.
"""

from mbus._const import const

MOST_BODY = const(4096)
_MOST_HEAD = const(2048)
_MOST_LINES = const(40)
_PIECE = const(512)
_TICK_MS = const(10)
_HEAD_MS = const(5000)
_BODY_MS = const(10000)
_ANSWER_MS = const(20000)
_WANTED = const(" host origin cookie content-type content-length transfer-encoding x-lumbus if-none-match ")
# For every answer.  A page is asked for again each time, and is not sent again where its tag is the same.
_SAFE = const(
    b"Content-Security-Policy: default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    b"form-action 'self'; object-src 'none'\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
    b"Referrer-Policy: no-referrer\r\nCache-Control: %s\r\n"
)


class Refused(Exception):
    """A request that is not carried out: `status` of HTTP, and in words why."""

    def __init__(self, status: int, text: str, errors=None):
        super().__init__(text)
        self.status = status
        self.text = text
        # [path, text] of each fault of a configuration.
        self.errors = errors


async def _more(connection, clock, until_ms: int, size: int) -> bytes:
    while True:
        data = connection.read(size)
        if data:
            return data
        if clock.ms() >= until_ms:
            raise Refused(408, "the request takes too long")
        await clock.sleep_ms(_TICK_MS)


async def read_request(connection, clock):
    """(method, target, headers with names in small letters, body); Refused, or OSError when the client has gone."""
    buf = bytearray()
    until_ms = clock.ms() + _HEAD_MS
    while True:
        end = buf.find(b"\r\n\r\n")
        if end >= 0:
            break
        if len(buf) >= _MOST_HEAD:
            raise Refused(431, "the request's head is longer than %d bytes" % _MOST_HEAD)
        buf += await _more(connection, clock, until_ms, _PIECE)
    method, target, headers = _head(buf, end)
    size = _length(headers)
    body = buf[end + 4 :]
    buf = None
    until_ms = clock.ms() + _BODY_MS
    while len(body) < size:
        body += await _more(connection, clock, until_ms, min(_PIECE, size - len(body)))
    return method, target, headers, bytes(body[:size])


def _head(buf, end: int):
    """Line by line: a browser sends much that nobody here asks for."""
    at = buf.find(b"\r\n")
    try:
        method, target, version = bytes(buf[: at if 0 <= at < end else end]).decode().split(" ")
        headers = {}
        count = 0
        while 0 <= at < end:
            count += 1
            if count > _MOST_LINES:
                raise Refused(431, "more than %d lines in the request's head" % _MOST_LINES)
            begin = at + 2
            at = buf.find(b"\r\n", begin)
            _add(headers, bytes(buf[begin : at if 0 <= at < end else end]))
    except ValueError:
        raise Refused(400, "this is no HTTP request")
    if not version.startswith("HTTP/1.") or not target.startswith("/"):
        raise Refused(400, "this is no HTTP request")
    return method, target, headers


def _add(headers: dict, line: bytes) -> None:
    """ValueError for what is no header, and for one of ours that is there already."""
    colon = line.find(b":")
    if colon < 1:
        raise ValueError
    name = line[:colon].decode().lower()
    if " %s " % name in _WANTED:
        if name in headers:
            raise ValueError
        headers[name] = line[colon + 1 :].decode().strip()


def _length(headers: dict) -> int:
    if "transfer-encoding" in headers:
        raise Refused(411, "the body's length must be given")
    text = headers.get("content-length", "0")
    if not text.isdigit() or len(text) > 9 or max(text) > "9":
        raise Refused(400, "content-length is no number")
    if int(text) > MOST_BODY:
        raise Refused(413, "the body is longer than %d bytes" % MOST_BODY)
    return int(text)


async def send(response, writer) -> None:
    """An answer as microdot made it, piece by piece: its body is bytes, or yields texts or bytes."""
    response.complete()
    body = response.body
    try:
        status = response.status_code
        await writer.awrite(b"HTTP/1.0 %d %s\r\n" % (status, b"OK" if status == 200 else b"N/A"))
        for name, value in response.headers.items():
            await writer.awrite(("%s: %s\r\n" % (name, value)).encode())
        await writer.awrite(b"\r\n")
        for piece in (body,) if isinstance(body, bytes) else body:
            await writer.awrite(piece if isinstance(piece, bytes) else piece.encode())
        await writer.flush()
    finally:
        # Of a file: it is closed with what reads it.
        if not isinstance(body, bytes) and hasattr(body, "close"):
            body.close()


class Writer:
    """What microdot writes an answer to, the status line first.  Small writes leave together.

    keeps: whether a browser may keep it.  OSError when it takes too long.
    """

    def __init__(self, connection, clock):
        self._connection = connection
        self._clock = clock
        self._until_ms = clock.ms() + _ANSWER_MS
        self._buf = bytearray()
        self._is_first = True
        self.keeps = False

    async def awrite(self, data) -> None:
        self._buf += data
        if self._is_first:
            self._is_first = False
            self._buf += _SAFE % (b"no-cache" if self.keeps else b"no-store")
        if len(self._buf) >= _PIECE:
            await self.flush()

    async def flush(self) -> None:
        view = memoryview(self._buf)
        at = 0
        while at < len(view):
            taken = self._connection.write(view[at : at + _PIECE])
            at += taken
            if not taken:
                if self._clock.ms() >= self._until_ms:
                    raise OSError("the client does not take its answer")
                await self._clock.sleep_ms(_TICK_MS)
        self._buf = bytearray()
