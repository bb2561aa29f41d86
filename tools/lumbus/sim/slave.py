"""The slave's side of the bus protocol: a request in, an answer out.  No clock, no wire."""

from mbus.encode import encode_header, encode_telegram
from mbus.frame import ACK, FCB, REQ_UD2, SND_NKE, Frame

_FCV = 0x10
_BROADCAST = (254, 255)


class Slave:
    """A meter at `address` with `secondary` (8 bytes as on the wire); `body()` gives its records.

    It answers a request with the FCB of the last one by its last telegram again.
    """

    def __init__(self, address: int, secondary: bytes, body):
        self.address = address
        self._secondary = secondary
        self._body = body
        self._fcb = None
        self._access = 0
        self._last = b""

    def answer(self, frame: Frame) -> bytes:
        """The answer to `frame`, or b"" where a meter says nothing."""
        if frame.address != self.address and frame.address not in _BROADCAST:
            return b""
        reply = self._reply(frame)
        return b"" if frame.address == 255 else reply

    def _reply(self, frame: Frame) -> bytes:
        if frame.control == SND_NKE:
            self._fcb = None
            return bytes((ACK,))
        if frame.control is None or frame.ci is not None or frame.control & ~(FCB | _FCV) != REQ_UD2 & ~_FCV:
            return b""
        fcb = frame.control & FCB
        repeat = frame.control & _FCV and fcb == self._fcb
        self._fcb = fcb
        if not repeat:
            self._access += 1
            header = encode_header(self._secondary, self._access)
            self._last = encode_telegram(self.address, header, self._body())
        return self._last
