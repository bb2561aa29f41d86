"""Captured logs: the telegrams among whatever else somebody has written down of a bus.

* A text has bytes as hex digits in any usual manner (`68 1F`, `681f`, `0x68, 0x1f`,
  `68:1F`, `\\x68\\x1f`, `68h`), with times and words around them.  Words break a run of
  bytes; a new line does not, because telegrams are wrapped.
* Anything else is taken as the bytes themselves.
* In either the deframer finds what is valid.  What looks like the start of a
  long frame in between is a telegram too, a bad one: it is told, and never
  stops the others.
* `E5`, short frames and what a master sends are passed over and counted.
"""

import re
from bisect import bisect_right
from string import hexdigits

from mbus.deframer import Deframer
from mbus.frame import MIN_LENGTH, START_LONG, STOP, Frame
from mbus.telegram import CI_ERROR

# A word of hex digits, with what languages put before or behind one.
_WORD = re.compile(r"(?:0[xX]|\\x|\$)?([0-9A-Fa-f]+)[hH]?")
_BETWEEN = re.compile(r"[\s,;:.|/\\\-+\[\](){}<>'\"]*")
# Shorter words of hex digits that touch a letter are part of it ("baud", "line 5e").
_LONG_WORD = 8
# But "RX68 1f".
_STARTS = ("68", "10")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TEXT_CONTROLS = b"\t\n\v\f\r\x1b"
_ANSWERS = (0x72, 0x73, 0x76, 0x77, 0x78, 0x7A, CI_ERROR)
_FROM_MASTER = 0x40


class Found:
    """A telegram, whole or damaged: its bytes, and in what `line` or at what `offset` it begins."""

    def __init__(self, raw: bytes, valid: bool, line: int | None = None, offset: int | None = None):
        self.raw = raw
        self.valid = valid
        self.line = line
        self.offset = offset


class Log:
    """What is in a log: `telegrams` in their order, and how much of everything else."""

    def __init__(self):
        self.telegrams: list[Found] = []
        self.acknowledges = self.short = self.commands = 0
        # How many telegrams and other frames stand at the beginning of a line of their own.
        self.beginnings = 0

    @property
    def whole(self) -> int:
        return sum(one.valid for one in self.telegrams)

    def __bool__(self) -> bool:
        return bool(self.telegrams or self.acknowledges or self.short or self.commands)

    def passed_over(self) -> str:
        """Such as "2 acknowledges, 1 short frame"; empty for nothing."""
        counts = (
            (self.acknowledges, "acknowledge"),
            (self.short, "short frame"),
            (self.commands, "command of the master"),
        )
        return ", ".join(plural(count, name) for count, name in counts if count)


def plural(count: int, name: str) -> str:
    """ "2 commands of the master"."""
    first, space, rest = name.partition(" of ")
    return f"{count} {first}{'' if count == 1 else 's'}{space}{rest}"


def find(content: bytes) -> Log | None:
    """The log that `content` is; None for what is one telegram in hex digits, or nothing of either."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _in_text(content.decode("utf-16", errors="replace"))
    try:
        content.decode()
        is_text = not any((byte < 0x20 and byte not in _TEXT_CONTROLS) or byte == 0x7F for byte in content)
    except UnicodeDecodeError:
        is_text = False
    if is_text:
        return _in_text(content.decode("utf-8-sig"))
    log = Log()
    _Run(content, None).into(log)
    if log.whole:
        return log
    return _in_text(content.decode(errors="replace")) or (log if log.telegrams else None)


def _in_text(text: str) -> Log | None:
    text = _COLOUR.sub(" ", text)
    digits = "".join(text.split())
    pure = set(digits) <= set(hexdigits)
    if pure and sum(not line.isspace() for line in text.split("\n") if line) <= 1:
        return None
    log = Log()
    for run in _runs(text):
        run.into(log)
    if not pure:
        return log or None
    # One telegram over several lines, or one a line?
    if len(digits) % 2 == 0 and log.whole == 1 and len(log.telegrams[0].raw) * 2 == len(digits):
        return None
    return log if log.whole > 1 or log.beginnings > 1 else None


def _runs(text: str):
    """Yield each _Run of the bytes that no word breaks."""
    ends = [match.start() for match in re.finditer("\n", text)]
    data = bytearray()
    lines: list[int] = []
    last = end = 0
    for match in _WORD.finditer(text):
        word = match[1]
        before = text[max(end, match.start() - 1) : match.start()]
        end = match.end()
        touches = ("" if word in _STARTS else before) + text[end : end + 1]
        is_part = len(word) < _LONG_WORD and any(c.isalpha() or c == "_" for c in touches)
        one_digit = len(word) == 1 and match[0] != word
        if data and (is_part or not _BETWEEN.fullmatch(text, last, match.start())):
            yield _Run(bytes(data), lines, "\n" in _between(text, last))
            data, lines = bytearray(), []
        odd = len(word) % 2 and not one_digit
        # What is not taken stands between the bytes, and breaks them.
        last = end - odd
        if is_part or (odd and len(word) < _LONG_WORD):
            last = match.start()
            continue
        new = bytes.fromhex("0" + word if one_digit else word[: len(word) & ~1])
        data += new
        lines += [bisect_right(ends, match.start()) + 1] * len(new)
    if data:
        yield _Run(bytes(data), lines, True)


def _between(text: str, at: int) -> str:
    match = _BETWEEN.match(text, at)
    return match[0] if match else ""


class _Run:
    """Bytes one behind the other, and the line of each (None: no lines but offsets); `closed`: they end a line."""

    def __init__(self, data: bytes, lines: list[int] | None, closed: bool = True):
        self.data = data
        self.lines = lines
        self.closed = closed

    def into(self, log: Log) -> None:
        """Add what is found here."""
        acknowledges = []
        at = 0
        for place, frame in self._frames():
            if frame.is_ack and not self._alone(place):
                acknowledges.append(place)
                continue
            acknowledges = self._damaged(at, place, acknowledges, log)
            self._frame(place, frame, log)
            at = place + len(frame.raw)
        self._damaged(at, len(self.data), acknowledges, log)

    def _frames(self):
        """Yield (where, Frame) of each valid frame."""
        deframer = Deframer()
        at = 0
        for source in (deframer.feed(self.data), deframer.rest()):
            for frame in source:
                at = self.data.find(frame.raw, at)
                yield at, frame
                at += len(frame.raw)

    def _frame(self, place: int, frame: Frame, log: Log) -> None:
        log.beginnings += self._begins(place) and (len(frame.raw) > 1 or self._alone(place))
        if frame.is_ack:
            log.acknowledges += 1
        elif frame.ci is None:
            log.short += 1
        elif (frame.control or 0) & _FROM_MASTER and frame.ci not in _ANSWERS:
            log.commands += 1
        else:
            log.telegrams.append(self._found(place, frame.raw, True))

    def _damaged(self, start: int, end: int, acknowledges: list[int], log: Log) -> list[int]:
        """Add the starts of frames between `start` and `end`, where none is valid; the acknowledges outside count."""
        starts = self._starts(start, end)
        covered = []
        for at, stop in zip(starts, [*starts[1:], end][: len(starts)], strict=True):
            stop = self._end(at, stop)
            covered.append(range(at, stop))
            log.beginnings += self._begins(at)
            log.telegrams.append(self._found(at, self.data[at:stop], False))
        log.acknowledges += sum(not any(at in some for some in covered) for at in acknowledges)
        return []

    def _starts(self, start: int, end: int) -> list[int]:
        """Where damaged long frames start: exactly, or with one byte of their start wrong."""
        starts = []
        inside = start
        for at in range(start, end - 3):
            size = self._size(at, end)
            if size < 0 and at == start and self.lines and end - at >= MIN_LENGTH + 6:
                size = -size
            exact = self.data[at] == self.data[at + 3] == START_LONG and size > 0
            if size >= MIN_LENGTH and (at >= inside or (exact and self.data[at + 1] == self.data[at + 2])):
                starts.append(at)
                inside = at + size + 6
        return starts

    def _size(self, at: int, end: int) -> int:
        """L of the long frame that may start here; 0 for none, negative where only two bytes speak for one."""
        start, first, second, again = self.data[at : at + 4]
        if (start == START_LONG) + (first == second) + (again == START_LONG) < 2:
            return 0
        if start == again and first == second:
            return first
        for size in (first, second):
            if size >= MIN_LENGTH and at + size + 5 < end and self.data[at + size + 5] == STOP:
                return size
        return -max(first, second) if start == again else 0

    def _end(self, at: int, stop: int) -> int:
        """Where the damaged frame that starts at `at` ends, at `stop` at the latest."""
        first, second = self.data[at + 1 : at + 3]
        stop = min(stop, at + 6 + (first if first == second else max(first, second)))
        # What stands on the next line belongs to it only where the frame ends with a line.
        if self.lines and not (self.closed if stop == len(self.data) else self._begins(stop)):
            line = self.lines[at]
            while self.lines[stop - 1] != line:
                stop -= 1
        return stop

    def _begins(self, at: int) -> bool:
        return self.lines is not None and (at == 0 or self.lines[at - 1] != self.lines[at])

    def _alone(self, at: int) -> bool:
        """Whether this byte is all of its line's."""
        return self._begins(at) and (at + 1 == len(self.data) or self._begins(at + 1))

    def _found(self, at: int, raw: bytes, valid: bool) -> Found:
        if self.lines is None:
            return Found(raw, valid, offset=at)
        return Found(raw, valid, line=self.lines[at])
