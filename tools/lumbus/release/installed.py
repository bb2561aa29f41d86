"""The libraries that only these commands need."""

from importlib.util import find_spec

from ..trouble import USAGE, Trouble


def want(*more: str) -> None:
    """Trouble where one is not installed: cryptography, and those named."""
    for library in ("cryptography", *more):
        if find_spec(library) is None:
            raise Trouble(f"{library} is not installed: run make, or pip install '.[release]'", USAGE)
