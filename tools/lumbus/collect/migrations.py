"""The schema's versions: numbered steps, each in a transaction of its own, in the order of their numbers.

A step that was published is never changed: what is to be otherwise is a further step.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from . import views_postgres, views_sqlite
from .tables import INDEXES, INDEXES_POSTGRES, NO_COMPILING, TABLES, spelt

_VIEWS = {"sqlite": views_sqlite.VIEWS, "postgresql": views_postgres.VIEWS}

_RECORD = """CREATE TABLE schema_version (
    version {whole} PRIMARY KEY,
    what {text} NOT NULL
)"""


class TooNew(Exception):
    """The database was made by a newer program."""


class Migrated(Protocol):
    """A database as the steps need it."""

    dialect: str

    def alone(self) -> AbstractContextManager:
        """A transaction in which nobody else migrates; it waits for who does."""
        ...

    def has_table(self, name: str) -> bool: ...

    def execute(self, statement: str, values: tuple = ()) -> Iterator[tuple]: ...


def _tables(dialect: str) -> list[str]:
    return [spelt(statement, dialect) for statement in TABLES]


def _found_soon(dialect: str) -> list[str]:
    own = () if dialect == "sqlite" else (*INDEXES_POSTGRES, NO_COMPILING)
    return [*INDEXES, *own, *_VIEWS[dialect].values()]


STEPS = (
    ("the tables", _tables),
    ("indexes by meter and time, and views", _found_soon),
)
NEWEST = len(STEPS)


def version(database: Migrated) -> int:
    """0: there is nothing of ours yet."""
    if not database.has_table("schema_version"):
        return 0
    return next(iter(database.execute("SELECT coalesce(max(version), 0) FROM schema_version")))[0]


def migrate(database: Migrated, to: int = NEWEST) -> list[str]:
    """Takes every step that is missing, and says what they were; TooNew where it is beyond us."""
    done = []
    while True:
        with database.alone():
            at = version(database)
            if at > NEWEST:
                raise TooNew(
                    f"the database has version {at} of the schema, this program knows it up to {NEWEST}: "
                    "take the newer program that made it"
                )
            if at >= to:
                return done
            what, statements = STEPS[at]
            if at == 0:
                database.execute(spelt(_RECORD, database.dialect))
            for statement in statements(database.dialect):
                database.execute(statement)
            database.execute("INSERT INTO schema_version VALUES (?, ?)", (at + 1, what))
            done.append(f"{at + 1}: {what}")
