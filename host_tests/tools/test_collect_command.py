"""`lumbus collect` as it is run: through mosquitto, killed and ended, and what it says to people."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest
from collecting import GATEWAY, METER, T0, Listed, Raw, collector, of_gateway, payload, reading
from mqttpublisher import Publisher
from needs import require_program
from pgstage import empty_url, fresh_url, postgres

from lumbus.cli import main
from lumbus.collect.database import open_database
from lumbus.collect.migrations import NEWEST
from lumbus.collect.screen import Screen
from lumbus.collect.source import Delivery
from lumbus.engines.mosquitto import Mosquitto

_DEADLINE_S = 60


@pytest.fixture
def broker(tmp_path):
    require_program("mosquitto")
    made = Mosquitto(tmp_path / "mosquitto")
    made.start()
    yield made
    made.stop()


@contextmanager
def _collecting(*arguments, cwd=None, **environment):
    """A process of its own; killed at the end where it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lumbus", "collect", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _count(url: str) -> int:
    database = open_database(url)
    try:
        return next(iter(database.execute("SELECT count(*) FROM readings")))[0]
    finally:
        database.close()


def _until(condition) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.05)


def _publisher(broker, first: int, count: int) -> Publisher:
    return Publisher(
        [broker.port],
        lambda n: f"lumbus/v1/{GATEWAY}/{METER}/reading",
        lambda n: payload(first + n, T0 + n, Raw(f"{n}.25")),
        count,
        window=100,
        name=f"from-{first}",
    )


def test_killed_in_the_middle_and_started_again(broker):
    url = empty_url()
    arguments = [broker.mqtt_urls[0], "--database", url, "--name", "one", "--batch", "50", "--json"]
    with _collecting(*arguments) as process:
        before = _publisher(broker, 1, 1)
        # What is published before the collector has subscribed is nobody's.
        _until(lambda: _subscribed(broker, before, url))
        flood = _publisher(broker, 1000, 1500)
        flood.start()
        _until(lambda: _count(url) > 300)
        process.kill()
        flood.finish(_DEADLINE_S)
    with _collecting(*arguments) as process:
        _until(lambda: _count(url) >= 1501)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=_DEADLINE_S)
    assert process.returncode == 0, err
    counted = json.loads(out)
    assert counted["taken"] == counted["stored"] + counted["repeated"] and counted["poisoned"] == 0
    assert _count(url) == 1501


def _subscribed(broker, publisher, url) -> bool:
    """Publishes the same reading again until it arrives."""
    again = _publisher(broker, 1, 1)
    again.start()
    again.finish(_DEADLINE_S)
    time.sleep(0.2)
    try:
        return _count(url) == 1
    except psycopg.errors.UndefinedTable:
        return False


def test_by_itself_it_stores_into_a_file_here(broker, tmp_path):
    url = f"sqlite:{tmp_path / 'lumbus.db'}"
    with _collecting(broker.mqtt_urls[0], cwd=tmp_path) as process:
        _until(lambda: (tmp_path / "lumbus.db").exists() and _stored(broker, url))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=_DEADLINE_S)
    assert process.returncode == 130
    assert out.startswith("1 readings stored, ") and "step 1: the tables" in err


def _stored(broker, url) -> bool:
    again = _publisher(broker, 1, 1)
    again.start()
    again.finish(_DEADLINE_S)
    time.sleep(0.2)
    return _count(url) == 1


def test_nobody_answers(tmp_path):
    arguments = ["mqtt://127.0.0.1:1", "--seconds", "1", "--json", "--database", str(tmp_path / "x.db")]
    with _collecting(*arguments) as process:
        out, err = process.communicate(timeout=_DEADLINE_S)
    assert process.returncode == 3
    assert json.loads(out)["waits_broker"] > 0
    assert err.count("cannot be reached") == 1


def test_the_database_does_not_answer_yet(broker):
    url = "postgresql://nobody@127.0.0.1:1/none"
    with _collecting(broker.mqtt_urls[0], "--seconds", "1", "--database", url) as process:
        _, err = process.communicate(timeout=_DEADLINE_S)
    assert process.returncode in (0, 3) and "Connection refused" in err


@pytest.mark.parametrize(
    ("arguments", "text"),
    (
        (["mqtt://me:secret@broker"], "no password in the address"),
        (["http://broker"], "http:// is not known"),
        ([], "from where? lumbus collect mqtt://broker"),
        (["mqtt://broker", "--database", "mysql://broker"], "mysql: is no database that is known"),
        (["mqtt://broker", "--database", "sqlite:"], "sqlite: needs the path"),
        (["mqtt://broker", "--name", "a b"], "--name a b"),
        (["mqtt://broker", "--database", "postgresql://me:secret@[/x"], "does not understand this URL"),
    ),
)
def test_wrong_usage(arguments, text, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["collect", *arguments]) == 2
    out, err = capsys.readouterr()
    assert text in err and err.count("\n") == 1 and not out and "secret" not in err


@pytest.mark.parametrize("option", (["--batch", "0"], ["--linger-ms", "x"], ["--seconds", "0"], ["--seconds", "nan"]))
def test_options_that_cannot_be_meant(option, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["collect", "mqtt://broker", *option])
    assert ended.value.code == 2 and option[0] in capsys.readouterr().err


def test_the_schema_alone(capsys, monkeypatch):
    url = fresh_url()
    monkeypatch.setenv("LUMBUS_DATABASE", url)
    assert main(["collect", "--migrate-only"]) == 0
    out = capsys.readouterr().out
    assert "done 1: the tables\n" in out and out.endswith(f"has version {NEWEST} of the schema\n")
    assert main(["collect", "--migrate-only", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 'of tomorrow')")
    assert main(["collect", "--migrate-only"]) == 1
    assert "take the newer program" in capsys.readouterr().err
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM schema_version WHERE version = 99")


def test_postgresql_wants_its_password(capsys, monkeypatch):
    server = postgres()
    monkeypatch.delenv("PGPASSWORD", raising=False)
    assert main(["collect", "--migrate-only", "--database", server.tcp_url]) == 3
    assert "no password" in capsys.readouterr().err
    monkeypatch.setenv("PGPASSWORD", server.password)
    assert main(["collect", "--migrate-only", "--database", server.tcp_url]) == 0
    out = capsys.readouterr().out
    assert server.password not in out


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_what_it_says_on_a_terminal(monkeypatch, tmp_path):
    said = _Terminal()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr("lumbus.collect.screen._LINE_S", 0)
    screen = Screen(as_json=False)
    evil = Delivery("lumbus/v1/\x1b[2J/16250476ad320102/reading", b"{}")
    source = Listed([reading(1, T0), evil, reading(1, T0), *[of_gateway("event", {}, f"g{n}") for n in range(50)]])
    made = collector(source, str(tmp_path / "x.db"), told=screen.say, most=3)
    while source.left:
        made.step()
        screen.progress(made.counters)
    made.close()
    lines = said.getvalue().splitlines()
    assert lines[0] == (
        "lumbus collect: poisoned: the topic's gateway is no name of one, on lumbus/v1/?[2J/16250476ad320102/reading"
    )
    assert lines[1].startswith("1 readings stored, 1 repeated, 0 others, 1 poisoned; ")
    # Whatever comes, so many lines and no more.
    assert len([line for line in lines if "poisoned: " in line]) == 30 and "\x1b" not in said.getvalue()
