"""The parts of the fleet: faults happen in their time, and it counts what it says."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from lumbus.cli import main
from lumbus.fleet.cpu import Usage
from lumbus.fleet.crowd import gateway
from lumbus.fleet.fault import Fault, parse_fault
from lumbus.fleet.ledger import LedgerWriter, entries
from lumbus.fleet.reckoning import Reckoning, accepted_of, at_share, events_of, reckon
from lumbus.fleet.result import result, wrong
from lumbus.fleet.screen import show_result, table_of
from lumbus.fleet.stage import Plan
from lumbus.fleet.stores import Store
from lumbus.fleet.strikes import Strikes

# The faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("node@15", Fault("node", 15, 10, kill=True)),
        ("leader@15+2.5", Fault("leader", 15, 2.5, kill=True)),
        ("database@1", Fault("database", 1, 1)),
        ("database=kill@1+3", Fault("database", 1, 3, kill=True)),
        ("broker@1", Fault("broker", 1, 5)),
        ("collector@1+0.5", Fault("collector", 1, 0.5, kill=True)),
        ("network=1/3@20+8", Fault("network", 20, 8, part=(1, 3))),
        ("network@20", Fault("network", 20, 10, part=(1, 3))),
        ("reboot=2/10@5", Fault("reboot", 5, 0, part=(2, 10))),
    ],
)
def test_a_fault_is_read(text, fault):
    assert parse_fault(text) == fault
    assert parse_fault(str(fault)) == fault


@pytest.mark.parametrize(
    "text", ["node", "node@", "meteor@5", "node=kill@5", "network=4/3@5", "network=0/3@5", "node@5+", "database=now@1"]
)
def test_what_is_no_fault_is_refused(text):
    with pytest.raises(ValueError):
        parse_fault(text)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--broker", "mosquitto", "--fault", "node@5"], "--broker nats starts"),
        (["--fault", "broker@5"], "--broker mosquitto starts"),
        (["--store", "sqlite", "--fault", "database@5"], "--store postgresql starts"),
        (["--fault", "node@5+60", "--seconds", "60"], "within --seconds 60"),
        (["--broker", "mqtt://user:secret@host"], "no password in the address"),
        (["--broker", "rabbit"], "must be nats, mosquitto or mqtt://"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_started(options, words, capsys):
    assert main(["fleet", *options]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "secret" not in told.replace("no password in the address", "")


class Struck:
    """A broker, a store, the devices or the collectors: says what was done to it."""

    count = 2

    def __init__(self, *strikes: str):
        self.strikes = strikes
        self.done: list[tuple] = []

    def strike(self, fault):
        if fault.kill and fault.what == "leader":
            raise LookupError("nobody leads")
        self.done.append(("begin", fault.what))
        return "it", lambda: self.done.append(("end", fault.what))

    def order(self, what, part):
        self.done.append((what, part))

    def kill(self, number, away_s):
        self.done.append((number, away_s))


def test_faults_happen_in_their_time_and_end():
    broker, store, crowds, collectors = Struck("node", "leader"), Struck("database"), Struck(), Struck()
    texts = [
        "node@0+0.1",
        "leader@0",
        "database@0.1+0.1",
        "network=1/3@0+0.2",
        "reboot@0",
        "collector@0",
        "collector@0.1",
    ]
    strikes = Strikes([parse_fault(text) for text in texts], broker, store, crowds, collectors)
    strikes.start()
    deadline = time.monotonic() + 30
    while not strikes.done and time.monotonic() < deadline:
        time.sleep(0.02)
    assert strikes.done
    assert strikes.error is None
    strikes.stop()
    assert broker.done == [("begin", "node"), ("end", "node")]
    assert store.done == [("begin", "database"), ("end", "database")]
    assert sorted(crowds.done) == [("cut", (1, 3)), ("mend", (1, 3)), ("reboot", (1, 10))]
    assert crowds.done[-1] == ("mend", (1, 3))
    assert collectors.done == [(0, 1.0), (1, 1.0)]
    assert [told.get("missed") for told in strikes.told] == [None, "nobody leads", *[None] * 5]


# The reckoning


def filled(folder: Path, rows: list[tuple], key: str = "") -> Store:
    """A database without what keeps rows from being there twice."""
    file = folder / "lumbus.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"CREATE TABLE readings (gateway, boot, seq, replayed, ts, stored_at {key})")
        connection.execute("CREATE TABLE events (gateway, boot, event)")
        connection.execute("CREATE TABLE poisoned (topic)")
        connection.executemany("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)", rows)
    return Store(f"sqlite:{file}")


def test_what_is_accepted_and_not_stored_is_lost_and_what_is_there_twice_is_counted(tmp_path):
    one, two = gateway("f-", 1), gateway("f-", 2)
    rows = [(one, 1, 1, 0, 100, 100.5), (one, 1, 2, 1, 101, 111), (one, 1, 2, 1, 101, 112), (two, 3, 1, 0, None, 113)]
    store = filled(tmp_path, [*rows, ("another", 1, 9, 0, 1, 2)])
    accepted = {(one, 1, 1), (one, 1, 2), (two, 3, 2)}
    found = reckon(store, "f-", accepted, {(one, 1, 1)})
    assert (found.accepted, found.stored, found.lost, found.lost_first) == (3, 2, 1, [f"{two}/3/2"])
    assert (found.duplicate_rows, found.replayed, found.unasked) == (1, 2, 1)
    assert (found.events, found.events_lost) == (1, 1)
    assert (found.live_s, found.all_s) == ([0.5], [0.5, 10, 11])
    assert at_share(found.all_s, 0.5) == 10
    assert at_share(found.all_s, 0.99) == 11
    assert at_share([], 0.5) is None


COUNTERS = dict.fromkeys(
    ("dropped", "given_up", "acknowledged", "waiting", "sessions", "on", "failures", "loop_late_ms"), 0
)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, None),
        ({"lost": 1, "lost_first": ["f-00001/1/2"]}, "1 accepted readings are not in the database"),
        ({"duplicate_rows": 2}, "2 rows say what another one says"),
        ({"events": 4, "events_lost": 1}, "1 of 4 events"),
        ({"poisoned": 1}, "refused"),
        ({"accepted": 0}, "nothing was accepted"),
    ],
)
def test_what_must_not_be_is_told(found, words):
    told = result(Plan(1, 1, 1), Reckoning(**{"accepted": 5, **found}), COUNTERS, [])
    lines = wrong(told)
    assert [words in line for line in lines] == ([] if words is None else [True])


def test_a_fault_that_did_not_happen_is_no_success():
    told = result(Plan(1, 1, 1), Reckoning(accepted=1), COUNTERS, [{"fault": "node@1+1", "missed": "nobody leads"}])
    assert wrong(told) == ["node@1+1 did not happen: nobody leads"]


def test_the_ledger_gives_back_what_was_accepted(tmp_path):
    ledger = LedgerWriter(tmp_path / "ledger")
    for index in (0, 7):
        accepted = ledger.of(index)
        for seq in (1, 2):
            accepted(SimpleNamespace(boot=3, seq=seq))
    assert ledger.count == 4
    ledger.close()
    (tmp_path / "events.json").write_text('{"f-00007": {"3": 2}}')
    assert [entry[:3] for entry in entries(tmp_path / "ledger")] == [(0, 3, 1), (0, 3, 2), (7, 3, 1), (7, 3, 2)]
    assert accepted_of([tmp_path], "f-") == {(gateway("f-", i), 3, seq) for i in (0, 7) for seq in (1, 2)}
    assert events_of([tmp_path]) == {("f-00007", 3, 1), ("f-00007", 3, 2)}


def test_cpu_seconds_of_processes_that_have_ended_still_count():
    usage = Usage()
    work = "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ninput()"
    process = subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"done\n"
    usage.look({"work": [process.pid], "we": [os.getpid()]})
    process.communicate(b"\n")
    usage.look({"work": [process.pid]})
    assert usage.seconds()["work"] >= 0.3
    # We are its parent: what it took is ours too.
    assert usage.seconds()["we"] >= usage.seconds()["work"]
    assert usage.memory_mb()["work"] >= 1


def test_what_came_of_it_is_shown_in_words(capsys):
    told = {"fault": "node@5+10", "struck": "nats-2", "at_s": 5.0, "over_s": 15.9}
    whole = result(Plan(1000, 200, 60), Reckoning(accepted=12345, stored=12344, lost=1), COUNTERS, [told])
    more = {"broker": "nats", "store": "postgresql", "collectors": 2, "collector_starts": 3, "collector_failures": 0}
    usage = {"cpu_s": {"broker": 34.1}, "memory_mb": {"broker": 255}, "bytes_per_row": 380}
    show_result(whole | more | usage | {"start_s": 5.0, "run_s": 60.1, "drain_s": 7.0})
    shown = capsys.readouterr().out
    for text in ("12,345", "nats, postgresql, 2 ", "nats-2, at 5.0 s, over at 15.9 s", "broker 34.1"):
        assert text in shown


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "to come"),
        ({"struck": "nats-2", "at_s": 5.0}, "nats-2, at 5.0 s"),
        ({"missed": "nobody leads"}, "did not happen: nobody leads"),
    ],
)
def test_the_live_table_says_what_each_fault_does(told, words, capsys):
    Console().print(table_of("7 devices", {"on": 7, "accepted": 1234}, [{"fault": "node@5+10", **told}]))
    shown = capsys.readouterr().out
    for text in ("7 devices", "1,234", "node@5+10", words):
        assert text in shown
