"""SELECTOR of `--fleet`: which gateways a rollout is for.

    all                     every one
    cellar-*  0242ac110002  names, * for any letters; of several names one must fit
    version<0.2.0           <  <=  >  >=  =  !=, by the version that runs
    board=esp32-s3*         =  !=, as the gateway's info says
    platform=esp32*

Joined by commas: all of them must hold.  What a gateway does not tell fits nothing but `!=`.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from .gateways import Known
from .versions import parts_of

_TERM = re.compile(r"(version|board|platform)\s*(<=|>=|!=|<|>|=)\s*(\S+)")
_NAME = re.compile(r"[A-Za-z0-9_*?\-]+")
_HOLDS: dict[str, Callable] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

Selector = Callable[[Known], bool]


def parse(text: str) -> Selector:
    """The Selector; ValueError in words."""
    names: list[str] = []
    conditions: list[Selector] = []
    for term in (part.strip() for part in text.split(",")):
        found = _TERM.fullmatch(term)
        if found is not None:
            conditions.append(_condition(*found.groups()))
        elif _NAME.fullmatch(term):
            names.append("*" if term == "all" else term)
        else:
            raise ValueError(
                f"--fleet: {term or 'nothing'!r} between commas is none of: all, a name with *, version<0.2.0 "
                "(also <= > >= = !=), board=NAME, platform=NAME (also !=)"
            )
    return lambda known: (
        (not names or any(fnmatchcase(known.name, name) for name in names))
        and all(holds(known) for holds in conditions)
    )


def _condition(what: str, sign: str, value: str) -> Selector:
    if what == "version":
        wanted = parts_of(value)
        if wanted is None:
            raise ValueError(f"--fleet: {value} is no version such as 0.2.0")
        return lambda known: _of_version(known.version, sign, wanted)
    if sign not in ("=", "!="):
        raise ValueError(f"--fleet: {what}{sign}{value}: only = and != are for {what}")
    is_wanted = sign == "="
    return lambda known: fnmatchcase(getattr(known, what) or "", value) is is_wanted


def _of_version(running: str | None, sign: str, wanted: tuple[int, ...]) -> bool:
    own = parts_of(running)
    return sign == "!=" if own is None else _HOLDS[sign](own, wanted)
