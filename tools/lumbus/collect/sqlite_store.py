"""Saves batches into SQLite."""

import sqlite3
import time
from decimal import Decimal

from .batch import Batch
from .database import DatabaseDown, SqliteDatabase
from .others import CHECK_COLUMNS, EVENT_COLUMNS
from .reading import COLUMNS
from .store import COMPARED, DIFFERS, Refused, Saved

_NEWS = ("state", "boot", "uptime_s", "version", "platform", "board", "status", "info", "update_status")


def _insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join((*columns, "stored_at"))
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * (len(columns) + 1))})"


_READING = _insert("readings", COLUMNS) + " ON CONFLICT DO NOTHING"
_CHECK = _insert("checks", CHECK_COLUMNS) + " ON CONFLICT DO NOTHING"
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in (*EVENT_COLUMNS[3:], "stored_at"))
_EVENT = (
    _insert("events", EVENT_COLUMNS)
    + f""" ON CONFLICT (gateway, boot, event) DO UPDATE SET {_REPLACED}
    WHERE NOT (coalesce(NOT events.open, 0) AND coalesce(excluded.open, 0))
    AND (excluded.ts >= events.ts OR events.ts IS NULL OR excluded.ts IS NULL
        OR (coalesce(events.open, 0) AND coalesce(NOT excluded.open, 0)))"""
)
_LAST_SEEN = "last_seen = max(coalesce(last_seen, excluded.last_seen), coalesce(excluded.last_seen, last_seen))"
_GATEWAY = f"""INSERT INTO gateways (gateway, first_seen, last_seen, {", ".join(_NEWS)})
    VALUES (?, ?, ?, {", ".join("?" * len(_NEWS))})
    ON CONFLICT (gateway) DO UPDATE SET {_LAST_SEEN},
    {", ".join(f"{name} = coalesce(excluded.{name}, {name})" for name in _NEWS)}"""
_METER = f"""INSERT INTO meters (gateway, meter, first_seen, last_seen, state) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (gateway, meter) DO UPDATE SET {_LAST_SEEN},
    state = coalesce(excluded.state, state)"""
_POISONED = """INSERT INTO poisoned (digest, topic, payload, size, reason, times, stored_at, last_at)
    VALUES (?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT (digest) DO UPDATE SET times = times + 1, reason = excluded.reason, last_at = excluded.last_at"""
_KEY = "gateway = ? AND boot = ? AND seq = ?"
_STORED = f"SELECT {', '.join(COMPARED)} FROM readings WHERE {_KEY}"
_DATED = f"UPDATE readings SET ts = ?, time_quality = ? WHERE {_KEY} AND ts IS NULL"
_PLACES = tuple(COLUMNS.index(name) for name in COMPARED)


class SqliteStore:
    def __init__(self, database: SqliteDatabase):
        self._database = database
        self._connection = database.connection
        self.where = database.where

    def save(self, batch: Batch) -> Saved:
        try:
            with self._database.alone():
                return self._save(batch, round(time.time(), 3))
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, sqlite3.InterfaceError) as e:
            raise Refused(str(e)) from None
        except sqlite3.DatabaseError as e:
            # Locked for too long, or a disk that is full: neither is the batch's fault.
            raise DatabaseDown(f"{self.where}: {e}") from None

    def close(self) -> None:
        self._database.close()

    def _save(self, batch: Batch, now: float) -> Saved:
        many = self._connection.executemany
        many(_GATEWAY, [_gateway(name, news, now) for name, news in batch.gateways.items()])
        many(_METER, [(*who, now, news.get("last_seen"), news.get("state")) for who, news in batch.meters.items()])
        before = self._connection.total_changes
        many(_READING, [(*values, now) for values in batch.readings])
        stored = self._connection.total_changes - before
        if stored < len(batch.readings):
            self._compare(batch)
        many(_CHECK, [(*values, now) for values in batch.checks.values()])
        many(_EVENT, [(*values, now) for values in batch.events.values()])
        many(_POISONED, [(*poisoned, now, now) for poisoned in batch.poisoned.values()])
        return Saved(stored, len(batch.readings) - stored, len(batch.poisoned))

    def _compare(self, batch: Batch) -> None:
        """Some were there: poisons those that say something else, and dates what had no date."""
        for values, delivery in zip(batch.readings, batch.came):
            key = values[:3]
            there = self._connection.execute(_STORED, key).fetchone()
            if [_plain(value) for value in there] != [_plain(values[place]) for place in _PLACES]:
                batch.poison(delivery, DIFFERS)
            elif values[4] is not None:
                self._connection.execute(_DATED, (values[4], values[6], *key))


def _plain(value):
    """Numbers as SQLite gives them and as they came, alike."""
    if isinstance(value, float):
        return Decimal(f"{value:.15g}")
    if isinstance(value, str) and value[-1:].isdigit():
        try:
            return Decimal(value)
        except ArithmeticError:
            return value
    return value


def _gateway(name: str, news: dict, now: float) -> tuple:
    return name, now, news.get("last_seen"), *[news.get(key) for key in _NEWS]
