"""A release from the broker: the gateway asks on `want`, and who offers it answers on `cmd/chunk`.

    want    {"release": 16 hex digits, "at": offset, "size": at most 512}
    chunk   8 bytes of the release's id, 4 bytes of the offset, most significant first, and what is there

One is asked for at a time.  What is asked for again is asked for three times, then the update waits as for a network
that is away: who offers it need not be there all the time.

Loaded while something is fetched.
"""

import binascii

from mbus._const import const

_SIZE = const(512)
_ANSWER_MS = const(10000)
_TIMES = const(3)
_TICK_MS = const(10)
# What the publisher rests meanwhile, and else.
_BUSY_MS = const(10)
_IDLE_MS = const(50)
_HEAD = const(12)


class Broker:
    """Of the update, which publishes; release: its id in hex, size: of the whole file."""

    def __init__(self, update, release: str, size: int):
        self._update = update
        self._release = release[:16]
        self._id = binascii.unhexlify(release[:16])
        self._size = size
        self._at = None
        self._data = None
        update.app.publisher.idle_ms = _BUSY_MS

    def take(self, payload: bytes) -> None:
        """A chunk; one that was not asked for, or came twice, is left aside."""
        at = self._at
        if at is not None and payload[:_HEAD] == self._id + at.to_bytes(4, "big") and len(payload) > _HEAD:
            self._data = payload[_HEAD:]
            self._at = None

    async def read(self, at: int, size: int) -> bytes:
        """1...size bytes of the file; b"" at its end.  OSError where nobody sends them."""
        size = min(size, _SIZE, self._size - at)
        if size <= 0:
            return b""
        self._at = at
        self._data = None
        clock = self._update.app.clock
        for _ in range(_TIMES):
            self._ask(at, size)
            until = clock.ms() + _ANSWER_MS
            while clock.ms() < until:
                if self._data is not None:
                    data, self._data = self._data, None
                    return data[:size]
                await self._update.tick(_TICK_MS)
        raise OSError("nobody sends it; does lumbus update run?")

    def _ask(self, at: int, size: int) -> None:
        app = self._update.app
        if not app.publisher.connected:
            # It would be asked for when it is wanted no more.
            return
        topic = app.topics.gateway("want")
        if all(topic != waits for waits, _ in app.publisher.replies):
            app.publisher.replies.append((topic, '{"release":"%s","at":%d,"size":%d}' % (self._release, at, size)))

    def close(self) -> None:
        self._update.app.publisher.idle_ms = _IDLE_MS
