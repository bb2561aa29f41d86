"""Versions as numbers: 0.10.0 is newer than 0.9.3."""


def parts_of(version: str | None) -> tuple[int, ...] | None:
    """(0, 2, 0) of "0.2.0", whatever trailing zeros are left out; None for what is no such version."""
    parts = (version or "").split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    return tuple((numbers + [0, 0, 0])[: max(3, len(numbers))])
