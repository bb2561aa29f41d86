"""When a meter is silent: asks on its line with other parities and baud rates, and tells what answers.

First as the line is configured (a meter may have another address), then with the other parities, then at the other
baud rates.  With each, whoever is there is asked (254), and at the configured baud rate also the meters that are
silent.  Each request goes out once, to its deadline: SND_NKE, and REQ_UD2 where that was acknowledged and at the
configured baud rate, as some meters do not acknowledge.  It ends with the first that answers, or after 120 s.

One combination is tried between two polls, and then the line is again as it was.  Loaded by the command `probe` and
forgotten at its end, which is its answer:

    {"verb": "probe", "ok": true, "found": [{"baud": 2400, "parity": "even", "address": 5}], "tried": 2, …}

`damaged` (true): something was heard that is no valid answer, as where several answer at once.
"""

import json

from mbus._const import const
from mbus.errors import DamagedReply, MBusError, NoReply
from mbus.frame import encode_short

# SND_NKE and REQ_UD2 with FCB, and what answers each: see mbus.master.
_DATA = const(2)
_ASKED = ((0x40, 1), (0x7B, _DATA))
_ANY = const(254)
_BAUDS = (2400, 9600, 300, 4800, 1200, 600)
_PARITIES = ("even", "none", "odd")
_MOST_SILENT = const(4)
_MOST_MS = const(120000)


class Probe:
    """`bus`: config["bus"], how the line is used.  ValueError where no meter is silent.

    `answer`: (send, the answer so far), set by who asks; see commands.
    """

    def __init__(self, master, meters: list, bus: dict):
        silent = [meter.address for meter in meters if meter.failure is not None]
        if not silent:
            raise ValueError("every meter answers, so nothing is asked")
        self._master = master
        self._bus = bus
        self._addresses = [_ANY] + [address for address in silent if address != _ANY][:_MOST_SILENT]
        self._left = _combinations(bus["baud"], bus["parity"])
        self._tried = 0
        self._damaged = False
        self._until_ms = master.clock.ms() + _MOST_MS
        self.found = []
        self.answer: tuple = ()

    async def step(self) -> bool:
        """Try the next combination; False when it is over, and told."""
        try:
            baud, parity = self._left.pop(0)
            self._tried += 1
            await self._master.alone(self._try, baud, parity)
        except (MBusError, OSError) as e:
            self._tell(str(e))
            return False
        if self.found or not self._left or self._master.clock.ms() > self._until_ms:
            self._tell(None)
            return False
        return True

    async def _try(self, baud: int, parity: str) -> None:
        master = self._master
        line = master.line
        await master.quiet()
        line.set_baud(baud, parity)
        try:
            is_usual = baud == self._bus["baud"]
            for address in self._addresses if is_usual else self._addresses[:1]:
                who = await self._ask(address, is_usual)
                if who is not None:
                    self.found.append({"baud": baud, "parity": parity, "address": who})
                    return
        finally:
            line.set_baud(self._bus["baud"], self._bus["parity"])
            # Nobody's FCB is known any more.
            master.fcb.clear()

    async def _ask(self, address: int, twice: bool):
        """The primary address of who answers there, 254 where it does not say it; None where nobody does."""
        who = None
        for request, want in _ASKED:
            if want == _DATA and not twice and who is None:
                break
            try:
                frame = await self._master.request(encode_short(request, address), address, want, 0)
            except NoReply:
                continue
            except DamagedReply:
                self._damaged = True
                continue
            who = address if frame.is_ack else frame.address
        return who

    def _tell(self, failure) -> None:
        send, answer = self.answer
        del answer["text"]
        if failure is not None:
            answer["text"] = failure
        answer["ok"] = failure is None
        answer["found"] = self.found
        answer["tried"] = self._tried
        answer["damaged"] = self._damaged
        send("probe", json.dumps(answer))


def _combinations(baud: int, parity: str) -> list:
    """(baud, parity), as it is configured first."""
    bauds = [baud] + [each for each in _BAUDS if each != baud]
    parities = [parity] + [each for each in _PARITIES if each != parity]
    first = [(baud, each) for each in parities]
    return first + [(rate, each) for each in parities for rate in bauds[1:]]
