"""The views against values worked out by hand, the same from both databases."""

import random
import time
from decimal import Decimal

import pytest
from collecting import GATEWAY, METER, T0, collect, of_gateway, of_meter, reading
from collecting import Raw as R
from docpages import DOCS, blocks
from pgstage import database_url, empty_url

from lumbus.collect.database import open_database

__all__ = ["database_url"]
HOUR = 3600


def _ask(url: str, statement: str, *values) -> list[tuple]:
    database = open_database(url)
    try:
        return list(database.execute(statement, values))
    finally:
        database.close()


def _hours(url: str, meter: str = METER) -> list[tuple]:
    """(hour since T0, import, export, measured) of each."""
    database = open_database(url)
    rows = database.execute(
        f"SELECT {database.seconds('hour')}, import_kwh, export_kwh, measured FROM energy_hourly "
        "WHERE gateway = ? AND meter = ? ORDER BY hour",
        (GATEWAY, meter),
    )
    found = [((int(hour) - T0) / HOUR, i, e, bool(measured)) for hour, i, e, measured in rows]
    database.close()
    return found


def _series(*points, **more) -> list:
    """Readings (seconds since T0, import, export)."""
    return [
        reading(seq, T0 + at, R(i), None if e is None else R(e), **more) for seq, (at, i, e) in enumerate(points, 1)
    ]


def test_energy_flows_to_the_hour_in_which_it_flowed(database_url):
    # 10:50 to 11:10 is half before the border; export has another share.
    collect(database_url, _series((3000, "100.00", "1.00"), (4200, "100.40", "1.10"), (7800, "101.00", "1.10")))
    # 4200 to 7800: 3000 of 3600 s are before 7200, so 0.5 of 0.6 kWh.
    assert _hours(database_url) == [
        (0, Decimal("0.2"), Decimal("0.05"), True),
        (1, Decimal("0.7"), Decimal("0.05"), True),
        (2, Decimal("0.1"), Decimal("0"), True),
    ]


def test_a_reading_on_the_border_ends_one_hour_and_begins_the_next(database_url):
    collect(database_url, _series((0, "1.00", None), (1800, "1.50", None), (3600, "2.00", None), (7199, "2.25", None)))
    assert _hours(database_url) == [(0, Decimal("1"), None, True), (1, Decimal("0.25"), None, True)]


def test_what_flowed_in_a_gap_is_spread_over_it_and_nothing_is_lost(database_url):
    # Over three whole hours; 1 kWh does not divide by the seconds.
    collect(database_url, _series((3500, "10.00", None), (14500, "11.00", None), (14600, "11.01", None)))
    hours = _hours(database_url)
    assert [(hour, measured) for hour, _, _, measured in hours] == [
        (0, True),
        (1, False),
        (2, False),
        (3, False),
        (4, True),
    ]
    # 1 000 000 mWh * 100 / 11000, cut off; then 3700, 7300 and 10900 of 11000 s.
    assert [i for _, i, _, _ in hours] == [
        Decimal("0.00909"),
        Decimal("0.327273"),
        Decimal("0.327273"),
        Decimal("0.327273"),
        Decimal("0.019091"),
    ]
    assert sum(i for _, i, _, _ in hours) == Decimal("1.01")


def test_the_wrap_counts_on(database_url):
    collect(
        database_url,
        _series((600, "99999.90", None), (1200, "99999.95", None), (1800, "0.05", None), (4500, "0.20", None)),
    )
    # 1800 of 2700 s before the border: 0.1 of 0.15.
    assert _hours(database_url) == [(0, Decimal("0.25"), None, True), (1, Decimal("0.05"), None, True)]


def test_the_wrap_between_two_hours(database_url):
    collect(database_url, _series((3000, "99999.00", None), (4200, "1.00", None)))
    assert _hours(database_url) == [(0, Decimal("1"), None, True), (1, Decimal("1"), None, True)]


def test_a_register_that_fell_is_never_negative(database_url):
    points = ((600, "500.00", None), (1200, "500.50", None), (1800, "0.10", None), (2400, "0.40", None))
    collect(database_url, _series(*points, (9000, "0.50", None)))
    hours = _hours(database_url)
    # 0.5 before the fall and 0.3 behind it, and 1200 of 6600 s of the last 0.1.
    assert [i for _, i, _, _ in hours] == [Decimal("0.818181"), Decimal("0.054546"), Decimal("0.027273")]


def test_a_meter_that_was_reset_late_in_its_life_did_not_wrap(database_url):
    collect(database_url, _series((600, "98000.00", None), (1200, "98000.50", None), (1800, "0.10", None)))
    assert [i for _, i, _, _ in _hours(database_url)] == [Decimal("0.5")]


def test_a_register_that_fell_in_a_gap(database_url):
    collect(
        database_url, _series((600, "500.00", None), (1200, "500.50", None), (9000, "0.10", None), (9600, "0.2", None))
    )
    assert [i for _, i, _, _ in _hours(database_url)] == [Decimal("0.5"), Decimal("0"), Decimal("0.1")]


def test_another_meter_begins_its_own_hours(database_url):
    other = "16250499ad320102"
    collect(database_url, _series((600, "500.00", None), (1200, "500.50", None)))
    collect(
        database_url,
        [
            reading(11, T0 + 1800, R("0.00"), meter=other),
            reading(12, T0 + 2400, R("0.25"), meter=other),
        ],
    )
    assert [i for _, i, _, _ in _hours(database_url)] == [Decimal("0.5")]
    assert [i for _, i, _, _ in _hours(database_url, other)] == [Decimal("0.25")]


def test_a_reading_without_its_register_is_passed_over(database_url):
    missing = reading(2, T0 + 1200, None, R("7.00"), flags=["register_missing"])
    collect(
        database_url, [reading(1, T0 + 600, R("1.00"), R("7.00")), missing, reading(3, T0 + 1800, R("1.30"), R("7.1"))]
    )
    assert _hours(database_url) == [(0, Decimal("0.3"), Decimal("0.1"), True)]


def test_readings_without_a_time_are_nobodys_hour(database_url):
    collect(database_url, [reading(1, None, R("1.00")), reading(2, None, R("2.00"))])
    assert _hours(database_url) == []


def test_a_gap_is_longer_than_the_meter_usually_waits(database_url):
    steps = [60, 20, 100, 60, 240, 60, 60, 20, 100, 60, 60, 900, 60, 60, 100, 20, 60, 60, 60, 60]
    at, deliveries = 0, [reading(1, T0)]
    for seq, step in enumerate(steps, 2):
        at += step
        deliveries.append(reading(seq, R(f"{T0 + at}.250")))
    collect(database_url, deliveries)
    database = open_database(database_url)
    seconds = database.seconds
    rows = database.execute(
        f"SELECT {seconds('from_ts')}, {seconds('to_ts')}, seconds, usual_seconds FROM gaps WHERE meter = ?", (METER,)
    )
    # Of 20 intervals the 18th is 100: 240 is no gap, 900 is.
    assert list(rows) == [
        (Decimal(T0 + 840) + Decimal("0.25"), Decimal(T0 + 1740) + Decimal("0.25"), 900, 100),
    ]
    database.close()


def test_what_a_meter_says_now(database_url):
    check = (
        b'{"verdict":"agree","since_uptime_s":5.5,"since_ts":1795392005.5,"pulses_lost":[3,12],"pulses_gained":[0,0]'
    )
    collect(
        database_url,
        [
            of_meter("check", check + b',"capture_day":[0.998000,1.000000],"pulses_day":4711}'),
            of_meter("availability", b'{"state":"online"}'),
        ],
    )
    collect(
        database_url,
        [
            reading(2, T0 + 120, R("2.00"), power_w=R("12.50"), verdict="agree"),
            reading(1, T0 + 60, R("1.00"), power_w=99, verdict="learning"),
        ],
    )
    collect(database_url, [of_meter("check", b'{"verdict":"no_meter","since_uptime_s":300.0,"since_ts":null}')])
    rows = _ask(
        database_url,
        "SELECT state, verdict, capture_low, capture_high, pulses_day, boot, seq, energy_import_kwh, power_w "
        "FROM meter_now",
    )
    expected = ("online", "no_meter", Decimal("0.998"), 1, 4711, 1, 2, 2, Decimal("12.5"))
    assert rows == [expected]


def test_a_meter_that_never_knew_the_time_is_there_all_the_same(database_url):
    collect(database_url, [reading(7, None, R("1.00")), reading(8, None, R("2.00"))])
    assert _ask(database_url, "SELECT seq, energy_import_kwh FROM meter_now") == [(8, 2)]


def test_gateways_not_heard_of(database_url):
    def status(gateway, **said):
        return of_gateway("status", {"state": "online", "boot": 1, "uptime_s": 5, **said}, gateway)

    now = time.time()
    collect(database_url, [status("here")], clock=lambda: now)
    collect(database_url, [status("gone")], clock=lambda: now - 7200)
    collect(database_url, [status("left"), of_gateway("status", {"state": "offline"}, "left")], clock=lambda: now)
    old = of_gateway("status", {"state": "online", "ts": now - 9000}, "kept", retained=True)
    collect(database_url, [old], clock=lambda: now)
    rows = dict(_ask(database_url, "SELECT gateway, silent_s FROM silent_gateways"))
    assert set(rows) == {"gone", "left", "kept"}
    assert 7200 <= rows["gone"] < 7300 and 9000 <= rows["kept"] < 9100 and rows["left"] < 100


def _life(seed: int):
    """Two meters over some days, with gaps, a wrap, a reset and readings that come late."""
    chance = random.Random(seed)
    deliveries = []
    for number in range(2):
        meter = f"1625047{number}ad320102"
        energy, at = 99_999_000 if number else 5_000_000, 0
        for seq in range(1, 300):
            at += 7_200_000 if seq % 90 == 0 else chance.choice((55_000, 60_000, 65_123, 60_000, 60_000, 140_000))
            energy = (energy + chance.randrange(0, 90) * 10) % 100_000_000
            if seq == 200 and not number:
                energy = 20
            ts = R(f"{T0 + at // 1000}.{at % 1000:03d}")
            value = R(f"{energy // 1000}.{energy % 1000 // 10:02d}")
            deliveries.append(reading(seq + 1000 * number, ts, value, R("3.00"), meter=meter))
    chance.shuffle(deliveries)
    return deliveries


@pytest.mark.parametrize("seed", (1, 2))
def test_both_databases_answer_alike(tmp_path, seed):
    answers = []
    for url in (f"sqlite:{tmp_path / 'lumbus.db'}", empty_url()):
        collect(url, _life(seed))
        database = open_database(url)
        s = database.seconds
        answers.append(
            [
                list(database.execute(statement))
                for statement in (
                    f"SELECT meter, {s('hour')}, import_kwh, export_kwh FROM energy_hourly ORDER BY 1, 2",
                    f"SELECT meter, {s('from_ts')}, {s('to_ts')}, seconds, usual_seconds FROM gaps ORDER BY 1, 2",
                    f"SELECT meter, {s('ts')}, energy_import_kwh FROM meter_now ORDER BY 1",
                )
            ]
        )
        database.close()
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > 20 and answers[0][1]
    assert all(row[2] >= 0 for row in answers[0][0])


def test_hours_add_up_to_what_the_registers_moved(database_url):
    collect(database_url, [d for d in _life(3) if b"/1625" not in d.payload])
    (total,) = _ask(database_url, "SELECT sum(import_mwh) FROM energy_hourly WHERE meter = '16250471ad320102'")[0]
    ends = _ask(
        database_url,
        "SELECT energy_import_kwh FROM readings WHERE meter = '16250471ad320102' AND seq IN (1001, 1299) ORDER BY seq",
    )
    assert total == (ends[1][0] - ends[0][0] + 100_000) * 1_000_000


def test_the_questions_of_the_page(database_url):
    now = time.time()
    yesterday = int(now) // 86_400 * 86_400 - 86_400
    # Each 5 min, but for an hour in the afternoon; 0.06 kWh between two readings.
    at = [yesterday + 300 * n for n in range(288 + 1) if not 179 < n < 193]
    deliveries = [
        reading(seq, ts, R(f"{100 + (ts - yesterday) // 300 * 0.06:.2f}"), R("0.00"), verdict="pulses_missing")
        for seq, ts in enumerate(at, 1)
    ]
    deliveries.append(of_gateway("event", {"kind": "pulses_missing", "boot": 1, "event": 1, "open": True}))
    deliveries.append(of_gateway("status", {"state": "offline"}))
    deliveries.append(of_meter("reading", b"no JSON"))
    collect(database_url, deliveries, clock=lambda: now)
    database = open_database(database_url)
    kind, asked = database.dialect, []
    for text in [text for language, text in blocks((DOCS / "collect.md").read_text()) if language == "sql"]:
        if ("strftime" in text and kind != "sqlite") or ("date_trunc" in text and kind != "postgresql"):
            continue
        asked += [list(database.execute(statement)) for statement in text.split(";") if statement.strip()]
    database.close()
    assert [len(rows) for rows in asked] == [1] * 6
    assert asked[0] == [(GATEWAY, METER, Decimal("17.28"), 24, 1)]
