"""From a stream of bytes, with whatever garbage is in it, to valid frames.

The garbage to survive: noise before, inside and after a frame, the echo of a
level converter, a truncated frame with the next one right behind it, a
collision of several meters.  Parity errors are not reported by the ESP32's
driver, so both length bytes, both start bytes, the checksum and the stop byte
are the only guard.

The rule: at a byte that cannot start a frame, or at the start of one that
turns out invalid, step on by exactly one byte.  So one bad byte never costs
the frame behind it.  An `E5` is given as an acknowledge wherever a frame could
start; a master that waits for user data passes over it.
"""

from .frame import ACK, MAX_FRAME, MIN_LENGTH, START_LONG, START_SHORT, STOP, Frame, checksum

_ROOM = 2 * MAX_FRAME


class Deframer:
    """Collects bytes and yields frames; holds at most 522 bytes.

    `skipped` counts bytes that belonged to no frame, `damaged` the starts of
    frames that failed a check.  No interrupt handler may call it.
    """

    def __init__(self):
        self._buf = bytearray(_ROOM)
        self._view = memoryview(self._buf)
        self._start = 0
        self._end = 0
        self.skipped = 0
        self.damaged = 0

    def feed(self, data):
        """Take `data` (any length) and yield each Frame that is now whole."""
        at = 0
        while at < len(data):
            piece = min(len(data) - at, MAX_FRAME)
            self._append(data, at, piece)
            at += piece
            size = self._whole()
            while size:
                yield self._take(size)
                size = self._whole()

    def missing(self) -> int:
        """Bytes that the frame begun still lacks, at the least; 0 when none is begun."""
        held = self._end - self._start
        if not held:
            return 0
        return max(self._size() - held, 1)

    def rest(self):
        """Nothing more comes: yield the frames behind one that was begun and never ended."""
        while self._start < self._end:
            size = self._whole()
            if size:
                yield self._take(size)
            elif self._start < self._end:
                self.damaged += 1
                self._start += 1
                self.skipped += 1

    def reset(self) -> None:
        """Forget the bytes held; they count as skipped."""
        self.skipped += self._end - self._start
        self._start = self._end = 0

    def _append(self, data, at: int, count: int) -> None:
        if self._end + count > _ROOM:
            held = self._end - self._start
            self._view[:held] = self._view[self._start : self._end]
            self._start = 0
            self._end = held
        self._view[self._end : self._end + count] = memoryview(data)[at : at + count]
        self._end += count

    def _size(self) -> int:
        """The size of the frame that starts here, as far as the bytes held tell."""
        first = self._buf[self._start]
        if first == ACK:
            return 1
        if first == START_SHORT:
            return 5
        if self._end - self._start < 4:
            return MIN_LENGTH + 6
        return self._buf[self._start + 1] + 6

    def _whole(self) -> int:
        """Step over what is no frame; the size of the whole one at the start, or 0."""
        while self._start < self._end:
            if self._plausible():
                size = self._size()
                if self._end - self._start < size:
                    return 0
                if self._valid(size):
                    return size
                self.damaged += 1
            self._start += 1
            self.skipped += 1
        return 0

    def _plausible(self) -> bool:
        """Whether the bytes held could still become a frame from the start on."""
        buf = self._buf
        start = self._start
        held = self._end - start
        first = buf[start]
        if first == ACK or first == START_SHORT:
            return True
        return (
            first == START_LONG
            and (held < 2 or buf[start + 1] >= MIN_LENGTH)
            and (held < 3 or buf[start + 2] == buf[start + 1])
            and (held < 4 or buf[start + 3] == START_LONG)
        )

    def _valid(self, size: int) -> bool:
        if size == 1:
            return True
        start = self._start
        end = start + size
        body = start + (1 if size == 5 else 4)
        return self._buf[end - 1] == STOP and checksum(self._view, body, end - 2) == self._buf[end - 2]

    def _take(self, size: int) -> Frame:
        raw = bytes(self._view[self._start : self._start + size])
        self._start += size
        if self._start == self._end:
            self._start = self._end = 0
        return Frame(raw)
