"""`lumbus collect`: from the broker into a database."""

import json
import signal
import threading
from contextlib import contextmanager

from ..contact.target import BASE, parse
from ..onboard.installed import want
from ..trouble import BAD, INTERRUPTED, OK, SILENT, USAGE, Trouble, guarded
from .collector import Collector
from .database import DatabaseDown
from .migrations import NEWEST, TooNew
from .nats_target import SCHEMES, parse_nats
from .options import database_of, name_of
from .screen import Screen
from .sources import open_source
from .store import Store, open_store


def run(options) -> int:
    return guarded("collect", lambda: _run(options))


def _run(options) -> int:
    try:
        return _migrate(options) if options.migrate_only else _collect(options)
    except ValueError as e:
        raise Trouble(str(e), USAGE) from None
    except TooNew as e:
        raise Trouble(str(e), BAD) from None
    except DatabaseDown as e:
        raise Trouble(str(e), SILENT) from None


def _migrate(options) -> int:
    store, steps = open_store(database_of(options))
    store.close()
    if options.json:
        print(json.dumps({"database": store.where, "version": NEWEST, "steps": steps}))
    else:
        for step in steps:
            print(f"done {step}")
        print(f"{store.where} has version {NEWEST} of the schema")
    return OK


def _collect(options) -> int:
    if options.source is None:
        raise ValueError("from where? lumbus collect mqtt://broker")
    url = database_of(options)
    base = _base(options.source)
    screen = Screen(options.json)
    source = open_source(options.source, name_of(options), options.group, options.ca, options.window)
    try:
        # What is wrong with its address is said before anything is waited for.
        first = _opened_once(url, screen)
    except BaseException:
        source.close()
        raise

    def store() -> Store:
        nonlocal first
        opened, first = first, None
        return opened or open_store(url)[0]

    screen.say(
        f"{name_of(options)}: from {options.source} into {first.where if first else 'the database, once it answers'}"
    )
    collector = Collector(source, store, base, options.batch, options.linger_ms / 1000, screen.say)
    with _ended_by_signals(collector) as signals, _ended_after(options.seconds, collector):
        collector.run(screen.progress)
    screen.summary(collector.counters)
    if signal.SIGINT in signals:
        return INTERRUPTED
    counters = collector.counters
    silent = not counters.batches and (counters.waits_broker or counters.waits_database)
    return SILENT if silent else OK


def _base(source: str) -> str:
    scheme, found, _ = source.partition("://")
    if found and scheme not in ("mqtt", "mqtts", *SCHEMES):
        raise ValueError(f"{scheme}:// is not known; known are mqtt://, mqtts://, nats:// and tls://")
    if scheme in SCHEMES:
        want("nats", extra="headend")
        return parse_nats(source).base or BASE
    return parse(source).path or BASE


def _opened_once(url: str, screen: Screen) -> Store | None:
    """None where it does not answer yet: it is asked again when something is to be stored."""
    try:
        store, steps = open_store(url)
    except DatabaseDown as e:
        screen.say(f"the database: {e}")
        return None
    for step in steps:
        screen.say(f"the database: step {step}")
    return store


@contextmanager
def _ended_by_signals(collector: Collector):
    """The signals that came; the second one ends at once."""
    came: list[int] = []
    wanted = (signal.SIGINT, signal.SIGTERM)

    def end(number, _frame):
        came.append(number)
        collector.end()
        signal.signal(number, before[number])

    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield came
    finally:
        for number in wanted:
            signal.signal(number, before[number])


@contextmanager
def _ended_after(seconds: float | None, collector: Collector):
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, collector.end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
