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
        view = memoryview(data)
        for at in range(0, len(data), MAX_FRAME):
            self._append(view[at : at + MAX_FRAME])
            yield from self._frames(False)

    def rest(self):
        """Nothing more comes: yield the frames behind one that was begun and never ended."""
        return self._frames(True)

    def missing(self) -> int:
        """Bytes that the frame begun still lacks, at the least; 0 when none is begun."""
        held = self._end - self._start
        return max(self._size(held) - held, 1) if held else 0

    def reset(self) -> None:
        """Forget the bytes held; they count as skipped."""
        self.skipped += self._end - self._start
        self._start = self._end = 0

    def _append(self, piece) -> None:
        held = self._end - self._start
        if self._end + len(piece) > _ROOM or not held:
            self._view[:held] = self._view[self._start : self._end]
            self._start = 0
        self._end = self._start + held + len(piece)
        self._view[self._start + held : self._end] = piece

    def _frames(self, over: bool):
        """Yield the whole frames; `over`: what is not whole will never be."""
        while self._start < self._end:
            held = self._end - self._start
            size = self._size(held)
            if size > held and not over:
                return
            raw = self._view[self._start : self._start + size]
            if 0 < size <= held and (
                size == 1 or (raw[-1] == STOP and checksum(raw, 1 if size == 5 else 4, size - 2) == raw[-2])
            ):
                self._start += size
                yield Frame(bytes(raw))
            else:
                self.damaged += size > 0
                self.skipped += 1
                self._start += 1

    def _size(self, held: int) -> int:
        """The size of the frame that starts here, as far as the bytes held tell; 0 where none does."""
        buf = self._buf
        at = self._start
        if buf[at] == ACK:
            return 1
        if buf[at] == START_SHORT:
            return 5
        length = buf[at + 1] if held > 1 else MIN_LENGTH
        if (
            buf[at] != START_LONG
            or length < MIN_LENGTH
            or (held > 2 and buf[at + 2] != length)
            or (held > 3 and buf[at + 3] != START_LONG)
        ):
            return 0
        return (length if held > 3 else MIN_LENGTH) + 6
