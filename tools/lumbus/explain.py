"""`lumbus decode --explain`: what every byte of a telegram is, in the standard's words.

Each byte belongs to exactly one Part, in order.  Of a damaged frame the bytes up
to the fault are explained, the fault says what is wrong, and what is behind it
is "not read".
"""

from mbus.errors import FrameError
from mbus.frame import ACK, START_LONG, START_SHORT, STOP, Frame, checksum
from mbus.parse import parse_frame

from . import words
from .explain_data import user_data
from .explain_parts import Part, Walk

_SHORT_SIZE = 5


def explain(raw: bytes) -> list[Part]:
    """The Parts of whatever bytes; never raises for bad input."""
    walk = Walk(raw)
    try:
        parse_frame(raw)
        fault = None
    except FrameError as e:
        fault = e
    walk.heading("frame")
    if raw[:1] == bytes((ACK,)):
        walk.take(1, "single character", "acknowledge")
        _behind(walk, 1)
    elif raw[:1] == bytes((START_SHORT,)):
        walk.take(1, "start", "of a short frame")
        _control(walk, _SHORT_SIZE - 2)
        _tail(walk, 1, _SHORT_SIZE)
    elif raw[:1] == bytes((START_LONG,)):
        _long(walk, fault)
    else:
        walk.wrong(str(fault), 1)
    return walk.parts


def _long(walk: Walk, fault: FrameError | None) -> None:
    length = f"{walk.raw[1]} bytes from the C field to the checksum" if len(walk.raw) > 1 else ""
    starts = (("start", "of a long frame"), ("length", length), ("length", "again"), ("start", "again"))
    for at, (name, says) in enumerate(starts):
        if fault and fault.offset == at < len(walk.raw):
            walk.wrong(str(fault), 1, name)
            return
        walk.take(1, name, says)
    if len(walk.raw) < len(starts):
        walk.wrong(str(fault))
        return
    size = walk.raw[1] + 6
    _control(walk, size - 2)
    ci = walk.take(1, "CI field", words.ci_field(walk.raw[walk.at]) if walk.left else "")
    if ci:
        # As if the frame ended behind the user data that is there.
        user_data(walk, Frame(walk.raw[: walk.end] + bytes((0, STOP))), walk.raw[walk.end :] != b"")
    walk.rest()
    _tail(walk, 4, size)


def _control(walk: Walk, end: int) -> None:
    """The C and A fields, of a frame whose fields end before byte `end`."""
    walk.end = min(end, len(walk.raw))
    for name, say in (("C field", words.control), ("A field", words.address)):
        if walk.left:
            walk.take(1, name, say(walk.raw[walk.at]))


def _tail(walk: Walk, first: int, size: int) -> None:
    """Checksum and stop of a frame of `size` bytes that sums from byte `first` on; and what is behind it."""
    raw = walk.raw
    walk.end = len(raw)
    walk.heading("end")
    if len(raw) >= size - 1:
        expected = checksum(raw, first, size - 2)
        if raw[size - 2] != expected:
            walk.wrong(
                f"the bytes {first} to {size - 3} sum to {expected:02x}: any of them may be damaged", 1, "checksum"
            )
            return
        walk.take(1, "checksum", f"the sum of bytes {first} to {size - 3}, which is right")
    if len(raw) < size:
        walk.wrong(f"truncated: {len(raw)} of {size} bytes")
        return
    if raw[size - 1] != STOP:
        walk.wrong(f"stop byte is {raw[size - 1]:02x}, not {STOP:02x}", 1, "stop")
        return
    walk.take(1, "stop", "")
    _behind(walk, size)


def _behind(walk: Walk, size: int) -> None:
    if walk.left:
        walk.wrong(f"bytes behind the end of the frame, which has {size}", walk.left)
