"""The state file of a rollout: who is in which wave, and what has become of each.

With it the same command goes on where it was interrupted.  It belongs to one release, one broker and base, one fleet
and one division into waves; nothing secret is in it.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .member import BAD, SAID, TOLD, WAITING, Member

_FORMAT = 1
_STATES = {WAITING, TOLD, *SAID, *BAD}


@dataclass
class Record:
    """begun: UTC seconds; soaking_since: the same, while between two waves; gateways: {name: [wave, state, text]}."""

    release: str
    version: str
    broker: str
    base: str
    fleet: str
    waves: str
    seed: int
    begun: float
    wave: int = 0
    phase: str = "rolling"
    soaking_since: float | None = None
    gateways: dict[str, list] = field(default_factory=dict)
    format: int = _FORMAT

    def members(self) -> list[Member]:
        return [Member(name, wave, state, text) for name, (wave, state, text) in self.gateways.items()]

    def text(self, members) -> str:
        """What the file says when these are how far they are."""
        self.gateways = {member.name: [member.wave, member.state, member.text] for member in members}
        return json.dumps(asdict(self))

    def other(self, new: "Record") -> str | None:
        """In what a new rollout would differ from this one; None for nothing."""
        for name, what in (
            ("release", "release"),
            ("broker", "broker"),
            ("base", "base"),
            ("fleet", "--fleet"),
            ("waves", "--waves"),
        ):
            old, now = getattr(self, name), getattr(new, name)
            if old != now:
                return f"{what} {old[:16] if name == 'release' else old}, not {now[:16] if name == 'release' else now}"
        return None


def load(path: Path) -> Record | None:
    """None where there is none.  ValueError in words for what is no state file; OSError."""
    try:
        told = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        raise ValueError(f"{path} is no state file of a rollout (no JSON): give another with --state") from None
    try:
        record = Record(**told)
        for wave, state, text in record.gateways.values():
            if type(wave) is not int or state not in _STATES or not isinstance(text, str | None):
                raise ValueError(state)
        if record.format != _FORMAT:
            raise ValueError(record.format)
    except (TypeError, ValueError, AttributeError):
        raise ValueError(
            f"{path} is no state file of a rollout, or of another version: give another with --state"
        ) from None
    return record
