"""DNS on the set-up access point (RFC 1035): every name leads here, so that a phone that has joined opens the page.

Sans I/O: `answer` makes of a question what is to be sent back, and of anything else nothing.
"""

from mbus._const import const

_HEAD = const(12)
_MOST = const(300)
_TYPE_A = const(1)
_CLASS_IN = const(1)
# A phone asks again soon: what holds here holds nowhere else.
_TTL_S = const(10)
# An answer, with recursion; of the question only whether recursion was wanted is kept.
_ANSWER = const(0x8080)
_WANTED = const(0x0100)
_REFUSED_KIND = const(0xFA00)


def address_bytes(text: str) -> bytes:
    """The four bytes of an address such as 192.168.4.1; ValueError."""
    parts = [int(part) for part in text.split(".")]
    if len(parts) != 4:
        raise ValueError("no address of IPv4")
    return bytes(parts)


def answer(data: bytes, address: bytes):
    """What to answer: `address` for a question of type A, no record for another type; None for what is no question."""
    if not _HEAD < len(data) <= _MOST:
        return None
    flags, questions, answers, authorities = [_short(data, at) for at in (2, 4, 6, 8)]
    # A response, another operation than a query, or what no resolver asks.
    if flags & _REFUSED_KIND or questions != 1 or answers or authorities:
        return None
    end = _name_end(data)
    if end is None or end + 4 > len(data):
        return None
    known = _short(data, end) == _TYPE_A and _short(data, end + 2) == _CLASS_IN
    told = data[:2] + _shorts(_ANSWER | flags & _WANTED, 1, int(known), 0, 0) + data[_HEAD : end + 4]
    if known:
        # The name is the question's: a pointer to it.
        told += _shorts(0xC000 | _HEAD, _TYPE_A, _CLASS_IN, 0, _TTL_S, 4) + address
    return told


def _short(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def _shorts(*numbers) -> bytes:
    return b"".join([bytes((number >> 8, number & 0xFF)) for number in numbers])


def _name_end(data: bytes):
    """Where the question's name ends; None where it does not, or is compressed, which a question's is not."""
    at = _HEAD
    while at < len(data):
        size = data[at]
        if size > 63:
            return None
        at += 1 + size
        if not size:
            return at
    return None


class Captive:
    """`udp`: receive() gives (data, sender) or None, send(data, sender); neither waits."""

    def __init__(self, udp, address: str):
        self._udp = udp
        self._address = address_bytes(address)

    def look(self) -> None:
        """Answer what has come, a few at the most; what cannot be sent is asked again."""
        for _ in range(8):
            try:
                got = self._udp.receive()
                if got is None:
                    return
                told = answer(got[0], self._address)
                if told is not None:
                    self._udp.send(told, got[1])
            except OSError:
                return

    def close(self) -> None:
        self._udp.close()
