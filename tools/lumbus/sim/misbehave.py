"""What can go wrong with one answer of a slave: `slave.faults` has one for each of its answers in turn.

None stands for an answer as it should be.  `slave.always` is used where that
list has come to its end.
"""

from mbus.frame import START_LONG

from .forms import error


class Fault:
    """Changes the answer (`spoil`, b"" for none) or the moment at which it begins (`wait_us`)."""

    def spoil(self, answer):
        return answer

    def wait_us(self, think_us, baud):
        return think_us


class Late(Fault):
    """`ms` later than usual."""

    def __init__(self, ms):
        self._us = 1000 * ms

    def wait_us(self, think_us, baud):
        return think_us + self._us


class Slowest(Fault):
    """At the last moment that the standard allows: 330 bit times + 50 ms."""

    def wait_us(self, think_us, baud):
        return 330000000 // baud + 50000


class Silent(Fault):
    def spoil(self, answer):
        return b""


class Damaged(Fault):
    """The character `at` (in the middle: None) has the bits of `mask` wrong."""

    def __init__(self, at=None, mask=4):
        self._at = at
        self._mask = mask

    def spoil(self, answer):
        at = len(answer) // 2 if self._at is None else min(self._at, len(answer) - 1)
        return answer[:at] + bytes((answer[at] ^ self._mask,)) + answer[at + 1 :]


class Cut(Fault):
    """The last `count` characters are missing."""

    def __init__(self, count=5):
        self._count = count

    def spoil(self, answer):
        return answer[: max(len(answer) - self._count, 0)]


class Noise(Fault):
    """Characters right before and behind the answer."""

    def __init__(self, before=b"\x00\xff\x55\x16", behind=b""):
        self._before = before
        self._behind = behind

    def spoil(self, answer):
        return self._before + answer + self._behind


class Reports(Fault):
    """Data are not there, but a report of an application error (8: busy)."""

    def __init__(self, code=8):
        self._code = code

    def spoil(self, answer):
        return error(answer[5], self._code) if answer[0] == START_LONG else answer
