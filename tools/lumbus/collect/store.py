"""What the collector asks of a database."""

from dataclasses import dataclass
from typing import Protocol

from .batch import Batch
from .database import SqliteDatabase, open_database
from .migrations import NEWEST, migrate
from .reading import COLUMNS

# What makes two readings of one number different: not how and when they were dated, nor that one is late.
_HOW_DATED = ("ts", "time_quality", "replayed")
COMPARED = tuple(name for name in COLUMNS[COLUMNS.index("meter") : -1] if name not in _HOW_DATED)
DIFFERS = "another reading of this gateway is stored under the same boot and seq"


class Refused(Exception):
    """The database is well and does not take what is in this batch."""


@dataclass(slots=True)
class Saved:
    """Readings that are new, those that were there already, and messages that were poisoned."""

    stored: int = 0
    repeated: int = 0
    poisoned: int = 0


class Store(Protocol):
    where: str

    def save(self, batch: Batch) -> Saved:
        """All of it, committed; or none of it, with Refused, or DatabaseDown: try again later."""
        ...

    def close(self) -> None: ...


def open_store(url: str, to: int = NEWEST) -> tuple[Store, list[str]]:
    """The store, and which steps its schema took just now; ValueError, DatabaseDown or migrations.TooNew."""
    database = open_database(url)
    try:
        done = migrate(database, to)
        if isinstance(database, SqliteDatabase):
            from .sqlite_store import SqliteStore

            return SqliteStore(database), done
        from .postgres_store import PostgresStore

        return PostgresStore(database), done
    except BaseException:
        database.close()
        raise
