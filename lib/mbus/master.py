"""The master's side of the conversation (EN 13757-2, 5), over a line and a clock.

* One exchange at a time.  A reply begins within 330 bit times + 50 ms; its end
  is known from its length byte, never from a silence.
* SND_NKE goes to an address before its first read, after a failure and after a
  read that needed a repeat (a late second answer must not pass for fresh).  The
  first REQ_UD2 after it has FCB set; FCB toggles only after a validated reply,
  and a repeat (two at most) carries the same FCB.
* A meter that sees the FCB of its last answer sends that answer again, old
  registers and all.  So a reading is only as young as the *first* request with
  its FCB: that moment is `Reply.requested_ms`.  Where SND_NKE was not
  acknowledged nothing is known of the meter's FCB, so the first answer is
  thrown away: the second one has another FCB and is fresh for certain.
* A level converter may echo what is sent.  An echo is dropped when it equals
  the request, byte for byte, and never counted blindly.
* Before it speaks again after a failure the master waits for a quiet line.

The line: `baud`, `write(data)`, `readinto(view) -> int` (0 when nothing is
there; never waits) and `discard()` (input).  The clock: `ms() -> int`
(monotonic, never wraps) and the coroutine `sleep_ms(n)`.  Nothing else is
waited on, so any scheduler can drive it.
"""

from ._const import const
from .deframer import Deframer
from .errors import DamagedReply, NoReply
from .frame import FCB, MAX_FRAME, REQ_UD2, SND_NKE, encode_short
from .telegram import Telegram
from .timing import bits_ms, chars_ms, reply_ms, rest_ms

_REPEATS = const(2)
# What an operating system and a USB adapter may hold back on top of the standard's times.
_SLACK_MS = const(60)
# A gap inside a frame that ends the wait for its rest, in characters.
_GAP_CHARS = const(3)


class Reply:
    """A telegram and its window: requested_ms ... received_ms on the master's clock.

    Every register in it stood in the meter at some moment of that window, less
    the meter's own refresh period.
    """

    def __init__(self, telegram: Telegram, requested_ms: int, received_ms: int):
        self.telegram = telegram
        self.requested_ms = requested_ms
        self.received_ms = received_ms


class Master:
    """Talks to the meters on one line.  Counters: see the attributes that end in _count."""

    def __init__(self, line, clock):
        self._line = line
        self._clock = clock
        # An echo and the longest reply fit one look.
        self._buf = bytearray(MAX_FRAME + 5)
        self._view = memoryview(self._buf)
        self._fcb = {}
        self.echo_count = 0
        self.repeat_count = 0
        self.no_reply_count = 0
        self.damaged_count = 0
        self.stray_count = 0

    async def reset_link(self, address: int) -> bool:
        """SND_NKE; whether it was acknowledged.  The next REQ_UD2 has FCB set."""
        self._fcb.pop(address, None)
        try:
            await self._repeated(encode_short(SND_NKE, address), address, True)
        except (NoReply, DamagedReply):
            return False
        self._fcb[address] = FCB
        return True

    async def read(self, address: int) -> Reply:
        """Class 2 data of the meter at `address` (0...250, 253, 254).

        Raises NoReply or DamagedReply when three requests got no valid reply,
        and telegram errors when the meter answered something else; after any
        of the first two, and after a repeat, the next read begins with SND_NKE.
        """
        if address not in self._fcb and not await self.reset_link(address):
            await self._request(address, FCB)
            # A slow meter may still answer a repeat of that.
            await self._quiet(reply_ms(self._line.baud) + _SLACK_MS)
            self._fcb[address] = 0
        # Forgotten until the reply is there: also whoever cancels a read leaves the meter's FCB unknown.
        fcb = self._fcb.pop(address)
        repeats = self.repeat_count
        reply = await self._request(address, fcb)
        if self.repeat_count == repeats:
            # Else the answer to a repeat may still come, and must not pass for the next one's.
            self._fcb[address] = fcb ^ FCB
        return Reply(Telegram(reply[0]), reply[1], reply[2])

    async def _request(self, address: int, fcb: int):
        """(frame, requested_ms, received_ms) of one validated REQ_UD2 exchange."""
        requested_ms = self._clock.ms()
        frame = await self._repeated(encode_short(REQ_UD2 | fcb, address), address, False)
        return frame, requested_ms, self._clock.ms()

    async def _repeated(self, request: bytes, address: int, want_ack: bool):
        """The wanted reply to `request`, sent up to three times."""
        failure: Exception = NoReply(address, 0)
        for attempt in range(_REPEATS + 1):
            if attempt:
                self.repeat_count += 1
                await self._quiet(rest_ms(self._line.baud))
            try:
                return await self._exchange(request, address, want_ack)
            except NoReply as e:
                # Damage is the better news: somebody is there.
                if not isinstance(failure, DamagedReply):
                    failure = e
                self.no_reply_count += 1
            except DamagedReply as e:
                failure = e
                self.damaged_count += 1
        raise failure

    async def _exchange(self, request: bytes, address: int, want_ack: bool):
        """Send once and wait for the reply's last byte, to a deadline."""
        line = self._line
        clock = self._clock
        baud = line.baud
        deframer = Deframer()
        echoes = self.echo_count
        line.discard()
        line.write(request)
        began = clock.ms()
        # The deadline is for the reply's first character; bytes that come move it.
        wait = began + chars_ms(len(request) + 1, baud) + reply_ms(baud) + _SLACK_MS
        last = wait + chars_ms(MAX_FRAME + len(request), baud)
        received = 0
        while True:
            # The time before the look: what was there in time counts, however late it is looked at.
            now = clock.ms()
            count = line.readinto(self._view)
            received += count
            frame = self._pick(deframer.feed(self._view[:count]), deframer, request, address, want_ack)
            missing = deframer.missing()
            if count and missing:
                wait = max(wait, now + chars_ms(missing + _GAP_CHARS, baud) + _SLACK_MS)
            over = now >= min(wait, last)
            if over and not frame:
                frame = self._pick(deframer.rest(), deframer, request, address, want_ack)
            if frame:
                return frame
            if over:
                received -= len(request) * (self.echo_count - echoes)
                raise (DamagedReply(address, received) if received > 0 else NoReply(address, now - began))
            await clock.sleep_ms(_nap(missing, baud))

    def _pick(self, frames, deframer, request: bytes, address: int, want_ack: bool):
        """The wanted one of `frames`, or None; those before it are counted."""
        for frame in frames:
            if frame.raw == request:
                self.echo_count += 1
            elif _is_wanted(frame, address, want_ack) and not (want_ack and deframer.missing()):
                # An E5 with bytes behind it is a piece of something else.
                return frame
            else:
                self.stray_count += 1
        return None

    async def _quiet(self, rest: int) -> None:
        """Wait until nothing has come for `rest` ms, one longest frame more at most."""
        clock = self._clock
        until = clock.ms() + rest
        deadline = until + chars_ms(MAX_FRAME, self._line.baud)
        while clock.ms() < min(until, deadline):
            if self._line.readinto(self._view):
                until = clock.ms() + rest
            await clock.sleep_ms(1)


def _is_wanted(frame, address: int, want_ack: bool) -> bool:
    if want_ack:
        return frame.is_ack
    if not frame.is_response:
        return False
    # 253 and 254 are answered under the meter's own address.
    return frame.address == address or address >= 253


def _nap(missing: int, baud: int) -> int:
    """How long to sleep before the next look: until the frame can be whole, at the most."""
    if missing > 1:
        return max(1, (missing - 1) * 11 * 1000 // baud)
    return max(1, bits_ms(11, baud) // 2)
