"""`lumbus check --plot`: the two sums, the interval that closes, and the events."""

from importlib.util import find_spec

from .experiment import Plan


def needed() -> str | None:
    """What to install before anything can be drawn; None where it is there."""
    if find_spec("matplotlib") is None:
        return "--plot needs matplotlib: pip install '.[plot]'"
    return None


def draw(plan: Plan, file: str) -> None:
    raise NotImplementedError
