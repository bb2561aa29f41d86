"""The reckoning of docs/capacity.md: its formulae by hand, and the page against them; what brokers cost is measured."""

import dataclasses
import re
from pathlib import Path

import pytest
from docpages import DOCS, rows, section
from needs import require_program

from lumbus.engines import cost
from lumbus.engines.mosquitto import Mosquitto
from lumbus.report import capacity
from lumbus.report.capacity import MEASURED, Measured, first_to_give_out, need, number

TEXT = (DOCS / "capacity.md").read_text()
PLAIN = Measured(
    reading=400, status=900, nats_cpu_us=100, nats_out_cpu_us=100, nats_disk=1000, nats_per_s=1000,
    nats_status_cpu_us=300, nats_status_out_cpu_us=300, nats_status_disk=2000, nats_statuses_per_s=500,
    nats_connection=50_000, nats_connects_per_s=100, mosquitto_cpu_us=10, mosquitto_out_cpu_us=10,
    mosquitto_connection=5000, collector_per_cpu_s=10_000, postgres_cpu_us=20, postgres_disk=100, postgres_wal=200,
    postgres_per_s=2000,
)  # fmt: skip


def test_the_formulae():
    found = need("x", 100_000, 100, 1000, PLAIN)
    assert (found.readings_per_s, found.statuses_per_s, found.wire_per_s) == (1000, 100, 490_000)
    # Coming in and going out: 2 of 1000 and 2 of 500, and half of each is used.
    assert found.nats_clusters == 5 and found.nats_cores == pytest.approx(0.26)
    assert found.nats_memory == 5 * 10**9 and found.reconnect_s == 1000
    assert found.nats_day_away == 86_400 * (1000 * 1000 + 100 * 2000)
    assert found.mosquitto_share == pytest.approx(2.2) and found.mosquitto_memory == 5 * 10**8
    assert (found.collectors, found.databases, found.database_cores) == (1, 1, 0.02)
    assert found.disk_per_year == 365 * 86_400 * 1000 * 100 and found.wal_per_day == 86_400 * 1000 * 200
    assert need("x", 100_001, 50, 1000, PLAIN).databases == 3


def test_what_gives_out_first_is_the_least():
    found = dict(first_to_give_out(100, 1000, 10**9, 10**12, PLAIN))
    assert list(found.values()) == sorted(found.values()) and len(found) == 7
    assert found["connections in the memory of three NATS nodes"] == 60_000
    assert found["connections in mosquitto's memory"] == 200_000
    # Half of 2000 rows a second, one in 100 s from each.
    assert found["rows into one PostgreSQL"] == 100_000
    assert found["a year of readings on the database's disk"] == 10**12 * 100 // (365 * 86_400 * 100)


def test_the_page_is_what_is_reckoned():
    assert capacity.table() in TEXT and capacity.order(900, 3600) in TEXT
    told = [row[1].replace(" ", "") for row in rows(section(TEXT, "Measured"))]
    for field in dataclasses.fields(MEASURED):
        assert number(getattr(MEASURED, field.name)).replace(" ", "") in told, field.name


def test_the_words_have_the_figures():
    told = {int(clusters) for clusters in re.findall(r"(\d+) clusters instead of 2", TEXT)}
    assert told == {need("", 1_000_000, 900, 30).nats_clusters} and need("", 1_000_000, 900, 3600).nats_clusters == 2
    million, ten = need("", 1_000_000, 900, 3600), need("", 10_000_000, 60, 3600)
    assert f"are {ten.nats_clusters} times what half of one cluster bore here, {ten.databases} databases" in TEXT
    assert f"{capacity.size(million.disk_per_year)} a year for a million meters" in TEXT
    assert f"{million.nats_memory / 3 / 1e9:.0f} GB a node" in TEXT
    assert f"make {capacity.duration(million.reconnect_s).replace('min', 'minutes')} for a million" in TEXT
    assert (
        f"{MEASURED.nats_connection // 1000} kB each" in TEXT and f"the {MEASURED.nats_connects_per_s} a second" in TEXT
    )


def test_numbers_are_told_shortly():
    assert [number(each) for each in (0, 0.001, 0.5, 4, 1234567)] == ["0", "< 0.01", "0.5", "4", "1 234 567"]
    assert [capacity.size(each) for each in (990, 1_450_000, 1.94e15)] == ["990 B", "1.4 MB", "1.9 PB"]
    assert [capacity.duration(each) for each in (1, 90, 3600, 172_800)] == ["1 s", "1.5 min", "1 h", "2 d"]


def test_the_program(capsys):
    assert capacity.main(["1000", "900", "3600"]) == 0
    assert "| readings a second | 1.1 |" in capsys.readouterr().out
    assert capacity.main(["1000", "x", "0"]) == 2
    assert "usage: " in capsys.readouterr().err


def test_what_a_broker_costs_is_measured(tmp_path: Path, monkeypatch):
    require_program("mosquitto")
    # Nobody needs the figures here.
    monkeypatch.setattr(cost, "_REST_S", 0.3)
    broker = Mosquitto(tmp_path / "mosquitto")
    broker.start()
    try:
        found = cost.cost(broker.mqtt_urls, broker.mqtt_urls[0], tmp_path / "mosquitto", 6000, 200)
    finally:
        broker.stop()
    assert found["connections"]["connection"] > 0 and found["connections"]["connects_per_s"] > 10
    # The system counts CPU by hundredths of a second.
    assert 0 < found["readings"]["cpu_us"] < 5000 and 0 <= found["statuses"]["cpu_us"] < 5000
    assert all(found[kind]["per_s"] > 50 for kind in ("readings", "statuses"))
