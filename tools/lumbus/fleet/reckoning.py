"""What of the accepted is in the database: lost, twice, and how late it came."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from .crowd import gateway
from .ledger import entries

_SHOWN = 5


@dataclass
class Reckoning:
    """delays in seconds, sorted: from the moment at the meter to the moment in the database."""

    accepted: int = 0
    stored: int = 0
    lost: int = 0
    lost_first: list[str] = field(default_factory=list)
    duplicate_rows: int = 0
    replayed: int = 0
    unasked: int = 0
    poisoned: int = 0
    events: int = 0
    events_lost: int = 0
    rate_per_s: float | None = None
    live_s: list[float] = field(default_factory=list)
    all_s: list[float] = field(default_factory=list)


def accepted_of(folders: list[Path], prefix: str) -> set[tuple[str, int, int]]:
    """(gateway, boot, seq) of all that the devices' applications have accepted."""
    found = set()
    for folder in folders:
        found |= {(gateway(prefix, index), boot, seq) for index, boot, seq, _ in entries(folder / "ledger")}
    return found


def events_of(folders: list[Path]) -> set[tuple[str, int, int]]:
    """(gateway, boot, event) of all events that must arrive."""
    found = set()
    for folder in folders:
        for name, starts in json.loads((folder / "events.json").read_text()).items():
            for boot, last in starts.items():
                found |= {(name, int(boot), number) for number in range(1, last + 1)}
    return found


def stored_count(store, prefix: str) -> int:
    ((count,),) = store.rows("SELECT count(*) FROM readings WHERE gateway LIKE ?", prefix + "%")
    return count


def reckon(store, prefix: str, accepted: set, events: set) -> Reckoning:
    ours = prefix + "%"
    rows = store.rows("SELECT gateway, boot, seq, replayed, {ts}, {stored_at} FROM readings WHERE gateway LIKE ?", ours)
    found = {tuple(row[:3]) for row in rows}
    lost = sorted(accepted - found)
    result = Reckoning(
        accepted=len(accepted),
        stored=len(found & accepted),
        lost=len(lost),
        lost_first=["/".join(map(str, key)) for key in lost[:_SHOWN]],
        unasked=len(found - accepted),
        replayed=sum(bool(row[3]) for row in rows),
    )
    ((result.duplicate_rows,),) = store.rows(
        "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM readings WHERE gateway LIKE ?"
        " GROUP BY gateway, boot, seq HAVING count(*) > 1) AS more",
        ours,
    )
    ((result.poisoned,),) = store.rows("SELECT count(*) FROM poisoned WHERE topic LIKE ?", f"%/{prefix}%")
    there = {tuple(row) for row in store.rows("SELECT gateway, boot, event FROM events WHERE gateway LIKE ?", ours)}
    result.events = len(events)
    result.events_lost = len(events - there)
    for _, _, _, replayed, ts, stored_at in rows:
        if ts is not None:
            delay = float(stored_at - ts)
            result.all_s.append(delay)
            if not replayed:
                result.live_s.append(delay)
    stored = [float(row[5]) for row in rows]
    if len(stored) > 1 and max(stored) > min(stored):
        result.rate_per_s = round(len(stored) / (max(stored) - min(stored)), 1)
    result.live_s.sort()
    result.all_s.sort()
    return result


def at_share(delays: list[float], share: float) -> float | None:
    """The delay that this share of the sorted ones does not pass; None where there are none."""
    return round(delays[min(len(delays) - 1, int(share * len(delays)))], 3) if delays else None
