"""From a stream of bytes to whole MQTT packets (MQTT 3.1.1, 2.2), with a bound."""


class PacketError(Exception):
    """The broker sent what is no packet that this client can take."""


class PacketReader:
    """`feed` bytes, `take` packets.  A packet longer than `limit` raises PacketError."""

    def __init__(self, limit: int):
        self._limit = limit
        self._held = b""

    def feed(self, data: bytes) -> None:
        self._held += data

    def take(self):
        """The next whole packet (bytes, from its fixed header on), or None."""
        head = self._head()
        if head is None:
            return None
        start, size = head
        if start + size > self._limit:
            raise PacketError("packet of %d bytes, at most %d are taken" % (start + size, self._limit))
        if len(self._held) < start + size:
            return None
        packet = self._held[: start + size]
        self._held = self._held[start + size :]
        return packet

    def _head(self):
        """(where the variable header starts, how much follows), or None while incomplete."""
        size = 0
        for at in range(1, min(len(self._held), 5)):
            size |= (self._held[at] & 0x7F) << (7 * at - 7)
            if not self._held[at] & 0x80:
                return at + 1, size
        if len(self._held) >= 5:
            raise PacketError("malformed length")
        return None
