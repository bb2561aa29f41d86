"""`--meter PROFILE@ADDRESS[:IDENTIFICATION]`: what hangs on the simulated bus."""

import re
from dataclasses import dataclass

from .kinds import names

_SPEC = re.compile(r"([^@:]*)@([^@:]*)(?::([^@:]*))?")
_MOST = 250


@dataclass(frozen=True)
class Spec:
    """`identification`: 8 digits, or None for one that no other meter has."""

    kind: str
    address: int
    identification: str | None = None


def parse_meter(text: str) -> Spec:
    """A Spec from its text, such as "m1pro40@1:16250499"; ValueError says what is wrong."""
    parts = _SPEC.fullmatch(text)
    if parts is None:
        raise ValueError(f"meter {text!r}: give it as PROFILE@ADDRESS or PROFILE@ADDRESS:IDENTIFICATION")
    kind, address, identification = parts.groups()
    if kind not in names():
        raise ValueError(f"meter {text!r}: there is no profile {kind!r}; known are {', '.join(names())}")
    if not (address.isascii() and address.isdigit() and int(address) <= _MOST):
        raise ValueError(f"meter {text!r}: the primary address must be a whole number 0...{_MOST}, not {address!r}")
    if identification is not None and not re.fullmatch("[0-9a-eA-E]{8}", identification):
        raise ValueError(
            f"meter {text!r}: the identification must be 8 digits 0...9 or A...E (F is the wildcard), "
            f"not {identification!r}"
        )
    return Spec(kind, int(address), identification)
