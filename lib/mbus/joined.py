"""A read-out of several telegrams, joined (EN 13757-3, 6.3.5).

* A last DIF of 1Fh says that more records follow in the next telegram, which
  the next REQ_UD2 with a toggled FCB gets.  SND_NKE makes the meter begin with
  the first one; so it comes before, and never in between.
* A meter that does not acknowledge SND_NKE may be anywhere: it is read on to
  its last telegram first.
* A telegram that comes again byte for byte, access number and all, is a
  repeat: the meter's FCB was not what it was thought to be.  It counts once.
"""

from ._const import const
from .errors import MBusError
from .telegram import Telegram

_REQ_UD2 = const(0x5B)
_FCB = const(0x20)


async def read_all(master, address, most: int, decode) -> list:
    """See Master.read_all.  A conversation: for Link.alone."""
    if isinstance(address, str):
        from .secondary import choose, verify

        await choose(master, address)
        replies = await _joined(master, 253, most, decode)
        verify(address, replies[0])
        return replies
    if address != 253:
        master.fcb.pop(address, None)
    if not await master.link(address):
        await _joined(master, address, most, Telegram)
    return await _joined(master, address, most, decode)


async def _joined(master, address: int, most: int, decode) -> list:
    replies = []
    raw = None
    for _ in range(most):
        fcb = master.fcb[address]
        reply = await master.ask(address, _REQ_UD2, 2, lambda frame: frame)
        # Known even after a repeat: all that may still come has come before the next request.
        master.fcb[address] = fcb ^ _FCB
        frame = reply.telegram
        if frame.raw == raw:
            continue
        raw = frame.raw
        reply.telegram = decode(frame)
        replies.append(reply)
        if not _more_follow(frame):
            break
    return replies


def _more_follow(frame) -> bool:
    last = None
    try:
        for record in Telegram(frame):
            last = record
    except MBusError:
        return False
    return last is not None and last.more_follow
