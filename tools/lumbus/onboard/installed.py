"""The libraries that only these commands need."""

from importlib.util import find_spec

from ..trouble import USAGE, Trouble


def want(*libraries: str, extra: str = "board") -> None:
    """Trouble where one is not installed; `extra` of pyproject.toml has them."""
    for library in libraries:
        if find_spec(library) is None:
            raise Trouble(f"{library} is not installed: run make, or pip install '.[{extra}]'", USAGE)
