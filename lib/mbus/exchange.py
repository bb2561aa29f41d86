"""One request and its reply on the line (EN 13757-2, 5): the part that has deadlines.

* One conversation at a time: who comes while another goes on waits for its end.
* A reply begins within 330 bit times + 50 ms; its end is known from its length
  byte, never from a silence.  A request is sent three times at the most.
* Before the master speaks the line has rested for 33 bit times since the last
  byte either way.  After a repeat it rests as long as a slave may take, because
  both requests may be answered; so it does where an exchange was given up.
* A level converter may echo what is sent.  An echo is dropped when it equals
  the request, byte for byte, and never counted blindly.
* Nobody answers the broadcast 255.  253 and 254 are answered under the meter's
  own address.

The line: `baud`, `write(data)`, `readinto(view) -> int` (0 when nothing is
there; never waits), `discard()` (input) and, for who changes it,
`set_baud(baud)`.  The clock: `ms() -> int` (monotonic, never wraps) and the
coroutine `sleep_ms(n)`.  Nothing else is waited on, so any scheduler can drive
it.
"""

from ._const import const
from .deframer import Deframer
from .errors import BusBusy, DamagedReply, NoReply
from .timing import chars_ms, rest_ms, wait_ms

# What may answer.
_ACKNOWLEDGE = const(1)
_DATA = const(2)

_MAX_FRAME = const(261)
_SELECTED = const(253)
_BROADCAST = const(255)
_REPEATS = const(2)
# What an operating system and a USB adapter may hold back.
_SLACK_MS = const(60)
# A gap inside a frame that ends the wait for its rest, in characters.
_GAP_CHARS = const(3)
# What is kept of what was heard, to show it, and behind it room for an echo and the longest reply in one look.
_KEPT = const(300)
_ROOM = const(566)
# How long to wait for another's conversation, in characters: 64 of the longest frames.
_PATIENCE = const(16704)


class Link:
    """The line and its clock.  Counters: see the attributes that end in _count.

    A conversation is a coroutine that `alone` runs; `request` and `quiet` are
    for conversations only.
    """

    def __init__(self, line, clock):
        self.line = line
        self.clock = clock
        self._view = memoryview(bytearray(_ROOM))
        self._busy = False
        # Not to speak before this moment, and not before so long a silence.
        self._free_ms = self._rest_ms = 0
        # Of the last answer: when it was asked for first, and what was heard before it and more than it with it.
        self.requested_ms = 0
        self.odd = b""
        self.echo_count = 0
        self.repeat_count = 0
        self.no_reply_count = 0
        self.damaged_count = 0
        self.stray_count = 0

    async def alone(self, conversation, *arguments):
        """The value of conversation(*arguments), once no other goes on; BusBusy when another one does not end."""
        began = self.clock.ms()
        while self._busy:
            waited = self.clock.ms() - began
            if waited > chars_ms(_PATIENCE, self.line.baud):
                raise BusBusy(waited)
            await self.clock.sleep_ms(chars_ms(1, self.line.baud))
        self._busy = True
        try:
            return await conversation(*arguments)
        finally:
            self._busy = False

    async def request(self, request: bytes, address: int, want: int, repeats: int = _REPEATS):
        """The Frame that answers: an acknowledge (want 1), data (2) or any of both (3); None to a broadcast.

        Raises NoReply or DamagedReply when there is none after `repeats`.
        `requested_ms` is when the first one was sent.
        """
        failure = None
        for attempt in range(repeats + 1):
            heard = await self.quiet()
            if attempt:
                self.repeat_count += 1
            else:
                self.odd = heard
                self.requested_ms = self.clock.ms()
            try:
                frame = await self._exchange(request, address, want)
                if attempt:
                    self.expect_late()
                return frame
            except NoReply as e:
                # Damage is the better news: somebody is there.
                failure = failure or e
                self.no_reply_count += 1
            except DamagedReply as e:
                e.again = e.raw == self.odd
                failure = e
                self.damaged_count += 1
                self.odd = e.raw
        raise failure  # pyright: ignore[reportGeneralTypeIssues]  # not None: something failed

    async def _exchange(self, request: bytes, address: int, want: int):
        """Send once and wait for the reply's last byte, to a deadline."""
        line = self.line
        clock = self.clock
        baud = line.baud
        deframer = Deframer()
        echoes = self.echo_count
        line.discard()
        line.write(request)
        began = clock.ms()
        sent = chars_ms(len(request) + 1, baud)
        if address == _BROADCAST:
            self._not_before(sent + rest_ms(baud))
            await self.quiet()
            if want & _DATA:
                raise NoReply(address, 0)
            return None
        # The deadline is for the reply's first character; bytes that come move it.
        wait = sent + wait_ms(baud)
        # Should nobody wait for the reply, the next one does.
        self._not_before(wait)
        wait += began
        last = wait + chars_ms(_MAX_FRAME + len(request), baud)
        received = early = 0
        while True:
            # The time before the look: what was there in time counts, however late it is looked at.
            now = clock.ms()
            at = min(received, _KEPT)
            count = line.readinto(self._view[at:])
            frame = self._pick(deframer.feed(self._view[at : at + count]), deframer, request, address, want)
            missing = deframer.missing()
            if count:
                received += count
                if now < began + sent:
                    early = received
                if missing:
                    wait = max(wait, now + chars_ms(missing + _GAP_CHARS, baud) + _SLACK_MS)
                self._not_before(rest_ms(baud))
            over = now >= min(wait, last)
            if over and not frame:
                frame = self._pick(deframer.rest(), deframer, request, address, want)
            if frame or over:
                heard = received - len(request) * (self.echo_count - echoes)
                if frame:
                    if heard > len(frame.raw):
                        self.odd = self._heard(received)
                    return frame
                if heard > 0:
                    raise DamagedReply(address, heard, self._heard(received), request, early)
                raise NoReply(address, now - began)
            # Until the frame can be whole, at the most.
            await clock.sleep_ms(max(1, (max(missing - 1, 0) * 22 or 11) * 500 // baud))

    def _pick(self, frames, deframer, request: bytes, address: int, want: int):
        """The wanted one of `frames`, or None; those before it are counted."""
        for frame in frames:
            if frame.raw == request:
                self.echo_count += 1
            elif (
                # An E5 with bytes behind it is a piece of something else.
                want & _ACKNOWLEDGE and not deframer.missing()
                if frame.is_ack
                else want & _DATA and frame.is_response and (frame.address == address or address >= _SELECTED)
            ):
                return frame
            else:
                self.stray_count += 1
        return None

    def _heard(self, count: int) -> bytes:
        return bytes(self._view[: min(count, _KEPT)])

    def _not_before(self, ms: int) -> None:
        self._rest_ms = ms
        self._free_ms = self.clock.ms() + ms

    def expect_late(self) -> None:
        """Another answer may come, where it was asked twice: it is waited for before the next request."""
        self._not_before(wait_ms(self.line.baud))

    async def quiet(self) -> bytes:
        """Wait until the line is free, one longest frame more at most; what came meanwhile."""
        clock = self.clock
        deadline = max(self._free_ms, clock.ms()) + chars_ms(_MAX_FRAME, self.line.baud)
        received = 0
        while True:
            count = self.line.readinto(self._view[min(received, _KEPT) :])
            if count:
                received += count
                self._not_before(self._rest_ms)
            if clock.ms() >= min(self._free_ms, deadline):
                return self._heard(received)
            await clock.sleep_ms(1)
