"""A database by its URL: sqlite:PATH, a bare path, or postgresql://...; the same for who stores and who asks.

Statements are written with `?` for a value, in SQL that both understand.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from ..onboard.installed import want

DEFAULT = "sqlite:lumbus.db"
_BUSY_S = 30
# A server that is gone without a word is noticed within half a minute.
_WAITS: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25000,
}
# Any number that nobody else locks by.
_LOCK = 7_205_931_864


class DatabaseDown(Exception):
    """It cannot be reached, or went away: ask again later."""


class Database(Protocol):
    dialect: str
    # The URL without what is secret.
    where: str

    def execute(self, statement: str, values: tuple = ()) -> Iterator[tuple]:
        """The rows.  Decimals come as Decimal, times as in `seconds`."""
        ...

    def seconds(self, column: str) -> str:
        """SQL for a time's UTC seconds."""
        ...

    def close(self) -> None: ...


def open_database(url: str) -> "SqliteDatabase | PostgresDatabase":
    """ValueError for an URL that is none, DatabaseDown where it does not answer."""
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url)
    scheme, colon, path = url.partition(":")
    # One letter is a drive of Windows.
    if colon and len(scheme) == 1:
        return SqliteDatabase(Path(url))
    if colon and scheme != "sqlite":
        raise ValueError(f"{scheme}: is no database that is known; known are sqlite:PATH and postgresql://...")
    path = path if colon else url
    if not path:
        raise ValueError("sqlite: needs the path of a file behind it")
    return SqliteDatabase(Path(path))


def exact(value: float) -> Decimal:
    """The decimal of at most 15 digits that SQLite keeps as this double."""
    return Decimal(f"{value:.15g}")


class SqliteDatabase:
    dialect = "sqlite"

    def __init__(self, path: Path):
        self.where = f"sqlite:{path}"
        try:
            self.connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            self.connection.execute("PRAGMA journal_mode = WAL")
            # What is committed is on the disk: it is acknowledged to the broker.
            self.connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.OperationalError as e:
            raise DatabaseDown(f"{path}: {e}") from None
        except sqlite3.DatabaseError as e:
            raise ValueError(f"{path}: {e}") from None

    def execute(self, statement: str, values: tuple = ()) -> Iterator[tuple]:
        return (_decimals(row) for row in self.connection.execute(statement, values).fetchall())

    def seconds(self, column: str) -> str:
        return column

    def has_table(self, name: str) -> bool:
        found = self.connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
        return found.fetchone() is not None

    @contextmanager
    def alone(self):
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


def _decimals(row: tuple) -> tuple:
    return tuple(exact(value) if isinstance(value, float) else value for value in row)


class PostgresDatabase:
    dialect = "postgresql"

    def __init__(self, url: str):
        want("psycopg", extra="headend")
        import psycopg

        self.where = _without_secrets(url)
        try:
            self.connection: Any = psycopg.connect(url, autocommit=True, application_name="lumbus", **_WAITS)
        except psycopg.ProgrammingError:
            # Its words have the URL in them, and with it a password.
            raise ValueError(f"{self.where}: PostgreSQL does not understand this URL") from None
        except psycopg.OperationalError as e:
            raise DatabaseDown(f"{self.where}: {_line(e)}") from None
        self.connection.execute("SET timezone = 'UTC'")
        # As in tables.NO_COMPILING, for who may not alter the database.
        self.connection.execute("SET jit = off")

    def execute(self, statement: str, values: tuple = ()) -> Iterator[tuple]:
        if values:
            statement = statement.replace("%", "%%").replace("?", "%s")
        cursor = self.connection.execute(statement, values or None)
        return iter(cursor.fetchall() if cursor.description else ())

    def seconds(self, column: str) -> str:
        return f"round(extract(epoch FROM {column}), 3)"

    def has_table(self, name: str) -> bool:
        return next(iter(self.execute("SELECT to_regclass(?) IS NOT NULL", (name,))))[0]

    @contextmanager
    def alone(self):
        with self.connection.transaction():
            self.connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield

    def close(self) -> None:
        self.connection.close()


def _without_secrets(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"postgresql://{parts.hostname or ''}{parts.path}"
    except ValueError:
        return "postgresql://..."


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
