"""The database of a run: one that we start, and can strike, or somebody's own."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ..collect.database import DatabaseDown, open_database
from .fault import Fault

# A database that is being restarted is asked again.
_PATIENCE_S = 60
_AGAIN_S = 0.5


class Store:
    """`url` is as `lumbus collect` takes it; engine: the PostgreSQL that is ours, None for any other."""

    def __init__(self, url: str, engine=None):
        self._engine = engine
        self.url = url
        self.name = "postgresql" if url.startswith("postgres") else "sqlite"
        # The faults that can strike it.
        self.strikes: tuple[str, ...] = () if engine is None else ("database",)

    def pids(self) -> list[int]:
        pid = None if self._engine is None else self._engine.pid
        return [] if pid is None else [pid]

    def strike(self, fault: Fault) -> tuple[str, Callable[[], None]]:
        """Begin the fault: what was struck, and what ends it.  LookupError where there is nothing of ours."""
        if self._engine is None:
            raise LookupError("it is not ours to strike")
        if fault.kill:
            self._engine.kill()
        else:
            self._engine.stop()
        return "PostgreSQL" + (", killed" if fault.kill else ""), self._engine.start

    def rows(self, statement: str, *values: object) -> list[tuple]:
        """What a query gives, with {ts} for the UTC seconds of a time; DatabaseDown where it stays away."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                with closing(open_database(self.url)) as database:
                    times = {name: database.seconds(name) for name in ("ts", "stored_at")}
                    return list(database.execute(statement.format_map(times), values))
            except DatabaseDown:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_S)

    def has(self, table: str) -> bool:
        with closing(open_database(self.url)) as database:
            return database.has_table(table)

    def bytes_per_row(self) -> int | None:
        """On the disk: of readings with their indices (PostgreSQL), of the whole file (SQLite); None without rows."""
        ((count,),) = self.rows("SELECT count(*) FROM readings")
        return self._size() // count if count else None

    def _size(self) -> int:
        if self.url.startswith("postgres"):
            ((size,),) = self.rows("SELECT pg_total_relation_size('readings')")
            return size
        ((pages,),) = self.rows("PRAGMA page_count")
        ((each,),) = self.rows("PRAGMA page_size")
        return pages * each

    def stop(self) -> None:
        if self._engine is not None:
            self._engine.close()


def open_store(what: str, folder: Path) -> Store:
    """RuntimeMissing where its program is not there; ValueError for what is no database."""
    if what == "postgresql":
        from ..engines.postgres import Postgres

        engine = Postgres(folder)
        return Store(engine.url, engine)
    store = Store(f"sqlite:{folder / 'lumbus.db'}" if what == "sqlite" else what)
    # Told at once, before anything else is started.
    store.has("readings")
    return store
