"""FT1.2 frames of EN 13757-2, 5: the rules, and how they are built.

* 8 data bits, even parity, 1 stop bit: 11 bits a character.
* Single character `E5`: acknowledge.
* Short frame `10 C A CS 16`.
* Control frame `68 03 03 68 C A CI CS 16`; long frame the same with user data
  and both length bytes L = 3 + number of user data bytes, at most 255.
* CS is the sum modulo 256 of everything from C to the last user data byte.
"""

from ._const import const
from .errors import FrameError

ACK = const(0xE5)
START_SHORT = const(0x10)
START_LONG = const(0x68)
STOP = const(0x16)

# C fields (EN 13757-2, table 1), FCB and FCV still 0 in the last two.
SND_NKE = const(0x40)
SND_UD = const(0x53)
REQ_UD2 = const(0x5B)
RSP_UD = const(0x08)
FCB = const(0x20)

# The longest frame: 68 L L 68, 255 bytes, CS 16.
MAX_FRAME = const(261)
# The shortest L: C, A and CI.
MIN_LENGTH = const(3)
# Where the user data of a long frame begins.
FIRST_DATA = const(7)


class Frame:
    """A valid frame: `raw` (bytes) and its fields.

    `control`, `address` and `ci` are 0...255, or None where the frame has no
    such field; `data` is the user data after CI (empty for short frames).
    """

    def __init__(self, raw: bytes):
        self.raw = raw
        self.control = self.address = self.ci = None
        self.data = b""
        if raw[0] == START_SHORT:
            self.control = raw[1]
            self.address = raw[2]
        elif raw[0] == START_LONG:
            self.control = raw[4]
            self.address = raw[5]
            self.ci = raw[6]
            self.data = raw[7:-2]

    @property
    def is_ack(self) -> bool:
        return self.raw[0] == ACK

    @property
    def is_response(self) -> bool:
        """RSP_UD, whatever its ACD and DFC bits (10h and 20h) are."""
        return self.ci is not None and self.control is not None and self.control & 0xCF == RSP_UD


def checksum(data, start: int, end: int) -> int:
    """The FT1.2 checksum of data[start:end], 0...255."""
    return sum(data[start:end]) & 0xFF


def encode_short(control: int, address: int) -> bytes:
    """A short frame, such as SND_NKE or REQ_UD2 (with FCB where it is set)."""
    return bytes((START_SHORT, control, address, (control + address) & 0xFF, STOP))


def encode_long(control: int, address: int, ci: int, data=b"") -> bytes:
    """A control frame (no `data`) or a long frame with 1...252 bytes of it.

    Raises FrameError when the user data does not fit one frame.
    """
    length = MIN_LENGTH + len(data)
    if length > 255:
        raise FrameError("%d bytes of user data, a frame holds at most 252" % len(data))
    body = bytes((control, address, ci)) + bytes(data)
    return bytes((START_LONG, length, length, START_LONG)) + body + bytes((sum(body) & 0xFF, STOP))
