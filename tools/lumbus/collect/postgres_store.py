"""Saves batches into PostgreSQL: COPY into a staging table of the session, from there what is new.

Rows go in the order of their keys: two collectors that have the same messages wait for
each other and not in a circle.  Checks alone go as they came, which is what numbers them; should
two collectors wait in a circle there, PostgreSQL says so, and one of them tries again.
"""

import time

import psycopg
from psycopg import errors

from .batch import Batch
from .database import DatabaseDown, PostgresDatabase
from .others import CHECK_COLUMNS, EVENT_COLUMNS
from .reading import COLUMNS
from .store import COMPARED, DIFFERS, Refused, Saved
from .tables import READINGS, spelt

_JSON = ("status", "info", "update_status")
_NEWS = ("state", "boot", "uptime_s", "version", "platform", "board", *_JSON)
_TRIES = 5
# What is committed is on the disk; and who waits for somebody's lock gives up, and tries again.
_SETTINGS = ("synchronous_commit = on", "lock_timeout = '30s'", "statement_timeout = '120s'")
# Bad data; unique and other constraints; a program's limit.  All else is not the batch's fault.
_ITS_FAULT = ("22", "23", "54")

_STAGING = (
    "CREATE TEMP TABLE IF NOT EXISTS staged (n integer, "
    + spelt(READINGS, "postgresql").replace("ts timestamptz", "ts numeric").replace(" NOT NULL", "")
    + ") ON COMMIT DELETE ROWS"
)
_COPY = f"COPY staged (n, {', '.join(COLUMNS)}) FROM STDIN"
_VALUES = ", ".join("to_timestamp(ts::double precision)" if name == "ts" else name for name in COLUMNS)
_READING = f"""INSERT INTO readings ({", ".join(COLUMNS)}, stored_at)
    SELECT {_VALUES}, now() FROM staged ORDER BY gateway, boot, seq, n ON CONFLICT DO NOTHING"""
_SAME_KEY = "r.gateway = s.gateway AND r.boot = s.boot AND r.seq = s.seq"
_PAIRS = " OR ".join(f"r.{name} IS DISTINCT FROM s.{name}" for name in COMPARED)
_DIFFERENT = f"SELECT s.n FROM staged s JOIN readings r ON {_SAME_KEY} WHERE {_PAIRS}"
_DATED = f"""UPDATE readings r SET ts = to_timestamp(s.ts::double precision), time_quality = s.time_quality
    FROM staged s WHERE {_SAME_KEY} AND r.ts IS NULL AND s.ts IS NOT NULL AND r.uptime_s = s.uptime_s"""
_LAST_SEEN = "last_seen = greatest(t.last_seen, excluded.last_seen)"


def _time(names: tuple[str, ...]) -> str:
    return ", ".join("to_timestamp(%s::text::double precision)" if n in ("ts", "since_ts") else "%s" for n in names)


# One statement with a column a list is a third of the time that one statement a row takes.
_NEWS_TYPES = {"boot": "bigint", "uptime_s": "numeric"} | dict.fromkeys(_JSON, "jsonb")
_GATEWAY = f"""INSERT INTO gateways AS t (gateway, first_seen, last_seen, {", ".join(_NEWS)})
    SELECT gateway, now(), to_timestamp(last_seen), {", ".join(f"{n}::{_NEWS_TYPES.get(n, 'text')}" for n in _NEWS)}
    FROM unnest(%s::text[], %s::double precision[], {", ".join(["%s::text[]"] * len(_NEWS))})
    AS u(gateway, last_seen, {", ".join(_NEWS)})
    ON CONFLICT (gateway) DO UPDATE SET {_LAST_SEEN},
    {", ".join(f"{name} = coalesce(excluded.{name}, t.{name})" for name in _NEWS)}"""
_METER = f"""INSERT INTO meters AS t (gateway, meter, first_seen, last_seen, state)
    SELECT gateway, meter, now(), to_timestamp(last_seen), state
    FROM unnest(%s::text[], %s::text[], %s::double precision[], %s::text[]) AS u(gateway, meter, last_seen, state)
    ON CONFLICT (gateway, meter) DO UPDATE SET {_LAST_SEEN}, state = coalesce(excluded.state, t.state)"""
_CHECK = f"""INSERT INTO checks ({", ".join(CHECK_COLUMNS)}, stored_at)
    VALUES ({_time(CHECK_COLUMNS)}, now()) ON CONFLICT DO NOTHING"""
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in (*EVENT_COLUMNS[3:], "stored_at"))
_EVENT = f"""INSERT INTO events AS t ({", ".join(EVENT_COLUMNS)}, stored_at)
    VALUES ({_time(EVENT_COLUMNS)}, now()) ON CONFLICT (gateway, boot, event) DO UPDATE SET {_REPLACED}
    WHERE NOT (coalesce(NOT t.open, false) AND coalesce(excluded.open, false))
    AND (excluded.ts >= t.ts OR t.ts IS NULL OR excluded.ts IS NULL
        OR (coalesce(t.open, false) AND coalesce(NOT excluded.open, false)))"""
_POISONED = """INSERT INTO poisoned AS t (digest, topic, payload, size, reason, times, stored_at, last_at)
    VALUES (%s, %s, %s, %s, %s, 1, now(), now())
    ON CONFLICT (digest) DO UPDATE SET times = t.times + 1, reason = excluded.reason, last_at = excluded.last_at"""


class PostgresStore:
    def __init__(self, database: PostgresDatabase):
        self._database = database
        self._connection = database.connection
        self.where = database.where
        for setting in _SETTINGS:
            self._connection.execute(f"SET {setting}")
        self._connection.execute(_STAGING)

    def save(self, batch: Batch) -> Saved:
        try:
            for left in reversed(range(_TRIES)):
                try:
                    with self._connection.transaction():
                        return self._save(batch)
                except (errors.DeadlockDetected, errors.SerializationFailure):
                    if not left:
                        raise
                    time.sleep(0.05)
        except psycopg.Error as e:
            text = " ".join(str(e).split())
            if not self._connection.closed and (e.sqlstate or "")[:2] in _ITS_FAULT:
                raise Refused(text) from None
            raise DatabaseDown(f"{self.where}: {text}") from None
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._database.close()

    def _save(self, batch: Batch) -> Saved:
        with self._connection.cursor() as cursor:
            many = cursor.executemany
            if batch.gateways:
                cursor.execute(_GATEWAY, _columns([_gateway(*item) for item in sorted(batch.gateways.items())]))
            if batch.meters:
                cursor.execute(_METER, _columns([_meter(*item) for item in sorted(batch.meters.items())]))
            stored = self._readings(cursor, batch) if batch.readings else 0
            if batch.checks:
                many(_CHECK, list(batch.checks.values()))
            if batch.events:
                many(_EVENT, [batch.events[key] for key in sorted(batch.events)])
            if batch.poisoned:
                many(_POISONED, [batch.poisoned[digest] for digest in sorted(batch.poisoned)])
        return Saved(stored, len(batch.readings) - stored, len(batch.poisoned))

    def _readings(self, cursor, batch: Batch) -> int:
        with cursor.copy(_COPY) as copy:
            copy.write("".join([_line(n, values) for n, values in enumerate(batch.readings)]))
        cursor.execute(_READING)
        stored = cursor.rowcount
        if stored < len(batch.readings):
            # Some were there: poisons those that say something else, and dates what had no date.
            cursor.execute(_DATED)
            for (n,) in cursor.execute(_DIFFERENT).fetchall():
                batch.poison(batch.came[n], DIFFERS)
        return stored


def _line(n: int, values: tuple) -> str:
    """A row as COPY takes it; only JSON can have a backslash in it, and nothing a tab or the end of a line."""
    line = "\t".join(["\\N" if value is None else str(value) for value in values])
    if "\\" in line:
        line = "\t".join(["\\N" if value is None else str(value).replace("\\", "\\\\") for value in values])
    return f"{n}\t{line}\n"


def _columns(rows: list[tuple]) -> list[list]:
    return [list(column) for column in zip(*rows)]


def _gateway(name: str, news: dict) -> tuple:
    texts = [None if news.get(key) is None else str(news[key]) for key in _NEWS]
    return name, news.get("last_seen"), *texts


def _meter(who: tuple[str, str], news: dict) -> tuple:
    return *who, news.get("last_seen"), news.get("state")
