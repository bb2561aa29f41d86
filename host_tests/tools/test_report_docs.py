"""What docs/head-end.md shows is done: its SQL on both databases, its services' command lines."""

import configparser
import shlex
import sqlite3
from decimal import Decimal

import psycopg
from docpages import DOCS, ROOT, blocks
from pgstage import fresh_url
from reportworld import MeterWorld, fill

from lumbus.cli import parser

TEXT = (DOCS / "head-end.md").read_text()
UNITS = ROOT / "tools" / "headend" / "systemd"
# Two of three days are older than what is kept.
OLD = 1_600_000_000


def shown(dialect: str) -> list[str]:
    """The page's SQL for one of the databases, by its first line."""
    return [block for told, block in blocks(TEXT) if told == "sql" and block.startswith(f"-- In {dialect}")]


def worlds() -> list[MeterWorld]:
    return [MeterWorld("16250476ad320102", start=OLD, days=2, load=500), MeterWorld("16250477ad320102", days=1)]


def test_the_sql_is_understood_by_postgresql_and_old_data_goes():
    url = fresh_url()
    fill(url, worlds())
    used, role, old = shown("PostgreSQL")
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute(used.encode()).fetchall() == []
        connection.execute(role.encode())
        try:
            for _ in range(2):
                connection.execute(old.encode())
            kept = connection.execute("SELECT count(*), sum(import_kwh) FROM energy_kept").fetchone()
            # Its first hour is not a whole one, and its last reading a quarter of an hour before the end.
            assert kept == (49, Decimal("23.87"))
            assert connection.execute("SELECT count(DISTINCT meter) FROM readings").fetchone() == (1,)
        finally:
            connection.execute("DROP OWNED BY lumbus_report; DROP ROLE lumbus_report")


def test_the_sql_is_understood_by_sqlite_and_old_data_goes(tmp_path):
    path = str(tmp_path / "x.db")
    fill(path, worlds())
    (old,) = shown("SQLite")
    connection = sqlite3.connect(path, isolation_level=None)
    for _ in range(2):
        connection.executescript(old)
    assert connection.execute("SELECT count(*), round(sum(import_kwh), 6) FROM energy_kept").fetchone() == (49, 23.87)
    assert connection.execute("SELECT count(DISTINCT meter) FROM readings").fetchone() == (1,)
    connection.close()
    assert len([block for told, block in blocks(TEXT) if told == "sql"]) == len(shown("PostgreSQL")) + 1


def test_the_services_start_what_there_is():
    names = set()
    for file in UNITS.iterdir():
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment]
        unit.read(file)
        assert set(unit.sections()) <= {"Unit", "Service", "Timer", "Install"}
        assert unit["Unit"]["Description"]
        names.add(file.name)
        if file.suffix != ".service":
            continue
        told = unit["Service"]["ExecStart"].replace("$LUMBUS_OPTIONS", "--ca ca.pem --group lumbus")
        told = told.replace("${LUMBUS_SOURCE}", "mqtts://collector@broker.example").replace("%i", "1")
        program, *words = shlex.split(told)
        assert program == "/opt/lumbus/bin/lumbus" and "$" not in told and "%" not in told
        parser().parse_args(words)
        if words[0] == "collect":
            assert unit["Service"]["Restart"] == "always" and "--name" in words
    assert names == {"lumbus-collect@.service", "lumbus-report.service", "lumbus-report.timer"}
