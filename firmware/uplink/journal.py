"""The journal: what has been accepted and not yet acknowledged, on flash, in order.

LittleFS writes when a file is closed, and what that costs depends on the file:
adding to a large one copies its last block to a fresh one (an erase each time);
one of at most 128 bytes lives in its folder's own log (some 100 bytes of it).
So there are two folders, `new` and `old`:

* a record goes into the last of up to nine *tails*, small files in `new`, each of which
  is written whole whenever it grows;
* when they are full they are added, all at once, to the newest *segment* in `old`,
  and removed.  A power cut between leaves records twice, and their numbers say so.

A file is named by the number of its first record.  The number of the last
acknowledged record is in the file `ack`; records themselves are never touched again.
It is written seldom: to lose it means that some messages come twice.  A segment
is removed when all of it is acknowledged, or, the oldest first, when there is no
room: what is given up is counted.

RAM: one tail and one window for reading, however much waits.
"""

import binascii

from mbus._const import const

from .frames import FrameReader, framed
from .varint import put

_INLINE = const(128)
_TAILS = const(8)
_SEGMENT = const(16384)
_ACKS = const(32)
_ENOSPC = const(28)


class Journal:
    """`new`, `old`: Files; limit: bytes that segments may take; state: what journal_recover.recover() gave.

    Counters: `waiting` records, `given_up` of all times, `damaged` since the start.
    No method is for interrupt handlers.
    """

    def __init__(self, new, old, limit: int, state):
        self._new = new
        self._old = old
        self._limit = limit
        # Numbers of the next record, of the last acknowledged, and the first ones of files: all tails, the oldest
        # and the newest segment (0 where there is none).
        self.n, self.acked, self.given_up, self._tails, self._first, self._last, self._size, self._total = state
        # The last tail's contents and number, 0 where the next record begins one.
        self._tail = b""
        self._open = self._end = 0
        self.damaged = 0
        self.group = 0
        self._reader: FrameReader | None = None
        self._base = self._wanted = 0
        self._unsaved = 0
        self.rewind()

    @property
    def waiting(self) -> int:
        return self.n - 1 - self.acked

    def counters(self) -> dict:
        """For the status."""
        return {"waiting": self.waiting, "given_up": self.given_up, "damaged": self.damaged, "bytes": self._total}

    # Writing

    def ready(self) -> None:
        """To be called before a record is made for append(): `group` and `n` hold until then.  OSError."""
        if len(self._tails) > _TAILS:
            self._try(self._merge)

    def append(self, payload) -> int:
        """The number of the record, which is on the flash now; OSError when that takes nothing more."""
        n = self.n
        frame = framed(payload, n)
        tail = self._tail + frame
        base = self._open
        if not base or len(tail) > _INLINE:
            base, tail = n, frame
        self._try(lambda: self._new.write("%x" % base, tail))
        if base == n:
            self._tails.append(n)
            self._open = n
        self._tail = tail
        self.n = n + 1
        if self._base == base:
            self._reader = None
        return n

    def _try(self, work) -> None:
        """Do it, and make room for it where there is none; OSError when that does not help."""
        for left in (2, 1, 0):
            try:
                return work()
            except OSError as e:
                if e.errno != _ENOSPC or not self._first or not left:
                    raise
                self._give_up()

    def _merge(self) -> None:
        """Put the tails into a segment."""
        tails = self._tails
        size = sum([self._new.size("%x" % base) for base in tails])
        while self._first and self._total + size > self._limit:
            self._give_up()
        base = self._last
        if not base or self._size + size > _SEGMENT:
            base = tails[0]
        self._old.append("%x" % base, self._contents(tails))
        if not self._first:
            self._first = base
        if base != self._last:
            self._last, self._size = base, 0
        self._size += size
        self._total += size
        self._drop_tails()

    def _contents(self, tails):
        for base in tails:
            name = "%x" % base
            yield self._new.read(name, 0, self._new.size(name))

    def _drop_tails(self) -> None:
        """They are in a segment, or acknowledged."""
        tails, self._tails = self._tails, []
        self._tail = b""
        self._open = 0
        self.group += 1
        if self._reader is not None and self._base in tails:
            self._reader = None
        for base in tails:
            self._remove(self._new, base)

    def _give_up(self) -> None:
        """The oldest segment goes, acknowledged or not."""
        end = self._end_of_first() if self._first != self._last else self._after(self._first)
        lost = end - 1 - max(self.acked, self._first - 1)
        if lost > 0:
            self.given_up += lost
            self.acked = end - 1
            # Before it is gone: after a power cut it must not be counted as waiting.
            self._save_acked()
        self._drop_segment()

    # Reading

    def rewind(self) -> None:
        """Begin again behind the last acknowledged record."""
        self._wanted = self.acked + 1
        self._reader = None

    def next(self):
        """(number, payload) of the next record, None for no more; to be called when all before are acknowledged.

        Some that come are acknowledged already: what follows may need them to be understood.
        """
        while self._wanted < self.n:
            reader = self._reader or self._open_reader(self._holding(self._wanted))
            payload = reader.next()
            n = reader.n
            if payload is None:
                self._reader_ended()
            elif n < self.n:
                if n >= self._wanted:
                    self.damaged += n - self._wanted
                    self._wanted = n + 1
                return n, payload
        return None

    def _open_reader(self, base: int) -> FrameReader:
        self._base = base
        reader = self._reader = FrameReader(self._new if base in self._tails else self._old, "%x" % base, base - 1)
        return reader

    def _reader_ended(self) -> None:
        base = self._after(self._base)
        if base < self.n:
            self._open_reader(base)
            return
        # There is no more: what was to come is damaged, and must not be waited for.
        self.damaged += self.n - self._wanted
        self._wanted = self.n
        self.ack(self.n - 1)

    def _holding(self, n: int) -> int:
        """The file in which record `n` is, or would be."""
        best = None
        for base in self._bases():
            if base <= n and (best is None or base > best):
                best = base
        return self._after(n) if best is None else best

    def _after(self, n: int) -> int:
        """The first number of the file behind that of this first number; `self.n` when there is none."""
        best = self.n
        for base in self._bases():
            if n < base < best:
                best = base
        return best

    def _bases(self):
        if self._first:
            for name in self._old.names():
                try:
                    yield int(name, 16)
                except ValueError:
                    pass  # none of ours
        yield from self._tails

    # Acknowledging

    def ack(self, n: int) -> None:
        """All up to number `n` are at the broker."""
        if n <= self.acked:
            return
        self.acked = n
        self._unsaved += 1
        if not self.waiting:
            # The number must be known before what carries it is gone.
            if self._save_acked():
                self._drop_tails()
                while self._first:
                    self._drop_segment()
        elif self._first != self._last and n + 1 >= self._end_of_first():
            if self._save_acked():
                self._drop_segment()
        elif self._unsaved >= _ACKS:
            self._save_acked()

    def _end_of_first(self) -> int:
        if not self._end:
            self._end = self._after(self._first)
        return self._end

    def _drop_segment(self) -> None:
        """The oldest."""
        base = self._first
        if self._base == base:
            self._reader = None
        self._first = 0 if base == self._last else self._end_of_first()
        if not self._first:
            self._last = 0
        self._end = 0
        try:
            self._total -= self._old.size("%x" % base)
        except OSError:
            pass
        self._remove(self._old, base)

    def _remove(self, files, base: int) -> None:
        try:
            files.remove("%x" % base)
        except OSError:
            pass  # the next start finds it, and that it is over

    def _save_acked(self) -> bool:
        out = bytearray()
        put(out, self.acked)
        put(out, self.given_up)
        out += binascii.crc32(out).to_bytes(4, "little")
        try:
            self._new.write("ack", out)
        except OSError:
            return False
        self._unsaved = 0
        return True
