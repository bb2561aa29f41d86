"""The faults of a run: WHAT@T[+D], which begins T seconds into it and lasts D seconds."""

import re
from dataclasses import dataclass

# What there is, and how long each lasts where nothing is said.
LASTS_S = {
    "node": 10.0,
    "leader": 10.0,
    "broker": 5.0,
    "collector": 1.0,
    "database": 1.0,
    "network": 10.0,
    "reboot": 0.0,
}
_PART = {"network": (1, 3), "reboot": (1, 10)}
# What is ended in good order where nothing is said.
_MAY_KILL = ("broker", "database")
_FORM = re.compile(r"(?P<what>[a-z]+)(=(?P<how>[^@+]+))?@(?P<at>\d+(\.\d+)?)(\+(?P<lasts>\d+(\.\d+)?))?")
_KNOWN = """known are node@T, leader@T (a node of NATS), broker@T or broker=kill@T (mosquitto), collector@T,
database@T or database=kill@T, network=1/3@T and reboot=1/10@T (of every third or tenth device), each with +D for how
many seconds it lasts"""


@dataclass(frozen=True)
class Fault:
    """part: (below, of): whose index modulo `of` is below `below`, where it strikes devices, else None."""

    what: str
    at_s: float
    lasts_s: float
    kill: bool = False
    part: tuple[int, int] | None = None

    def __str__(self) -> str:
        how = "=kill" if self.kill and self.what in _MAY_KILL else "" if self.part is None else "=%d/%d" % self.part
        return f"{self.what}{how}@{self.at_s:g}+{self.lasts_s:g}"


def parse_fault(text: str) -> Fault:
    """ValueError in words."""
    found = _FORM.fullmatch(text)
    if found is None or found["what"] not in LASTS_S:
        raise ValueError(f"{text!r} is no fault; {' '.join(_KNOWN.split())}")
    what, how = found["what"], found["how"]
    lasts_s = float(found["lasts"]) if found["lasts"] else LASTS_S[what]
    at_s = float(found["at"])
    if what in _PART:
        return Fault(what, at_s, lasts_s, part=_part(what, how))
    if how is not None and (how != "kill" or what not in _MAY_KILL):
        raise ValueError(f"{text!r}: ={how} says nothing of {what}; {' '.join(_KNOWN.split())}")
    return Fault(what, at_s, lasts_s, kill=how == "kill" or what in ("node", "leader", "collector"))


def _part(what: str, how: str | None) -> tuple[int, int]:
    if how is None:
        return _PART[what]
    below, _, of = how.partition("/")
    if not (below.isdigit() and of.isdigit() and 0 < int(below) <= int(of)):
        raise ValueError(f"{what}={how}: the share of devices must be as 1/3, and at most all of them")
    return int(below), int(of)
