"""SNTP (RFC 4330, format of RFC 5905): one question, and what its answer is worth.  Bytes only: no socket, no clock.

Times are milliseconds since 1970 in UTC. The format counts seconds since 1900 in 32 bits, which end in 2036: who
has not the highest bit means the era after.
"""

_SIZE = 48
_1970 = 2208988800
_ERA = 1 << 32


def question(nonce: bytes) -> bytes:
    """The request; `nonce` (8 bytes nobody can guess) stands where our own time might."""
    return b"\x23" + bytes(39) + nonce


def answer(packet: bytes, nonce: bytes):
    """(when it came there, when it left there); ValueError, in words, for one that must not be believed."""
    if len(packet) < _SIZE:
        raise ValueError("%d bytes are no NTP answer" % len(packet))
    if packet[0] & 7 != 4:
        raise ValueError("mode %d is no server's" % (packet[0] & 7))
    if packet[24:32] != nonce:
        raise ValueError("it answers something else")
    stratum = packet[1]
    if not stratum:
        raise ValueError("the server wants not to be asked (%s)" % _code(packet[12:16]))
    if stratum > 15 or packet[0] >> 6 == 3:
        raise ValueError("the server does not know the time itself")
    return _ms(packet, 32), _ms(packet, 40)


def _code(four: bytes) -> str:
    return "".join([chr(b) for b in four if 32 < b < 127])


def _ms(packet: bytes, at: int) -> int:
    seconds = int.from_bytes(packet[at : at + 4], "big")
    fraction = int.from_bytes(packet[at + 4 : at + 8], "big")
    if not seconds and not fraction:
        raise ValueError("the answer has no time")
    if not seconds >> 31:
        seconds += _ERA
    return (seconds - _1970) * 1000 + (fraction * 1000 + (_ERA >> 1) >> 32)
