"""What only a set-up needs: networks that are heard, and who is on the bus.

The search has one of `baud`, or "auto": then the first rate at which anybody answers. By secondary address, which
finds several at once; where that finds nobody, by primary address.
"""

import asyncio
import sys

from .forget import forget
from .web_http import Refused

_RATES = (2400, 300, 9600, 1200, 4800, 600)
_ANYBODY = 254


def _networks(door):
    radio = getattr(door.port, "radio", None)
    if radio is None:
        return {"networks": []}
    # The strongest of each name; a name that nobody tells cannot be chosen.
    found = {}
    for ssid, rssi, secured in radio.scan():
        if ssid and (ssid not in found or found[ssid][1] < rssi):
            found[ssid] = [ssid, rssi, secured]
    return {"networks": sorted(found.values(), key=lambda one: -one[1])}


def _searched(door):
    search = door.search
    if search is None:
        return {"running": False, "progress": 0, "found": [], "error": None}
    return {"running": search.running, "progress": search.progress, "found": search.found, "error": search.error}


def _search(door, given):
    if door.search is not None and door.search.running:
        raise Refused(409, "a search is running")
    baud = given.get("baud", "auto")
    if baud != "auto" and baud not in _RATES:
        raise Refused(422, "baud must be auto or one of " + ", ".join([str(rate) for rate in sorted(_RATES)]))
    door.search = search = Search(door.port, door.app.log)
    search.task = asyncio.create_task(search.run(_RATES if baud == "auto" else (baud,)))
    return {"running": True}


class Search:
    """One search: `found` is a list of what the page shows, `progress` 0...100, `error` a text or None."""

    def __init__(self, port, log):
        self._port = port
        self._log = log
        self.running = True
        self.progress = 0
        self.found = []
        self.error = None
        self.task: object = None
        # Profiles come when the search is over: there is not room for both.
        self._telegrams = []
        self._baud = 0

    async def run(self, rates) -> None:
        from mbus.errors import MBusError

        try:
            await self._run(rates)
            _let_go()
            for one, telegram in self._telegrams:
                one["profile"] = self._profile_for(telegram)
        except (OSError, ValueError, MBusError) as e:
            self.error = str(e)
        except MemoryError:
            self.error = "there is no memory for it"
        _let_go()
        self.running = False
        self.progress = 100
        self._log("search: %d found%s" % (len(self.found), ", " + self.error if self.error else ""))

    async def _run(self, rates) -> None:
        from mbus.master import Master
        from mbus_service.search import search_primary, search_secondary

        line = self._port.serial(rates[0])
        master = Master(line, self._port.clock)
        for rate in rates:
            line.set_baud(rate)
            self._baud = rate
            if len(rates) > 1 and not await _anybody(master):
                continue
            await search_secondary(master, self._note, self._tell)
            if not self.found:
                await search_primary(master, self._note, self._tell)
            return
        self.error = "nobody answers at %s baud: are the bus's two wires and its supply on?" % ", ".join(
            [str(rate) for rate in sorted(rates)]
        )

    def _tell(self, done: int, total: int, text: str) -> None:
        self.progress = min(99, 100 * done // total)

    def _note(self, one) -> None:
        telegram = one.telegram
        self.found.append(
            {
                "address": one.address,
                "secondary": one.secondary,
                "manufacturer": getattr(telegram, "manufacturer", None),
                "medium": getattr(telegram, "medium", None),
                "baud": self._baud,
                "damaged": one.damage is not None,
                "profile": None,
            }
        )
        if telegram is not None:
            self._telegrams.append((self.found[-1], telegram))

    def _profile_for(self, telegram):
        """The profile of which most registers are in the telegram; None where none has all of its own."""
        from .profile_match import best_for

        try:
            return best_for(self._port.storage, telegram)
        except MemoryError:
            # A proposal is not worth the search.
            return None


def _let_go() -> None:
    """What the search and the profiles took is needed for what comes next: the check."""
    forget(("vib", "record"), "mbus")
    forget(("profile_match", "profile_names", "profile_files", "profile_form", "config_error"))
    if "mbus_service" in sys.modules:
        forget(("search",), "mbus_service")


async def _anybody(master) -> bool:
    from mbus.errors import DamagedReply
    from mbus_service.search import is_there

    try:
        return bool(await master.alone(is_there, master, _ANYBODY)) or bool(await master.select("F" * 16))
    except DamagedReply:
        return True


WORK = {"networks": (_networks, None), "search": (_searched, _search)}
