"""The master's side of the conversation (EN 13757-2, 5; EN 13757-3, 11), over a line and a clock.

* SND_NKE goes to an address before its first read, after a failure and after a
  read that needed a repeat (a late second answer must not pass for fresh).  The
  first request after it has FCB set; FCB toggles only after a validated reply,
  for REQ_UD1, REQ_UD2 and SND_UD alike, and a repeat carries the same FCB.
* A meter that sees the FCB of its last answer sends that answer again, old
  registers and all.  So a reading is only as young as the *first* request with
  its FCB: that moment is `Reply.requested_ms`.  Where SND_NKE was not
  acknowledged nothing is known of the meter's FCB, so the first answer is
  thrown away: the second one has another FCB and is fresh for certain.
* What is said to 253 or above is heard by a meter that has a primary address
  too, with one FCB for both perhaps: what was known of others is forgotten.

What is seldom needed is imported where it is called.
"""

from ._const import const
from .errors import BusError
from .exchange import Link
from .frame import encode_long, encode_short
from .telegram import Telegram

# C fields (EN 13757-2, table 1), FCB still 0.
_SND_NKE = const(0x40)
_SND_UD = const(0x53)
_REQ_UD1 = const(0x5A)
_REQ_UD2 = const(0x5B)
_FCB = const(0x20)

_SELECTED = const(253)
_ANY = const(254)
_CI_SELECT = const(0x52)
_REPEATS = const(2)

# What may answer: see Link.request.
_ACKNOWLEDGE = const(1)
_DATA = const(2)


class Reply:
    """A telegram and its window: requested_ms ... received_ms on the master's clock.

    Every register in it stood in the meter at some moment of that window, less
    the meter's own refresh period.
    """

    def __init__(self, telegram, requested_ms: int, received_ms: int):
        self.telegram = telegram
        self.requested_ms = requested_ms
        self.received_ms = received_ms


class Master(Link):
    """Talks to the meters on one line.

    Addresses: 0...250, 253 (who is selected), 254 (anybody: with one meter on
    the bus) and, for reset_link and send, 255 (all; no answer).  Every call
    gives a coroutine.  It may raise BusBusy, and, but for reset_link, NoReply
    or DamagedReply when the request and its two repeats got no valid answer.
    """

    def __init__(self, line, clock):
        super().__init__(line, clock)
        # The FCB that the next request to an address carries.
        self.fcb = {}

    def reset_link(self, address: int):
        """SND_NKE; whether it was acknowledged.  The next request has FCB set."""
        return self.alone(self.reset, address)

    def read(self, address: int, decode=Telegram):
        """A Reply with class 2 data: one telegram, which `decode` makes of the valid Frame.

        Raises what `decode` does, telegram errors, when the meter answered
        something else.  After any other failure, and after a repeat, the next
        read begins with SND_NKE.
        """
        return self.alone(self.ask, address, _REQ_UD2, _DATA, decode)

    def read_class1(self, address: int, decode=Telegram):
        """Class 1 data (alarms) as `read` gives class 2; None where the meter has none."""
        return self.alone(self.ask, address, _REQ_UD1, _DATA | _ACKNOWLEDGE, decode)

    def read_all(self, address, most: int = 16, decode=Telegram):
        """The Replies of the meter at `address`, a number or a secondary address as text: from its first telegram on.

        At most `most` of them: the last one then still says that more follow.
        """
        from .joined import read_all

        return self.alone(read_all, self, address, most, decode)

    def send(self, address: int, ci: int, data: bytes = b""):
        """SND_UD, until the meter acknowledges it.  FrameError when `data` is more than 252 bytes."""
        return self.alone(self.ask, address, _SND_UD, _ACKNOWLEDGE, None, ci, data)

    def select(self, secondary: str, ci: int = _CI_SELECT):
        """Whether anybody acknowledged the selection of `secondary`; then read address 253.

        secondary: 8 or 16 hexadecimal digits, identification (F: any digit),
        manufacturer, version and medium (FF: any byte).  Raises ValueError for
        anything else, DamagedReply where several may have acknowledged.
        """
        from .secondary import try_choose

        return self.alone(try_choose, self, secondary, ci)

    def read_secondary(self, secondary: str, decode=Telegram, ci: int = _CI_SELECT):
        """Select and read one telegram.  WrongMeter when its header is not the selected one's."""
        from .secondary import read_secondary

        return self.alone(read_secondary, self, secondary, decode, ci)

    async def reset(self, address: int, repeats: int = _REPEATS) -> bool:
        self.take_fcb(address)
        try:
            await self.request(encode_short(_SND_NKE, address), address, _ACKNOWLEDGE, repeats)
        except BusError:
            return False
        self.fcb[address] = _FCB
        return True

    def take_fcb(self, address: int) -> int:
        """The FCB for the next request, forgotten until its reply is there: it may be cancelled."""
        fcb = self.fcb.pop(address, _FCB)
        if address >= _SELECTED:
            self.fcb.clear()
        self.fcb.pop(_ANY, None)
        return fcb

    async def link(self, address: int) -> bool:
        """Make the meter's FCB known; False where that took an answer that is thrown away."""
        if address in self.fcb or await self.reset(address):
            return True
        await self.request(encode_short(_REQ_UD2 | _FCB, address), address, _DATA)
        self.fcb[address] = 0
        return False

    async def ask(self, address: int, control: int, want: int, decode, *user_data):
        """A request with FCB; the Reply, or None for an acknowledge.  user_data: CI and the bytes behind it."""
        await self.link(address)
        fcb = self.take_fcb(address)
        repeats = self.repeat_count
        encode = encode_long if user_data else encode_short
        frame = await self.request(encode(control | fcb, address, *user_data), address, want)
        received_ms = self.clock.ms()
        if self.repeat_count == repeats or address == _SELECTED:
            # Else the answer to a repeat may still come, and must not pass for the next one's.
            # But SND_NKE to 253 would deselect: there the wait after a repeat has to do.
            self.fcb[address] = fcb ^ _FCB
        if frame and not frame.is_ack:
            return Reply(decode(frame), self.requested_ms, received_ms)
