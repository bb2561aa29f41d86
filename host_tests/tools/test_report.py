"""`lumbus report`: its numbers against known energy and the head-end's own views, its words, and its files."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil

import pytest
from pgstage import database_url as database_url
from reportworld import DAY, HOUR, START, MeterWorld, fill, street

from lumbus.cli import main
from lumbus.collect.database import open_database
from lumbus.collect.migrations import migrate
from lumbus.report.gather import fleet_of, meter_of, range_of
from lumbus.report.store import Store
from lumbus.report.zone import zone_named

WATTS = 1000


def hours_of_view(url: str, meter: str) -> dict[int, tuple[Decimal, Decimal]]:
    database = open_database(url)
    rows = database.execute(
        f"SELECT {database.seconds('hour')}, import_kwh, export_kwh FROM energy_hourly WHERE meter = ?", (meter,)
    )
    found = {int(hour): (Decimal(imported), Decimal(exported)) for hour, imported, exported in rows}
    database.close()
    return found


def kwh(mwh: int | None) -> Decimal:
    assert mwh is not None
    return Decimal(mwh).scaleb(-6)


def test_hours_are_those_of_the_view(database_url):
    meters = street(2)
    fill(database_url, meters)
    store = Store(database_url)
    during = range_of(START * 1000, (START + 2 * DAY) * 1000, "hour", UTC)
    for each in meters:
        view = hours_of_view(database_url, each.meter)
        report = meter_of(store, (each.gateway, each.meter), during)
        mine = {row.bucket.start // 1000: (kwh(row.imported), kwh(row.exported)) for row in report.energy}
        assert len(mine) == 48 and mine == view
        assert sum(value for value, _ in mine.values()) == kwh(report.imported) > 15
    store.close()


def test_the_fleets_energy_is_its_sections(database_url):
    meters = street(2)
    fill(database_url, meters)
    store = Store(database_url)
    # Neither end is a reading's moment, and the second meter's light is lost within.
    during = range_of((START + 5 * HOUR + 411) * 1000, (START + 40 * HOUR + 7) * 1000, "hour", UTC)
    for line in fleet_of(store, store.meters([]), during):
        report = meter_of(store, (line.gateway, line.meter), during)
        assert (line.imported, line.exported) == (report.imported, report.exported)
        assert line.imported and line.imported > 10_000_000
    store.close()


@pytest.mark.parametrize(("day", "zone", "hours"), [
    ("2026-10-24", "Europe/Berlin", 24),
    ("2026-10-25", "Europe/Berlin", 25),
    ("2026-03-29", "Europe/Berlin", 23),
    ("2026-10-25", "Asia/Kolkata", 24),
    ("2026-04-05", "Australia/Lord_Howe", Decimal("24.5")),
])  # fmt: skip
def test_a_day_is_as_long_as_it_is_there(tmp_path, day, zone, hours):
    path = str(tmp_path / "one.db")
    since = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) - DAY
    fill(path, [MeterWorld("16250476ad320102", start=since, days=3, load=WATTS)])
    lines, rows = energy_of(path, tmp_path, "--from", day, "--to", day, "--timezone", zone, "--by", "hour")
    assert Decimal(lines[0]["import_kwh"]) == hours
    # An hour that comes twice is told by its offset.
    assert len(rows) == ceil(hours)
    assert len({row.start for row in rows}) == len(rows)


def energy_of(path: str, tmp_path, *more: str):
    """(the lines of --json, the buckets of the first meter)."""
    options = ["report", path, "--out", str(tmp_path / "x.html"), "--top", "0", "--json", *more]
    from contextlib import redirect_stdout
    from io import StringIO

    said = StringIO()
    with redirect_stdout(said):
        assert main(options) == 0
    told = json.loads(said.getvalue())
    zone = zone_named(more[more.index("--timezone") + 1])
    return told["lines"], range_of(told["from"] * 1000, told["to"] * 1000, told["by"], zone).buckets


def test_what_a_register_did_when_it_wrapped_or_was_reset(tmp_path):
    path = str(tmp_path / "one.db")
    # 100 000 kWh are passed after 12 hours.
    fill(path, [MeterWorld("16250476ad320102", days=1, load=WATTS, base_wh=99_988_000)])
    database = open_database(path)
    change = "UPDATE readings SET energy_import_kwh = energy_import_kwh - {} WHERE energy_import_kwh >= {}"
    database.execute(change.format(100_000, 100_000))
    lines, _ = energy_of(path, tmp_path, "--from", "2026-11-01", "--to", "2026-11-01", "--timezone", "UTC")
    # The last reading is a quarter of an hour before the end of the day.
    assert lines[0]["import_kwh"] == "23.750000"
    # It is reset: what flowed in that quarter of an hour is not known.
    database.execute(change.format(5, 6) + " AND energy_import_kwh < 50000")

    database.close()
    lines, _ = energy_of(path, tmp_path, "--from", "2026-11-01", "--to", "2026-11-01", "--timezone", "UTC")
    assert lines[0]["import_kwh"] == "23.500000"


def refused(capsys, *arguments: str) -> tuple[int, str]:
    code = main(["report", *arguments])
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return code, said.err


def test_words_where_there_is_nothing_to_show(tmp_path, capsys):
    missing = str(tmp_path / "none.db")
    assert refused(capsys, missing) == (
        2, f"lumbus report: {missing}: there is no such database; lumbus collect makes one\n"
    )  # fmt: skip
    empty = str(tmp_path / "empty.db")
    open_database(empty).close()
    assert refused(capsys, empty)[1].endswith("has no tables of lumbus collect: start lumbus collect with it once\n")
    database = open_database(empty)
    migrate(database)
    database.close()
    code, said = refused(capsys, empty)
    assert code == 1 and "has no meter yet" in said
    (tmp_path / "text.db").write_text("this is not a database, but a text that is long enough to be looked at\n" * 9)
    code, said = refused(capsys, str(tmp_path / "text.db"))
    assert code in (2, 3) and "text.db" in said and "not a database" in said


def test_words_for_a_range_and_a_meter_that_are_not_there(tmp_path, capsys):
    path = str(tmp_path / "some.db")
    fill(path, street(1))
    out = str(tmp_path / "x.html")
    zone = ("--timezone", "UTC", "--out", out)
    code, said = refused(capsys, path, *zone, "--from", "2025-01-01", "--to", "2025-02-01")
    assert code == 1 and "there are readings from 2026-11-01 00:00 to 2026-11-01 23:45" in said
    code, said = refused(capsys, path, *zone, "--meter", "999")
    assert code == 2 and "--meter 999: there is none; there are 16250476ad320102, 16250477" in said
    code, said = refused(capsys, path, *zone, "--from", "2026-11-02", "--to", "2026-11-01")
    assert code == 2 and "ends before it begins" in said
    code, said = refused(capsys, path, *zone, "--from", "yesterday")
    assert code == 2 and "--from yesterday: must be a day such as 2026-11-01" in said
    code, said = refused(capsys, path, "--timezone", "Mars/Olympus")
    assert code == 2 and "--timezone Mars/Olympus" in said
    code, said = refused(capsys, path, *zone, "--by", "minute", "--from", "2026-10-01")
    assert code == 2 and "columns" in said
    code, said = refused(capsys, path, "--out", str(tmp_path / "no" / "x.html"))
    assert code == 2 and "cannot write" in said
    assert not (tmp_path / "x.html").exists()


def test_a_database_of_a_newer_program_is_refused(tmp_path, capsys):
    path = str(tmp_path / "some.db")
    fill(path, street(1))
    database = open_database(path)
    database.execute("INSERT INTO schema_version VALUES (999, 'of tomorrow')")
    database.close()
    code, said = refused(capsys, path)
    assert code == 1 and "has version 999 of the schema" in said and "newer lumbus" in said


def test_pictures_are_written_for_what_there_is(database_url, tmp_path, capsys):
    fill(database_url, street(2))
    folder = tmp_path / "pictures"
    chosen = ("--meter", "020000000002/*", "--meter", "16250476")
    assert main(["report", database_url, "--png", str(folder), "--timezone", "Europe/Berlin", *chosen]) == 0
    assert "10 pictures" in capsys.readouterr().out
    names = {file.name for file in folder.iterdir()}
    one = {f"020000000001-16250476ad320102-{key}.png" for key in ("energy", "power", "agreement", "capture")}
    other = {name.replace("0001-16250476", "0002-16250478") for name in one}
    assert names == one | other | {"all-energy.png", "all-capture.png"}
    for file in folder.iterdir():
        data = file.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 5000
