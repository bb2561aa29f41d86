"""The database of a run: one that we start, and can strike, or somebody's own."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from .fault import Fault

# A database that is being restarted is asked again.
_PATIENCE_S = 60
_AGAIN_S = 0.5


class Store(Protocol):
    """`url` is as `lumbus collect` takes it."""

    url: str
    strikes: tuple[str, ...]

    def pids(self) -> list[int]: ...

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]: ...

    def rows(self, query: str, *values: object) -> list[tuple]:
        """What a query gives; values for its %s."""
        ...

    def has(self, table: str) -> bool: ...

    def size(self) -> int:
        """Bytes on the disk: of the readings with their indices (PostgreSQL), of the whole file (SQLite)."""
        ...

    def stop(self) -> None: ...


class Sqlite:
    strikes: tuple[str, ...] = ()

    def __init__(self, file: Path):
        self._file = file
        self.url = f"sqlite:{file}"

    def pids(self) -> list[int]:
        return []

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        raise LookupError("SQLite is no program that could be restarted")

    def rows(self, query: str, *values: object) -> list[tuple]:
        import sqlite3

        with closing(sqlite3.connect(self._file, timeout=_PATIENCE_S)) as connection:
            return connection.execute(query.replace("%s", "?"), values).fetchall()

    def has(self, table: str) -> bool:
        return self._file.exists() and bool(self.rows("SELECT 1 FROM sqlite_master WHERE name = %s", table))

    def stop(self) -> None:
        pass

    def size(self) -> int:
        ((pages,),) = self.rows("PRAGMA page_count")
        ((each,),) = self.rows("PRAGMA page_size")
        return pages * each


class Postgres:
    """`engine`: None for somebody's own at `url`."""

    def __init__(self, url: str, engine=None):
        self._engine = engine
        self.url = url
        self.strikes: tuple[str, ...] = () if engine is None else ("database",)

    def pids(self) -> list[int]:
        pid = None if self._engine is None else self._engine.pid
        return [] if pid is None else [pid]

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        if self._engine is None:
            raise LookupError("it is not ours to strike")
        if fault.kill:
            self._engine.kill()
        else:
            self._engine.stop()
        return "PostgreSQL" + (", killed" if fault.kill else ""), self._engine.start

    def rows(self, query: str, *values: object) -> list[tuple]:
        import psycopg

        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                with psycopg.connect(self.url, connect_timeout=10) as connection:
                    return connection.execute(query, values).fetchall()  # pyright: ignore[reportArgumentType]
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_S)

    def has(self, table: str) -> bool:
        return self.rows("SELECT to_regclass(%s) IS NOT NULL", table) == [(True,)]

    def stop(self) -> None:
        if self._engine is not None:
            self._engine.close()

    def size(self) -> int:
        ((size,),) = self.rows("SELECT pg_total_relation_size('readings')")
        return size


def bytes_per_row(store: Store) -> int | None:
    ((count,),) = store.rows("SELECT count(*) FROM readings")
    return store.size() // count if count else None


def open_store(what: str, folder: Path) -> Sqlite | Postgres:
    """RuntimeMissing where its program is not there."""
    if what == "sqlite":
        return Sqlite(folder / "lumbus.db")
    if what == "postgresql":
        from ..engines.postgres import Postgres as Engine

        engine = Engine(folder)
        return Postgres(engine.url, engine)
    if what.startswith(("postgresql://", "postgres://")):
        return Postgres(what)
    return Sqlite(Path(what.removeprefix("sqlite:")))
