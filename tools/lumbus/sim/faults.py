"""`--fault SPEC`: what can be made to go wrong, and when.

missed=N  extra=N  stuck  noise  echo  parity  silent=S  broker-down=S  kill   each with @T
"""

from dataclasses import dataclass

WITH_VALUE = ("missed", "extra", "silent", "broker-down")
WITHOUT_VALUE = ("stuck", "noise", "echo", "parity", "kill")


@dataclass(frozen=True)
class Fault:
    """`value` is a count or seconds, 0 for kinds that have none; `at_s` seconds into the run."""

    kind: str
    value: int
    at_s: float


def parse_fault(text: str) -> Fault:
    """A Fault from its text, such as "missed=60@20"; ValueError says what is wrong."""
    head, at, when = text.partition("@")
    kind, equals, value = head.partition("=")
    known = ", ".join([f"{k}=N" for k in WITH_VALUE] + list(WITHOUT_VALUE))
    if kind not in WITH_VALUE + WITHOUT_VALUE:
        raise ValueError(f"fault {text!r}: unknown kind {kind!r}; known are {known}, each with @SECONDS")
    if (kind in WITH_VALUE) != bool(equals):
        raise ValueError(f"fault {text!r}: {kind} takes {'=N' if kind in WITH_VALUE else 'no value'}")
    if equals and not (value.isdigit() and 0 < int(value) <= 100_000):
        raise ValueError(f"fault {text!r}: the value must be a whole number 1...100000")
    try:
        at_s = float(when) if at else 0.0
    except ValueError:
        raise ValueError(f"fault {text!r}: after @ come the seconds into the run") from None
    if not 0 <= at_s < 1e6:
        raise ValueError(f"fault {text!r}: the time must be 0 or more")
    return Fault(kind, int(value) if equals else 0, at_s)
