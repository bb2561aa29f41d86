"""What both databases make of batches: everything once, exactly, and nothing lost that was refused."""

import random
from decimal import Decimal

import psycopg
import pytest
from collecting import (
    GATEWAY,
    METER,
    NOW,
    T0,
    Listed,
    Raw,
    any_json,
    collect,
    collector,
    of_gateway,
    of_meter,
    payload,
    reading,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pgstage import database_url, empty_url

from lumbus.collect.batch import Batch, Seen
from lumbus.collect.database import DatabaseDown, open_database
from lumbus.collect.store import DIFFERS, Refused, Saved, open_store
from lumbus.collect.topic import Topics

__all__ = ["database_url"]


def ask(url: str, statement: str, *values) -> list[tuple]:
    database = open_database(url)
    try:
        return list(database.execute(statement, values))
    finally:
        database.close()


def test_a_reading_is_stored_to_the_digit(database_url):
    content = payload(
        23,
        Raw("1795461463.672"),
        Raw("99999.99"),
        Raw("0.00"),
        power_w=-6000,
        voltage_v=Raw("230.10"),
        pulses=303,
        energy_fused_kwh=Raw("99999.999999"),
        fused_bound_wh=Raw("0.200"),
        power_light_w=Raw("6000.001"),
        verdict="agree",
        flags=["overload", 'say "\\"\t'],
        energy_import_fused_kwh=Raw("99999.999999"),
        note="tab\tand \\N \\. end",
    )
    collect(database_url, [of_meter("reading", content)])
    database = open_database(database_url)
    (row,) = database.execute(
        f"SELECT gateway, boot, seq, meter, {database.seconds('ts')}, energy_import_kwh, energy_export_kwh, power_w, "
        "voltage_v, current_a, pulses, energy_fused_kwh, fused_bound_wh, power_light_w, verdict FROM readings"
    )
    figures = ("1795461463.672", "99999.99", "0", "-6000", "230.1")
    light = ("99999.999999", "0.2", "6000.001")
    measured = [*map(Decimal, figures), None, 303, *map(Decimal, light), "agree"]
    assert list(row) == [GATEWAY, 1, 23, METER, *measured]
    flags, more = next(iter(database.execute("SELECT flags, more FROM readings")))
    if database.dialect == "sqlite":
        assert flags == '["overload", "say \\"\\\\\\"\\t"]'.replace(", ", ",")
        assert more == '{"energy_import_fused_kwh":99999.999999,"note":"tab\\tand \\\\N \\\\. end"}'
    else:
        assert flags == ["overload", 'say "\\"\t'] and more["note"] == "tab\tand \\N \\. end"
    database.close()


def test_repeats_are_dropped(database_url):
    deliveries = [reading(seq, T0 + seq, Raw(f"{seq}.00")) for seq in range(1, 50)]
    first = collect(database_url, [*deliveries, *deliveries[:7]]).counters
    again = collect(database_url, deliveries).counters
    assert (first.stored, first.repeated, again.stored, again.repeated) == (49, 7, 0, 49)
    assert ask(database_url, "SELECT count(*) FROM readings") == [(49,)]
    assert ask(database_url, "SELECT count(*) FROM poisoned") == [(0,)]


def test_the_same_number_with_another_content_is_a_fault(database_url):
    collect(database_url, [reading(1, T0, Raw("1.00"), flags=["overload"], verdict="agree")])
    # As it comes from the journal: dated since, and late.
    journal = reading(1, T0, Raw("1.0"), flags=["overload"], verdict="agree", replayed=True, time_quality="dated")
    collect(database_url, [journal, reading(1, T0, Raw("7.00"), verdict="agree"), reading(2, T0, Raw("2.00"))])
    assert ask(database_url, "SELECT seq, energy_import_kwh FROM readings ORDER BY seq") == [(1, 1), (2, 2)]
    ((reason, content),) = ask(database_url, "SELECT reason, payload FROM poisoned")
    assert reason == DIFFERS and b'"energy_import_kwh":7.00' in content


def test_a_reading_that_was_dated_since_gets_its_date(database_url):
    collect(database_url, [reading(1, None, Raw("1.00"))])
    collect(database_url, [reading(1, T0 + 5, Raw("1.00"), replayed=True, time_quality="dated")])
    database = open_database(database_url)
    rows = list(database.execute(f"SELECT {database.seconds('ts')}, time_quality FROM readings"))
    database.close()
    assert rows == [(T0 + 5, "dated")]


def test_the_newest_of_an_event_holds(database_url):
    def event(n: int, ts, is_open=None, **more):
        said = {"kind": "pulses_missing", "meter": METER, "boot": 1, "event": n, "uptime_s": 5, "ts": ts} | more
        return of_gateway("event", said if is_open is None else said | {"open": is_open})

    windows = [{"uptime_s": 1.5, "register_kwh": 2.5, "pulses_from": 1, "pulses_to": 2}, None]
    collect(database_url, [event(1, T0, True, pulses_low=3), event(2, T0), event(3, T0 + 9, False, pulses_low=9)])
    collect(database_url, [event(1, T0 + 60, False, pulses_low=5, pulses_high=8, windows=windows)])
    # The one before comes once more, and one that should have been there before the end.
    collect(database_url, [event(1, T0, True, pulses_low=3), event(3, None, True, pulses_low=7)])
    rows = ask(database_url, "SELECT event, open, pulses_low, pulses_high FROM events ORDER BY event")
    as_flag = [(n, None if o is None else bool(o), low, high) for n, o, low, high in rows]
    assert as_flag == [(1, False, 5, 8), (2, None, None, None), (3, False, 9, None)]


def test_checks_are_kept_once_each(database_url):
    said = b'{"verdict":"%s","since_uptime_s":5.280,"since_ts":1795461461.863,"pulses_lost":[32,126]}'
    deliveries = [of_meter("check", said % verdict, retained=True) for verdict in (b"agree", b"learning", b"agree")]
    collect(database_url, deliveries)
    collect(database_url, deliveries)
    rows = ask(database_url, "SELECT verdict, pulses_lost_low, pulses_lost_high, capture_low FROM checks ORDER BY n")
    assert rows == [("agree", 32, 126, None), ("learning", 32, 126, None)]


def test_what_gateways_say_of_themselves(database_url):
    info = {"version": "0.1.0", "platform": "esp32-micropython", "board": "esp32", "other": "kept"}
    status = {"state": "online", "boot": 7, "uptime_s": 12.5, "ts": T0, "accepted": 23}
    collect(database_url, [of_gateway("info", info), of_gateway("status", status)])
    collect(database_url, [of_gateway("status", {"state": "offline"}), of_gateway("update", {"state": "trial"})])
    rows = ask(database_url, "SELECT gateway, state, boot, uptime_s, version, platform, board FROM gateways")
    assert rows == [(GATEWAY, "offline", 7, Decimal("12.5"), "0.1.0", "esp32-micropython", "esp32")]
    ((status_text, info_text, update_text),) = ask(database_url, "SELECT status, info, update_status FROM gateways")
    assert "offline" in str(status_text) and "kept" in str(info_text) and "trial" in str(update_text)


def test_a_poisoned_message_is_counted_and_its_start_kept(database_url):
    bad = of_meter("reading", b"\xff" * 10_000)
    odd = of_meter("reading", b"{}", gateway="\0\ud800")
    counters = collect(database_url, [bad, odd, reading(1, T0)]).counters
    collect(database_url, [bad])
    assert (counters.stored, counters.poisoned) == (1, 2)
    rows = ask(database_url, "SELECT size, reason, times, payload FROM poisoned ORDER BY size")
    assert [row[:3] for row in rows] == [(2, "the topic's gateway is no name of one", 1), (10_000, "no UTF-8", 2)]
    assert bytes(rows[1][3]) == b"\xff" * 4096


class _Choosy:
    """A store that refuses what has seq 13 or 77 in it, as a database would."""

    where = "here"

    def __init__(self, inner):
        self._inner = inner

    def save(self, batch: Batch) -> Saved:
        bad = [values[2] for values in batch.readings if values[2] in (13, 77)]
        if bad:
            raise Refused(f"no {bad[0]}")
        return self._inner.save(batch)

    def close(self):
        self._inner.close()


def test_what_the_database_refuses_is_found_and_poisoned(database_url):
    source = Listed([reading(seq, T0 + seq, Raw("1.00")) for seq in range(1, 101)])
    made = collector(source, database_url)
    made._open_store = lambda: _Choosy(open_store(database_url)[0])
    made.step()
    made.close()
    assert len(source.acknowledged) == 100
    assert (made.counters.stored, made.counters.poisoned) == (98, 2)
    reasons = {reason for (reason,) in ask(database_url, "SELECT reason FROM poisoned")}
    assert reasons == {"the database refuses it: no 13", "the database refuses it: no 77"}


def test_postgresql_says_what_is_the_datas_fault_and_what_is_not():
    url = empty_url()
    store, _ = open_store(url)
    batch = Batch(Topics("lumbus"), Seen(), NOW)
    batch.add(reading(1, T0))
    good = batch.readings[0]
    batch.readings[0] = (*good[:-1], '{"a":"\\u0000"}')
    with pytest.raises(Refused):
        store.save(batch)
    batch.readings[0] = good
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("ALTER TABLE poisoned RENAME TO away")
    batch.poison(reading(2), "for a reason")
    with pytest.raises(DatabaseDown):
        store.save(batch)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("ALTER TABLE away RENAME TO poisoned")
    assert store.save(batch) == Saved(1, 0, 1)
    store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.text(max_size=6), any_json, max_size=6), st.lists(st.text(), max_size=3))
def test_both_take_whatever_the_parser_lets_through(more, flags):
    batch = Batch(Topics("lumbus"), Seen(), NOW)
    number = random.getrandbits(40)
    batch.add(reading(number, T0, Raw("1.00"), flags=flags, **{f"_{key}": value for key, value in more.items()}))
    batch.add(of_gateway("status", {"state": "online", "more": more}))
    batch.add(of_gateway("update", {"more": more}))
    batch.add(of_gateway("event", {"kind": "away", "boot": 1, "event": number, "text": "".join(flags), "more": more}))
    for store in _kept_stores():
        store.save(batch)


_opened: list = []


def _kept_stores():
    if not _opened:
        _opened.extend((open_store(empty_url())[0], open_store("sqlite::memory:")[0]))
    return _opened
