"""Puts the application together: the only file that knows all the parts.

It is needed once; the start forgets it.  So no function made here may stay, in which all of it would.
"""

from mbus.master import Master

from .app import App
from .backlog import Backlog
from .journal_recover import open_journal
from .log import Log
from .meter import Meter
from .outbox import Outbox
from .poller import Poller
from .publisher import Publisher
from .reading_record import Records
from .stamp import Stamp
from .starts import begin, formatted
from .status import Status
from .supervisor import Supervisor
from .topics import Topics

_KIB = 1024
_UPDATE_MS = 60000


def build(port, boot: int, config: dict, info: str, line, equipment: list, tls) -> App:
    """The App, ready to run, for this start's number; the rest as start.prepare() gives it."""
    clock = port.clock
    log = Log(clock, port.console)
    settings = config["mqtt"]
    stamp = Stamp(boot)
    topics = Topics(settings["base"], config["gateway"] or port.identity())
    supervisor = Supervisor(clock, log, port.watchdog, port.random_below)
    outbox = _outbox(port, log, topics, boot, config)
    master = Master(line, clock)
    # Where there is none, the flash alone keeps a meter's state.
    retained = getattr(port, "retained", None)
    meters = [
        Meter(own, profile, master, clock, log, outbox, topics, light, stamp, port.storage, retained)
        for own, (profile, light) in zip(config["meters"], equipment)
    ]
    status = Status(clock, boot, outbox, master, log)
    status.parts["journal"] = outbox.backlog.journal.counters
    status.parts["task_failures"] = supervisor.failures
    publisher = Publisher(port.network, clock, log, settings, topics, outbox, status, port.random_below, tls)
    publisher.subscriptions.append(topics.command)
    publisher.info = info
    lights = [light for _, light in equipment if light is not None]
    app = App(port, log, config, topics, stamp, lights, meters, outbox, status, supervisor, publisher)
    _add_front(port, app)
    app.starts = begin(port, log, config["safe_boots"])
    app.add_tasks(Poller(meters, clock, master), _others(port, app))
    if not app.starts["safe"] and _was_told(port.storage):
        # One that was told before goes on, or is to be seen to its end.
        supervisor.add("update", app.keep_updating, _UPDATE_MS)
    lost = formatted(port.storage)
    if lost is not None:
        app.note("filesystem_formatted", lost)
    return app


def _was_told(storage) -> bool:
    try:
        return storage.read("update.json") is not None
    except (OSError, ValueError):
        return False


def _add_front(port, app) -> None:
    button = getattr(port, "button", None)
    if app.lamp is not None or button is not None:
        from .front import Front

        app.front = Front(app, port, app.lamp, button)


def _others(port, app) -> list:
    """What only some boards need: a radio to be kept up, a clock to be set."""
    others = []
    parts = app.status.parts
    config = app.config
    radio = getattr(port, "radio", None)
    if radio is not None and config["wifi"]:
        from .wifi import Wifi

        wifi = Wifi(radio, port.clock, app.log, config["wifi"], port.random_below, app.no_wifi)
        parts["wifi"] = wifi.counters
        others.append(("wifi", wifi.run))
    if hasattr(port.clock, "set_utc_ms"):
        from .timekeeper import Timekeeper

        keeper = Timekeeper(port.network, port.clock, app.log, config["ntp"], port.random_below, app.clock_stepped)
        parts["time"] = keeper.counters
        others.append(("time", keeper.run))
    if hasattr(port, "listen"):
        from .page import page_of

        # Nobody listens where nobody may come in.
        others += page_of(port, app)
    return others


def _outbox(port, log, topics, boot: int, config: dict) -> Outbox:
    try:
        journal = open_journal(port.folder, log, config["journal_kb"] * _KIB)
    except OSError as e:
        from .nojournal import NoJournal

        log("journal: the flash cannot be used (%s); what waits is lost with the power" % e)
        journal = NoJournal()
    per_s = config["mqtt"]["replay_per_s"]
    backlog = Backlog(journal, Records(), port.clock, log, topics, port.storage, boot, per_s)
    return Outbox(port.clock, log, backlog, config["mqtt"]["queue_bytes"], getattr(port, "accepted", None))
