"""`lumbus scan`: who is on the bus, told as they are found.

With --baud auto a rate is searched where anything is heard when everybody is
asked: the request to address 254, and the selection of all.  A meter answers
both in general, several of them with garbage, and nobody at another rate.
"""

import json
import sys
import time

from mbus.errors import DamagedReply
from mbus.timing import BAUD_RATES
from mbus_service.search import Found, is_there, search_primary, search_secondary

from .bus import Bus
from .scan_screen import Screen
from .trouble import BAD, OK, SILENT, Trouble, complain, guarded, looks_like

# The usual ones first.
_IN_ORDER = (2400, 300, 9600, 1200, 4800, 600, 19200, 38400)
_EVERYBODY = 254
_FIRST, _LAST = 0, 250


def run(options) -> int:
    search = Search(options)
    code = guarded("scan", search.run)
    if code not in (OK, BAD, SILENT) and search.meters + search.damaged:
        complain("scan", f"before that {search.summary()}")
    return code


class Search:
    """One run of the command; counts what was found."""

    def __init__(self, options):
        self._options = options
        self.meters = self.damaged = 0
        self._began = time.monotonic()
        self._heard_at: list[int] = []

    def run(self) -> int:
        options = self._options
        rates = _IN_ORDER if options.baud == "auto" else (options.baud,)
        with Bus(options.port, rates[0]) as bus, Screen() as screen:
            for baud in rates:
                bus.line.set_baud(baud)
                self._search(bus, screen)
        if not self.meters and not self.damaged:
            raise Trouble(f"{self.summary()}; {self._advice()}", SILENT)
        print(self.summary(), file=sys.stderr)
        return BAD if self.damaged else OK

    def _search(self, bus: Bus, screen: Screen) -> None:
        def found(one: Found) -> None:
            self._count(one)
            screen.say(json.dumps(as_json(one, bus.line.baud)) if self._options.json else as_text(one))

        def progress(done: int, total: int, text: str) -> None:
            screen.progress(bus.line.baud, done, total, text)

        bus.run(self._conversation(bus, found, progress), "the search")

    async def _conversation(self, bus: Bus, found, progress) -> None:
        options = self._options
        master = bus.master
        if options.baud == "auto":
            progress(0, 1, "is anybody there")
            if not await _anybody(master):
                return
        self._heard_at.append(bus.line.baud)
        if options.secondary is None:
            first = _FIRST if options.first is None else options.first
            last = _LAST if options.last is None else options.last
            await search_primary(master, found, progress, first, last)
        else:
            await search_secondary(master, found, progress, options.secondary)

    def _count(self, one: Found) -> None:
        if one.damage:
            self.damaged += 1
        else:
            self.meters += 1

    def summary(self) -> str:
        meters = "1 meter" if self.meters == 1 else f"{self.meters or 'no'} meters"
        damaged = f" and {self.damaged} that cannot be read alone" if self.damaged else ""
        rates = ", ".join(str(baud) for baud in self._heard_at)
        at = f", searched at {rates} baud" if rates else ""
        return f"{meters} found{damaged} in {time.monotonic() - self._began:.1f} s{at}"

    def _advice(self) -> str:
        options = self._options
        if options.baud != "auto":
            return f"check wiring, supply and range, or try: lumbus scan {options.port} --baud auto"
        if self._heard_at:
            return "something was heard at that rate, so check the range that was searched"
        return f"nothing was heard at {BAUD_RATES[0]}...{BAUD_RATES[-1]} baud: check the wiring and the bus's supply"


async def _anybody(master) -> bool:
    """Whether anything is heard when everybody is asked."""
    try:
        return await master.alone(is_there, master, _EVERYBODY) or await master.select("F" * 16)
    except DamagedReply:
        return True


def as_json(one: Found, baud: int) -> dict:
    """The JSON object of a line."""
    telegram = one.telegram
    damage = one.damage
    return {
        "address": one.address,
        "secondary": one.secondary,
        "identification": getattr(telegram, "identification", None),
        "manufacturer": getattr(telegram, "manufacturer", None),
        "version": getattr(telegram, "version", None),
        "medium": getattr(telegram, "medium", None),
        "baud": baud,
        "damage": None if damage is None else {"kind": damage.kind, "raw": damage.raw.hex()},
    }


def as_text(one: Found) -> str:
    """The line for people."""
    address = "  ?" if one.address is None else f"{one.address:>3}"
    secondary = one.secondary or "?"
    if one.telegram is not None:
        maker = getattr(one.telegram, "manufacturer", None) or "  –"
        line = f"{address}  {secondary:<16}  {maker}  {one.telegram.medium or '–'}"
    elif one.damage is None:
        return f"{address}  {secondary:<16}  answers what cannot be decoded"
    else:
        line = f"{address}  {secondary:<16}"
    return f"{line}  {_told(one.damage)}" if one.damage else line


def _told(damage: DamagedReply) -> str:
    if not damage.raw:
        return "is acknowledged, but nobody gives any data"
    return f"looks like {looks_like(damage)}: {damage.raw.hex(' ')}"
