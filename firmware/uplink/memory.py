"""What survives a restart: who the meter is, where its registers stood, and the tally of pulses.

The counter starts at 0 with the board, so a new epoch begins; what flowed
meanwhile is bounded by the registers alone, and told as such.
"""

import json

from mbus.exact import to_text

from .event import Event

_KEYS = ("lost", "gained")
_KINDS = {"pulses_missing": "lost", "pulses_extra": "gained"}


class Memory:
    """`identity`, `registers` {role: (turns, value in units)}, `lost` and `gained` [least, most] pulses of events.

    text: what `to_text` gave; None, or anything that is not that, for nothing.
    """

    def __init__(self, text=None):
        self.forget()
        self.identity = None
        try:
            data = json.loads(text) if text else {}
            self._take(data)
        except (ValueError, TypeError, KeyError, AttributeError):
            self.forget()
            self.identity = None

    def _take(self, data: dict) -> None:
        self.identity = data.get("identity")
        for role, (turns, value) in data.get("registers", {}).items():
            if type(turns) is int and type(value) is int:
                self.registers[role] = (turns, value)
        for key in _KEYS:
            least, most = data.get(key, (0, 0))
            setattr(self, key, [int(least), int(most)])
        total = data.get("total")
        if total is not None:
            self._before = (int(total[0]), int(total[1]), data.get("direction"))

    def forget(self) -> None:
        """Another meter: nothing of the one before holds for it."""
        self.registers = {}
        self.lost = [0, 0]
        self.gained = [0, 0]
        self._total = self._before = None
        self._open = {}

    def tally(self, happened: list) -> None:
        """Count what events say; an open one is replaced by what it says later."""
        for event in happened:
            if not isinstance(event, Event) or event.kind not in _KINDS:
                continue
            key = _KINDS[event.kind]
            tally = getattr(self, key)
            least, most = self._open.pop(event.number, (0, 0))
            tally[0] += event.pulses_low - least
            tally[1] += event.pulses_high - most
            if event.open:
                self._open[event.number] = (event.pulses_low, event.pulses_high)

    def keep(self, registers: dict, total, units) -> None:
        """What stands now: the registers, and (lo, hi) of the total in units."""
        for role, register in registers.items():
            if register.value is not None:
                self.registers[role] = (register.turns, register.value)
        self._total = total

    def away(self, values: dict, units, direction: str):
        """In words what flowed while the board was away, at the first reading after a start; else None."""
        before = self._before
        self._before = None
        if before is None or before[2] != direction:
            return None
        roles = ("import", "export") if direction == "both" else (direction,)
        now = sum([values[role] for role in roles])
        least = max(0, now - before[1])
        most = now + len(roles) * units.step - before[0]
        return "%s...%s kWh, %d...%d pulses" % (
            to_text(units.floor_mwh(least), -6),
            to_text(units.ceil_mwh(most), -6),
            least // units.pulse,
            -(-most // units.pulse),
        )

    def to_text(self, direction=None) -> str:
        data = {
            "identity": self.identity,
            "registers": self.registers,
            "lost": self.lost,
            "gained": self.gained,
            "total": self._total,
            "direction": direction,
        }
        return json.dumps(data)
