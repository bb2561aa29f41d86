"""What the collector says: on a terminal a line that goes on, elsewhere only what is wrong, and a sum at the end."""

import json
import sys
import time

from ..trouble import complain
from .counters import Counters

_LINE_S = 5.0
_AGAIN_S = 60.0
# Of different things so many are said in that time, whatever somebody publishes.
_MOST = 30


class Screen:
    """as_json: nothing but the sum, as one object; what is wrong goes to standard error all the same."""

    def __init__(self, as_json: bool):
        self._as_json = as_json
        self._shows = not as_json and sys.stderr.isatty()
        self._began = self._next = self._last = time.monotonic()
        self._counted = 0
        self._busy_s = 0.0
        self._said: dict[str, float] = {}

    def say(self, text: str) -> None:
        """One line; the same not again within a minute, and at most 30 in that."""
        now = time.monotonic()
        # A topic is what anybody writes into it, and this may be a terminal.
        text = "".join(mark if mark.isprintable() else "?" for mark in text)
        self._said = {old: at for old, at in self._said.items() if now - at < _AGAIN_S}
        if text not in self._said and len(self._said) < _MOST:
            self._said[text] = now
            complain("collect", text)

    def progress(self, counters: Counters) -> None:
        now = time.monotonic()
        if not self._shows or now < self._next:
            return
        self._next = now + _LINE_S
        passed = max(now - self._last, 0.001)
        rate = (counters.taken - self._counted) / passed
        busy = (counters.seconds_database - self._busy_s) / passed
        print(f"{_sum(counters)}; {rate:,.0f} a second, the database busy {busy:.0%}", file=sys.stderr, flush=True)
        self._last, self._counted, self._busy_s = now, counters.taken, counters.seconds_database

    def summary(self, counters: Counters) -> None:
        seconds = round(time.monotonic() - self._began, 3)
        if self._as_json:
            print(json.dumps(counters.as_dict() | {"seconds": seconds}), flush=True)
        else:
            print(f"{_sum(counters)} in {seconds} s", flush=True)


def _sum(counters: Counters) -> str:
    return (
        f"{counters.stored:,} readings stored, {counters.repeated:,} repeated, {counters.others:,} others, "
        f"{counters.poisoned:,} poisoned"
    )
