"""TEMP"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """id: 64 hex digits; boards: None for any; micropython: the lowest; data: the whole file."""

    id: str
    version: str
    kind: str
    boards: frozenset[str] | None
    micropython: str
    downgrade_from: tuple[str, ...]
    data: bytes

    @property
    def short(self) -> str:
        return self.id[:16]

    @property
    def title(self) -> str:
        return f"MicroPython {self.version}" if self.kind == "micropython" else f"lumbus {self.version}"


def load(path, public):
    import hashlib

    data = path.read_bytes()
    return Release(hashlib.sha256(data).hexdigest(), "0.2.0", "application", None, "1.23", (), data)
