"""What it looks like where bytes came and no valid reply was among them.

Nothing here is certain: these are signs, each with its reason.  Read again
before you believe one.

* echo: a piece of the request, or hardly more than its beginning and its end.
  Nobody else says that.
* parity (the parity bit, or the baud rate): a sender with 7 data bits and a
  parity bit makes the number of ones of every character even (or every one
  odd), by chance once in 2^n; so does a much slower one, of which only zeros
  are heard.  And a long answer without one start character near its beginning
  was read at a wrong rate: a collision leaves the first start standing, because
  all begin with it, and noise is short.
* collision: instead of one acknowledge a few characters, because several of
  them do not quite coincide; several acknowledges; a start character near the
  beginning, but no frame behind it that ends where it says it does; the same
  damage again, because meters that collide repeat what they said.
* noise: what comes before any slave may speak, few characters, and one frame
  that is right but for its checksum or is cut off.
"""

from ._const import const

_SND_NKE = const(0x40)
_START_LONG = const(0x68)
# Acknowledges that do not quite coincide are heard as so many characters at the most.
_SHIFTED_ACKS = const(4)
# By chance once in 128.
_ENOUGH_PARITIES = const(8)
# The shortest telegram, and how near to its beginning a start character stands after garbage.
_SHORTEST = const(9)
_NEAR = const(4)


def kind(raw: bytes, request: bytes = b"", early: int = 0, again: bool = False) -> str:
    """ "echo", "collision", "parity" or "noise".  For the arguments see errors.DamagedReply."""
    if _echoes(raw, request):
        return "echo"
    raw = raw[early:]
    acknowledged = request[:1] != b"\x10" or request[1] == _SND_NKE
    if (0 < len(raw) <= _SHIFTED_ACKS and acknowledged) or raw.count(b"\xe5") == len(raw) > 1:
        return "collision"
    if len(raw) >= _ENOUGH_PARITIES and sum(_ones(b) for b in raw) in (0, len(raw)):
        return "parity"
    start = raw.find(b"\x68", 0, _NEAR)
    if start < 0:
        return "parity" if len(raw) >= _SHORTEST else "noise"
    head = raw[start : start + 4]
    rest = len(raw) - start - 6
    one_frame = len(head) < 4 or (head[1] == head[2] and head[3] == _START_LONG and rest <= head[1])
    return "noise" if one_frame and not again else "collision"


def _echoes(raw: bytes, request: bytes) -> bool:
    """Whether `raw` is a piece of `request`, or three of four bytes are its first and its last ones."""
    size = len(raw)
    head = tail = 0
    while head < size and raw[: head + 1] == request[: head + 1]:
        head += 1
    while head + tail < size and raw[size - tail - 1 :] == request[-tail - 1 :]:
        tail += 1
    return size > 1 and (raw in request or 4 * (head + tail) >= 3 * size)


def _ones(byte: int) -> int:
    """The number of ones, modulo 2."""
    byte ^= byte >> 4
    return 0x6996 >> (byte & 15) & 1
