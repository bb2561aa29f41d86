"""One PostgreSQL for all tests of a process, and a database of its own for each that asks."""

import atexit
import itertools
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from needs import missing

from lumbus.collect.store import open_store
from lumbus.engines.postgres import Postgres
from lumbus.runtime import RuntimeMissing

_number = itertools.count()


@cache
def _started() -> Postgres | str:
    folder = mkdtemp(prefix="lumbus-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        started = Postgres(Path(folder))
    except RuntimeMissing as e:
        return str(e)
    atexit.register(started.close)
    return started


def postgres() -> Postgres:
    """Runs; a test that stops it starts it again."""
    started = _started()
    if isinstance(started, str):
        missing(started)
    assert isinstance(started, Postgres)
    return started


def fresh_url() -> str:
    """The URL of an empty database."""
    server = postgres()
    name = f"test{next(_number)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.url.replace("/lumbus?", f"/{name}?")


@cache
def _kept_url() -> str:
    url = fresh_url()
    open_store(url)[0].close()
    return url


def empty_url() -> str:
    """The URL of a database with our tables and nothing in them: quicker, and the same one for all who ask."""
    url = _kept_url()
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'"
        )
        names = ", ".join(name for (name,) in tables)
        connection.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())
    return url


@pytest.fixture(params=("sqlite", "postgresql"))
def database_url(request, tmp_path) -> str:
    """Import it: the test runs with a database of each kind, which has nothing in it."""
    return f"sqlite:{tmp_path / 'lumbus.db'}" if request.param == "sqlite" else empty_url()
