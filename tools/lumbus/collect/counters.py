"""What a collector has done so far."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """Messages but for batches, waits and seconds.

    stored, repeated: readings that were new and that were there already.
    others: checks, events and what gateways say of themselves; ignored: what is nobody's business here.
    waits: how often the broker or the database was away; seconds_database: spent in saving.
    """

    taken: int = 0
    stored: int = 0
    repeated: int = 0
    others: int = 0
    poisoned: int = 0
    ignored: int = 0
    batches: int = 0
    splits: int = 0
    waits_broker: int = 0
    waits_database: int = 0
    seconds_database: float = 0.0

    def as_dict(self) -> dict:
        return asdict(self) | {"seconds_database": round(self.seconds_database, 3)}
