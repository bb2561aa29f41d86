"""To ask one simulated slave, without a line: requests and commands, and the bytes of its answer."""

from mbus.frame import encode_long, encode_short
from mbus.parse import parse_frame

ACK = b"\xe5"
NKE = 0x40
UD2 = 0x7B
UD2_CLEAR = 0x5B
UD1 = 0x7A
SEND = 0x73
SEND_CLEAR = 0x53


def ask(meter, control, address=1):
    """A short frame."""
    return meter.answer(parse_frame(encode_short(control, address)))


def tell(meter, ci, data="", address=1, control=SEND):
    """SND_UD with data in hexadecimal digits."""
    return meter.answer(parse_frame(encode_long(control, address, ci, bytes.fromhex(data))))
