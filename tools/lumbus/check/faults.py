"""`--fault SPEC`: what is made to go wrong in the simulated world, and when.

KIND=VALUE@T+D: T is when, D how long, in seconds or with the suffix m, h or d.
"""

import re
from dataclasses import dataclass

SECOND = 1_000_000
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIME = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
# Longer than any run.
FOREVER = 10**18


@dataclass(frozen=True)
class Kind:
    """value: (what it is, least, most), None where there is none.  lasts: "must", "may" or "never".

    right: the class that it must be named.  allowed: what may be said of it too.
    """

    value: tuple[str, float, float] | None
    lasts: str
    right: str | None
    allowed: tuple[str, ...] = ()
    needs_value: bool = True
    has_time: bool = True


KINDS = {
    "missed": Kind(("pulses", 1, 1_000_000), "never", "pulses_missing"),
    "drop": Kind(("a rate 0...1", 1e-6, 1), "may", "pulses_missing"),
    # At the largest load they are more than the meter can give.
    "extra": Kind(("pulses", 1, 1_000_000), "never", "pulses_extra", ("pulses_too_fast",)),
    "flicker": Kind(None, "must", "lamp_flicker", ("pulses_missing", "pulses_extra")),
    "toofast": Kind(None, "must", "pulses_too_fast", ("pulses_missing", "pulses_extra")),
    "stuck": Kind(None, "may", "register_stuck"),
    "fell": Kind(("kWh", 0.001, 1_000_000), "never", "register_fell", needs_value=False),
    "wrap": Kind(None, "never", "register_wrapped"),
    "exchange": Kind(None, "never", "meter_exchanged"),
    "constant": Kind(
        ("imp/kWh", 1, 100_000),
        "never",
        "pulse_constant_wrong",
        ("pulses_missing", "pulses_extra", "pulses_too_fast"),
        has_time=False,
    ),
    "reboot": Kind(None, "must", "away"),
    "late": Kind(("seconds", 0.1, 3600), "never", None),
    "clock": Kind(("seconds", -1e9, 1e9), "never", None),
    "power": Kind(("a factor", 0, 1000), "may", "power_disagrees", ("values_disagree", "out_of_range", "overload")),
    "current": Kind(("a factor", 0, 1000), "may", "values_disagree", ("out_of_range", "overload")),
    "voltage": Kind(("volts", 0, 1000), "may", "out_of_range", ("overload",)),
}


# False flashes for a while; true pulses are lost among them as well.
BURSTS = ("flicker", "toofast")


@dataclass(frozen=True)
class Fault:
    """value: what stands behind "=", 0 where nothing does.  at_us, until_us: of the run."""

    text: str
    kind: str
    value: float
    at_us: int
    until_us: int

    @property
    def right(self) -> str | None:
        return KINDS[self.kind].right


def parse(text: str) -> Fault:
    """A Fault from its text, such as "missed=10@12h"; ValueError says what is wrong, where, and what to do."""
    head, at, when = text.partition("@")
    name, equals, value = head.partition("=")
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f"fault {text!r}: unknown kind {name!r}; known are {', '.join(forms())}")
    if kind.has_time != bool(at):
        raise ValueError(f"fault {text!r}: {_about_time(kind)}; write it as {form(name)}")
    number = _value(text, name, kind, equals, value)
    begins, plus, lasts = when.partition("+")
    at_us = _time(text, "after @", begins) if at else 0
    if (plus and kind.lasts == "never") or (not plus and kind.lasts == "must"):
        wrong = "does not last" if plus else "needs +D, how long it lasts"
        raise ValueError(f"fault {text!r}: {name} {wrong}; write it as {form(name)}")
    until = at_us + _time(text, "after +", lasts) if plus else FOREVER
    return Fault(text, name, number, at_us, until)


def forms() -> list[str]:
    return [form(name) for name in KINDS]


def form(name: str) -> str:
    """How the fault is written: "drop=RATE@T[+D]"."""
    kind = KINDS[name]
    value = ""
    if kind.value is not None:
        what = kind.value[0].split()[1 if kind.value[0].startswith("a ") else 0]
        value = "=" + {"pulses": "N", "seconds": "S", "volts": "V", "imp/kWh": "N"}.get(what, what.upper())
        value = value if kind.needs_value else f"[{value}]"
    lasts = {"must": "+D", "may": "[+D]", "never": ""}[kind.lasts]
    return name + value + ("@T" + lasts if kind.has_time else "")


def _about_time(kind: Kind) -> str:
    return "needs @T, when it happens" if kind.has_time else "holds from the start on, so it takes no @T"


def _value(text: str, name: str, kind: Kind, equals: str, value: str) -> float:
    if kind.value is None:
        if equals:
            raise ValueError(f"fault {text!r}: {name} takes no value; write it as {form(name)}")
        return 0
    if not equals and not kind.needs_value:
        return 0
    what, least, most = kind.value
    try:
        number = float(value)
    except ValueError:
        number = None
    whole = what in ("pulses", "imp/kWh")
    if number is None or not least <= number <= most or (whole and number != int(number)):
        a = "a whole number of " if whole else ""
        raise ValueError(
            f"fault {text!r}: behind {name}= must stand {a}{what}, {least:g}...{most:g}; write it as {form(name)}"
        )
    return number


def _time(text: str, where: str, given: str) -> int:
    match = _TIME.fullmatch(given)
    if match is None:
        raise ValueError(
            f"fault {text!r}: {where} must stand seconds, or a number with s, m, h or d such as 12h, not {given!r}"
        )
    return round(float(match[1]) * _UNITS[match[2]] * SECOND)
