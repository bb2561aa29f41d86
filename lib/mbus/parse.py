"""One frame from its bytes, with the reason where they are none.

A stream with garbage in it is the business of `deframer`, which gives no reasons.
"""

from .errors import ChecksumError, FrameError
from .frame import ACK, MIN_LENGTH, START_LONG, START_SHORT, STOP, Frame, checksum


def parse_frame(raw: bytes) -> Frame:
    """The one frame that `raw` is, from its first byte to its last.

    Raises FrameError or ChecksumError with the offset where it fails.
    """
    first = raw[0] if raw else STOP
    if first == ACK:
        size = 1
    elif first == START_SHORT:
        size = 5
    elif first != START_LONG:
        raise FrameError("%02x starts no frame" % first if raw else "no bytes")
    elif len(raw) < 4:
        size = MIN_LENGTH + 6
    else:
        _expect("second length byte", raw, 2, raw[1])
        _expect("second start byte", raw, 3, START_LONG)
        size = raw[1] + 6
        if size < MIN_LENGTH + 6:
            raise FrameError("length %d is less than C, A and CI" % raw[1], 1)
    if len(raw) != size:
        # Too much fails where it begins, too little at its end.
        text = "truncated: %d of %d bytes" if len(raw) < size else "%d bytes, but the frame has %d"
        raise FrameError(text % (len(raw), size), min(len(raw), size))
    if size > 1:
        expected = checksum(raw, 1 if size == 5 else 4, size - 2)
        if raw[-2] != expected:
            raise ChecksumError(expected, raw[-2], size - 2)
        _expect("stop byte", raw, size - 1, STOP)
    return Frame(bytes(raw))


def _expect(name: str, raw, at: int, wanted: int) -> None:
    if raw[at] != wanted:
        raise FrameError("%s is %02x, not %02x" % (name, raw[at], wanted), at)
