"""The schema's steps: from any version with data in it, by several at once, and never back."""

import threading
from decimal import Decimal

import psycopg
import pytest
from collecting import METER, T0, Raw, collect, reading
from pgstage import fresh_url

from lumbus.collect.database import open_database
from lumbus.collect.migrations import NEWEST, TooNew, migrate, version


@pytest.fixture(params=("sqlite", "postgresql"))
def new_url(request, tmp_path) -> str:
    return f"sqlite:{tmp_path / 'lumbus.db'}" if request.param == "sqlite" else fresh_url()


def test_version_1_with_data_in_it_becomes_the_newest(new_url):
    database = open_database(new_url)
    assert migrate(database, 1) == ["1: the tables"] and version(database) == 1
    stamp = "now()" if database.dialect == "postgresql" else str(T0)
    ts = f"to_timestamp({T0})" if database.dialect == "postgresql" else str(T0)
    for seq in (1, 2):
        database.execute(
            f"INSERT INTO readings (gateway, boot, seq, meter, ts, uptime_s, replayed, energy_import_kwh, flags, "
            f"stored_at) VALUES ('old', 1, {seq}, '{METER}', {ts}, 5, {'false'}, {seq}.25, '[]', {stamp})"
        )
    database.execute(f"INSERT INTO meters VALUES ('old', '{METER}', {stamp}, {stamp}, 'online')")
    database.close()
    # The collector takes the steps that are missing by itself, and goes on.
    collect(new_url, [reading(3, T0 + 1800, Raw("5.25"), gateway="old")])
    database = open_database(new_url)
    assert version(database) == NEWEST
    rows = list(database.execute("SELECT seq, energy_import_kwh FROM readings ORDER BY seq"))
    assert rows == [(1, Decimal("1.25")), (2, Decimal("2.25")), (3, Decimal("5.25"))]
    assert list(database.execute("SELECT seq, verdict FROM meter_now")) == [(3, None)]
    database.close()


def test_a_step_that_fails_leaves_nothing_behind(new_url, monkeypatch):
    database = open_database(new_url)
    migrate(database, 1)
    broken = ("a step", lambda dialect: ["CREATE TABLE half (a integer)", "CREATE TABLE half (a integer)"])
    monkeypatch.setattr("lumbus.collect.migrations.STEPS", (("the tables", None), broken))
    with pytest.raises(Exception, match="half"):
        migrate(database, 2)
    assert version(database) == 1 and not database.has_table("half")
    database.close()


def test_several_start_at_the_same_time(new_url):
    done, failed = [], []
    together = threading.Barrier(4)

    def start():
        try:
            together.wait(30)
            database = open_database(new_url)
            done.extend(migrate(database))
            database.close()
        except Exception as e:
            failed.append(e)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    assert sorted(done) == ["1: the tables", "2: indexes by meter and time, and views"]


def test_a_newer_database_is_refused_in_words(new_url):
    database = open_database(new_url)
    migrate(database)
    database.execute("INSERT INTO schema_version VALUES (?, ?)", (NEWEST + 1, "of tomorrow"))
    with pytest.raises(TooNew, match=f"has version {NEWEST + 1} of the schema, this program knows it up to {NEWEST}"):
        migrate(database)
    database.close()


def test_queries_are_not_compiled_where_that_may_be_told():
    url = fresh_url()
    database = open_database(url)
    migrate(database)
    database.execute("CREATE ROLE plain LOGIN")
    database.close()
    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW jit").fetchone() == ("off",)
    other = fresh_url()
    with psycopg.connect(other) as connection:
        connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO plain")
    database = open_database(other.replace("lumbus@", "plain@"))
    migrate(database)
    assert version(database) == NEWEST
    database.close()
