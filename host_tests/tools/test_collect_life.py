"""A collector's life: what is killed, away or in a hurry, and that every reading is stored once all the same."""

import random
import threading
import time

import pytest
from collecting import T0, Listed, Raw, collect, collector, reading
from pgstage import database_url, empty_url, postgres

from lumbus.collect.database import open_database

__all__ = ["database_url"]
_DEADLINE_S = 60


def _readings(count: int) -> list:
    return [reading(seq, T0 + seq, Raw(f"{seq}.00")) for seq in range(1, count + 1)]


def _counts(url: str) -> tuple[int, int]:
    """(readings, poisoned)"""
    database = open_database(url)
    counts = [next(iter(database.execute(f"SELECT count(*) FROM {table}")))[0] for table in ("readings", "poisoned")]
    database.close()
    return counts[0], counts[1]


def _until(condition) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "not within the deadline"
        time.sleep(0.01)


class _Running:
    """A collector in a thread of its own."""

    def __init__(self, made):
        self.made = made
        self._thread = threading.Thread(target=made.run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self.made

    def __exit__(self, *_):
        self.made.end()
        self._thread.join(_DEADLINE_S)
        assert not self._thread.is_alive()


def test_what_was_committed_and_not_acknowledged_comes_again_and_is_dropped(database_url):
    source = Listed(_readings(30))
    source.loses_acknowledgements = True
    made = collector(source, database_url)
    made.step()
    made.close()
    assert _counts(database_url) == (30, 0) and not source.acknowledged
    # As after a crash: another one takes what was not acknowledged.
    source.again()
    source.loses_acknowledgements = False
    made = collector(source, database_url)
    made.step()
    made.close()
    assert (made.counters.stored, made.counters.repeated) == (0, 30)
    assert _counts(database_url) == (30, 0) and len(source.acknowledged) == 30 and source.closed


def test_batches_are_bounded(database_url):
    counters = collect(database_url, _readings(25), most=10).counters
    assert (counters.batches, counters.taken, counters.stored) == (3, 25, 25)


def test_a_batch_is_full_or_has_waited_long_enough():
    class Slow(Listed):
        def take(self, most, wait_s):
            return super().take(1, wait_s)

    source = Slow(_readings(5))
    made = collector(source, "sqlite::memory:", most=3, linger_s=_DEADLINE_S)
    assert made.step() == 3
    made._linger_s = 0.2
    began = time.monotonic()
    assert made.step() == 2
    assert time.monotonic() - began >= 0.2
    made.close()


def test_the_broker_away_is_waited_for(database_url):
    source = Listed(_readings(5))
    source.is_down = True
    told = []
    with _Running(collector(source, database_url, told=told.append)) as made:
        _until(lambda: made.counters.waits_broker > 1)
        source.is_down = False
        _until(lambda: len(source.acknowledged) == 5)
    assert told[0] == "the broker: it is away" and _counts(database_url) == (5, 0)


def test_postgresql_is_restarted_in_the_middle(monkeypatch):
    monkeypatch.setattr("lumbus.collect.collector._LONGEST_WAIT_S", 0.4)
    url, server = empty_url(), postgres()
    source = Listed([])
    told = []
    waiting = iter(_readings(3000))

    def more(count):
        source.left += [delivery for _, delivery in zip(range(count), waiting)]

    with _Running(collector(source, url, most=100, told=told.append)) as made:
        more(1000)
        _until(lambda: len(source.acknowledged) == 1000)
        server.kill()
        try:
            more(1000)
            _until(lambda: made.counters.waits_database > 1)
            assert len(source.acknowledged) == 1000
        finally:
            server.start()
        more(1000)
        _until(lambda: len(source.acknowledged) == 3000)
    assert _counts(url) == (3000, 0)
    assert told and all(text.startswith("the database: postgresql://") for text in told)


def test_an_end_while_the_database_is_away_acknowledges_nothing():
    url, server = empty_url(), postgres()
    source = Listed(_readings(5))
    server.stop()
    try:
        with _Running(collector(source, url)) as made:
            _until(lambda: made.counters.waits_database > 0)
    finally:
        server.start()
    assert not source.acknowledged and source.closed and _counts(url) == (0, 0)


@pytest.mark.parametrize("seed", (1, 2))
def test_two_collectors_with_the_same_messages(database_url, seed):
    chance = random.Random(seed)
    sources = []
    for _ in range(2):
        deliveries = _readings(600)
        chance.shuffle(deliveries)
        sources.append(Listed(deliveries))
    made = [collector(source, database_url, most=50) for source in sources]
    with _Running(made[0]), _Running(made[1]):
        _until(lambda: all(len(source.acknowledged) == 600 for source in sources))
    assert sum(one.counters.stored for one in made) == 600
    assert sum(one.counters.repeated for one in made) == 600
    assert _counts(database_url) == (600, 0)
