"""What a report asks the database of `lumbus collect`.  Moments are ms of UTC."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..collect.database import DatabaseDown, open_database
from ..collect.migrations import NEWEST, version
from ..trouble import BAD, SILENT, USAGE, Trouble
from .model import Capture, Event, Reading
from .zone import DAY, SECOND

# So much of a meter's readings is held at a time.
_PART = 8 * DAY
_MWH = 1_000_000


class Store:
    """Trouble where there is no such database, or none of ours."""

    def __init__(self, url: str):
        self._database = _opened(url)
        self.where = self._database.where
        sqlite = self._database.dialect == "sqlite"
        self._at = "?" if sqlite else "to_timestamp(?)"
        flags = "flags" if sqlite else "flags::text"
        # A reading whose register was missing says nothing of the energy.
        self._usable = (
            "(energy_import_kwh IS NOT NULL OR energy_export_kwh IS NOT NULL)"
            f" AND {flags} NOT LIKE '%\"register_missing\"%'"
        )
        found = self._asked(lambda: version(self._database))
        if found != NEWEST:
            self.close()
            advice = "take the newer lumbus that made it" if found > NEWEST else "start lumbus collect with it once"
            what = (
                "has no tables of lumbus collect" if not found else f"has version {found} of the schema, not {NEWEST}"
            )
            raise Trouble(f"{self.where} {what}: {advice}", BAD)

    def close(self) -> None:
        self._database.close()

    def _asked(self, ask):
        theirs: type[Exception] = sqlite3.Error
        if self._database.dialect == "postgresql":
            from psycopg import Error

            theirs = Error
        try:
            return ask()
        except theirs as e:
            raise Trouble(f"{self.where}: {e}", SILENT)

    def _rows(self, statement: str, *values) -> Iterator[tuple]:
        return self._asked(lambda: self._database.execute(statement, values))

    def _ms(self, column: str) -> str:
        return self._database.seconds(column)

    def meters(self, patterns: list[str]) -> list[tuple[str, str]]:
        """(gateway, meter) that match any of the patterns; all where there is none."""
        rows = self._rows("SELECT gateway, meter FROM meters ORDER BY gateway, meter")
        return [pair for pair in rows if not patterns or any(_matches(pair, each) for each in patterns)]

    def span(self, wanted: set[tuple[str, str]]) -> tuple[int, int] | None:
        """From the first to the last dated reading of these meters; None where there is none."""
        mine = "FROM readings r WHERE r.gateway = m.gateway AND r.meter = m.meter AND r.ts IS NOT NULL"
        rows = self._rows(
            f"SELECT m.gateway, m.meter, {self._ms(f'(SELECT min(r.ts) {mine})')}, "
            f"{self._ms(f'(SELECT max(r.ts) {mine})')} FROM meters m"
        )
        known = [
            (first, last) for gateway, meter, first, last in rows if (gateway, meter) in wanted and first is not None
        ]
        if not known:
            return None
        return _to_ms(min(first for first, _ in known)), _to_ms(max(last for _, last in known))

    def now(self) -> dict[tuple[str, str], tuple]:
        """{(gateway, meter): (verdict, capture low, high, last reading)}."""
        rows = self._rows(f"SELECT gateway, meter, verdict, capture_low, capture_high, {self._ms('ts')} FROM meter_now")
        return {
            (gateway, meter): (verdict, _decimal(low), _decimal(high), _to_ms(ts))
            for gateway, meter, verdict, low, high, ts in rows
        }

    def silent(self) -> dict[str, int | None]:
        """{gateway: for how many seconds nothing came}; None for never."""
        return dict(self._rows("SELECT gateway, silent_s FROM silent_gateways"))

    def falls(self, start: int, end: int) -> set[tuple[str, str]]:
        """Meters of whom an event says that a register fell or began again in the range."""
        rows = self._rows(
            "SELECT DISTINCT gateway, meter FROM events WHERE kind IN ('register_fell', 'register_wrapped') "
            f"AND meter IS NOT NULL AND ts >= {self._at} AND ts < {self._at}",
            start / SECOND,
            end / SECOND,
        )
        return set(rows)

    def edges(self, start: int, end: int) -> dict[tuple[str, str], tuple]:
        """{(gateway, meter): (last before start, first since, last before end, first since)}, each may be None."""
        found: dict[tuple[str, str], list] = {}
        ends = ((start, "<", "DESC"), (start, ">=", "ASC"), (end, "<", "DESC"), (end, ">=", "ASC"))
        for place, (at, compared, order) in enumerate(ends):
            for gateway, meter, reading in self._nearest(at, compared, order):
                found.setdefault((gateway, meter), [None] * 4)[place] = reading
        return {pair: tuple(each) for pair, each in found.items()}

    def _nearest(self, at: int, compared: str, order: str):
        chosen = (
            "SELECT r.{0} FROM readings r WHERE r.gateway = m.gateway AND r.meter = m.meter "
            f"AND r.ts {compared} {self._at} AND {self._usable} ORDER BY r.ts {order} LIMIT 1"
        )
        columns = f"{self._ms('x.ts')}, x.energy_import_kwh, x.energy_export_kwh"
        if self._database.dialect == "sqlite":
            joined = f"JOIN readings x ON x.rowid = ({chosen.format('rowid')})"
        else:
            chosen = chosen.replace("r.{0}", "r.ts, r.energy_import_kwh, r.energy_export_kwh")
            joined = f"CROSS JOIN LATERAL ({chosen}) x"
        for gateway, meter, ts, imported, exported in self._rows(
            f"SELECT m.gateway, m.meter, {columns} FROM meters m {joined}", at / SECOND
        ):
            yield gateway, meter, Reading(_to_ms(ts), _mwh(imported), _mwh(exported), None, None, None)

    def _beyond(self, pair: tuple[str, str], start: int, end: int) -> tuple[int, int]:
        """The range with the usable readings next to it."""
        mine = f"FROM readings WHERE gateway = ? AND meter = ? AND {self._usable} AND ts"
        ((before,),) = self._rows(f"SELECT {self._ms('max(ts)')} {mine} < {self._at}", *pair, start / SECOND)
        ((behind,),) = self._rows(f"SELECT {self._ms('min(ts)')} {mine} >= {self._at}", *pair, end / SECOND)
        return start if before is None else _to_ms(before), end if behind is None else _to_ms(behind) + 1

    def moments(self, pair: tuple[str, str], start: int, end: int) -> list[int]:
        """When this meter was read, from the last before the range to the first behind it."""
        return [_to_ms(row[0]) for row in self._parts(pair, start, end, self._ms("ts"))]

    def readings(self, pair: tuple[str, str], start: int, end: int) -> Iterator[Reading]:
        """The same as readings."""
        columns = f"{self._ms('ts')}, energy_import_kwh, energy_export_kwh, power_w, power_light_w, verdict, "
        for ts, imported, exported, power, light, verdict, usable in self._parts(
            pair, start, end, columns + f"CASE WHEN {self._usable} THEN 1 ELSE 0 END"
        ):
            kept = (_mwh(imported), _mwh(exported)) if usable else (None, None)
            yield Reading(_to_ms(ts), *kept, _decimal(power), _decimal(light), verdict)

    def _parts(self, pair: tuple[str, str], start: int, end: int, columns: str) -> Iterator[tuple]:
        at, behind = self._beyond(pair, start, end)
        statement = (
            f"SELECT {columns} FROM readings WHERE gateway = ? AND meter = ? "
            f"AND ts >= {self._at} AND ts < {self._at} ORDER BY ts, boot, seq"
        )
        while at < behind:
            # What lies far from the range is one reading alone.
            until = start if at < start else min(end, at + _PART) if at < end else behind
            yield from self._rows(statement, *pair, at / SECOND, until / SECOND)
            at = until

    def captures(self, pair: tuple[str, str], start: int, end: int) -> list[Capture]:
        """The capture ratio of each day, once."""
        rows = self._rows(
            f"SELECT {self._ms('stored_at')}, capture_low, capture_high FROM checks WHERE gateway = ? AND meter = ? "
            f"AND capture_low IS NOT NULL AND stored_at >= {self._at} AND stored_at < {self._at} ORDER BY n",
            *pair,
            start / SECOND,
            end / SECOND,
        )
        days: dict[int, Capture] = {}
        for ts, low, high in rows:
            days.setdefault(_to_ms(ts) // DAY, Capture(_to_ms(ts), Decimal(low), Decimal(high)))
        return list(days.values())

    def events(self, pair: tuple[str, str], start: int, end: int) -> list[Event]:
        """The meter's events of the range, as their newest message has them."""
        rows = self._rows(
            f"SELECT {self._ms('ts')}, kind, open, text, pulses_low, pulses_high FROM events WHERE gateway = ? "
            f"AND meter = ? AND ts >= {self._at} AND ts < {self._at} ORDER BY ts, boot, event",
            *pair,
            start / SECOND,
            end / SECOND,
        )
        return [
            Event(_to_ms(ts), kind, None if still is None else bool(still), _what(text, low, high))
            for ts, kind, still, text, low, high in rows
        ]


def _what(text: str | None, low: int | None, high: int | None) -> str:
    parts = [] if low is None else [f"{low} to {high} pulses"]
    return "; ".join(parts + ([text] if text else []))


def _opened(url: str):
    path = url.removeprefix("sqlite:")
    if not url.startswith(("postgresql://", "postgres://")) and path and not Path(path).is_file():
        raise Trouble(f"{path}: there is no such database; lumbus collect makes one", USAGE)
    try:
        return open_database(url)
    except ValueError as e:
        raise Trouble(str(e), USAGE)
    except DatabaseDown as e:
        raise Trouble(str(e), SILENT)


def _matches(pair: tuple[str, str], pattern: str) -> bool:
    gateway, meter = pair
    return meter.startswith(pattern) or fnmatchcase(meter, pattern) or fnmatchcase(f"{gateway}/{meter}", pattern)


def _to_ms(seconds) -> Any:
    return seconds if seconds is None else int(Decimal(seconds) * SECOND)


def _mwh(value) -> int | None:
    return None if value is None else int(Decimal(value) * _MWH)


def _decimal(value) -> Decimal | None:
    return None if value is None else Decimal(value)


def now_ms() -> int:
    return int(datetime.now(UTC).timestamp()) * SECOND
