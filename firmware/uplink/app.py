"""The application: its loops, over the parts that wiring.py has put together.

Everything that must go on whatever fails is a supervised task of its own: the
light, the bus, the network, the publisher.
"""

from mbus._const import const

from . import __version__
from .forget import forget
from .messages import note_json
from .remote import Remote

_LIGHT_MS = const(50)
_HEAP_MS = const(5000)
# A poll at 300 baud: three requests, each with the longest frame, and a first answer thrown away.
_POLL_DEADLINE_MS = const(120000)
_DEADLINE_MS = const(30000)
# One message may pass each of its deadlines: sending, connecting, answering.
_PUBLISH_DEADLINE_MS = const(60000)
_GOODBYE_MS = const(8000)
_MINUTE_MS = const(60000)
_SAFE_MS = const(1800000)
_RETAIN_MS = const(1000)


class App:
    """The parts, as wiring.build() makes them; `port`: see board/."""

    def __init__(self, port, log, config: dict, topics, stamp, lights, meters, outbox, status, supervisor, publisher):
        self.port = port
        self._lights = lights
        self._supervisor = supervisor
        self.status = status
        self.clock = port.clock
        self.log = log
        self.config = config
        self.topics = topics
        self.stamp = stamp
        self.meters = meters
        self.outbox = outbox
        self.publisher = publisher
        # Of this start: see starts.begin().
        self.starts: dict = {"safe": False}
        self._has_lasted = False
        status.parts["starts"] = self._told_starts
        supervisor.on_late = self._note_late
        # The door of the local page, None where there is none.
        self.page = None
        # The one that fits sensors, while it is wanted; the update that goes on.
        self.aim = self.update = None
        # lamp(is_on), or None; until when it blinks for who looks for it, and the moment of a restart asked for.
        self.lamp = getattr(port, "lamp", None)
        self.blink_until_ms = 0
        # Of a board that has a lamp or a button: what looks after them.
        self.front = None
        self.restart_ms = None
        self.restart_why = ""
        self._began_ms = port.clock.ms()
        self.random_below = port.random_below
        self.platform = port.name
        self.console = port.console
        self.poller = None
        self.remote = Remote(self)
        if self.remote.birth is not None:
            publisher.subscriptions.append(self.remote.birth)
        status.parts["meters"] = self._each_meter
        publisher.on_message = self.remote.hear
        publisher.on_session = self._restate

    def add_tasks(self, poller, others) -> None:
        """others: (name, run(beat)) of what only some boards have."""
        add = self._supervisor.add
        add("light", self._look, _DEADLINE_MS)
        add("bus", poller.run, _POLL_DEADLINE_MS)
        add("heap", self._watch_heap, _DEADLINE_MS)
        self.poller = poller
        read = getattr(self.port, "read_console", None)
        if read is not None:
            add("console", lambda beat: self.remote.listen(beat, read), _DEADLINE_MS)
        if self.starts["safe"]:
            self.restart_ms = self.clock.ms() + _SAFE_MS
            self.restart_why = "safe mode is over"
            self.note(
                "safe_mode", "%d starts did not last; the network is left alone for 30 min" % self.starts["quick"]
            )
            return
        add("publisher", self.publisher.run, _PUBLISH_DEADLINE_MS)
        for name, work in others:
            add(name, work, _DEADLINE_MS)

    def begin_update(self) -> None:
        """One is to go on."""
        self._supervisor.add("update", self.keep_updating, _PUBLISH_DEADLINE_MS)
        self._supervisor.start()

    async def keep_updating(self, beat) -> None:
        """A task, for as long as an update goes on."""
        from .update import Update

        names, is_more = await Update(self, beat).run()
        self.update = None
        forget(names)
        if is_more:
            self.begin_update()

    def _told_starts(self) -> dict:
        """For the status."""
        return self.starts

    def _note_late(self, names: list) -> None:
        from .starts import late

        late(self.port.storage, names, self.log)
        forget(("starts",))

    def _note_lasted(self) -> None:
        from .slots import confirm
        from .starts import lasted

        self._has_lasted = True
        port = self.port
        lasted(port.storage, self.log)
        confirm(port.storage, self.log)
        # So the configuration is good enough to keep a copy of.
        second = getattr(port, "second", None)
        if second is not None:
            from .secondplace import copy

            copy(port.storage, second, self.config, self.log)
        forget(("starts", "slots", "secondplace"))

    def restart(self, text: str) -> None:
        """In good order and soon, for the reason told."""
        self.log(text)
        self.restart_ms = self.clock.ms()
        self.restart_why = text

    def no_wifi(self, text: str) -> None:
        """Wi-Fi's last resort; a board with another network goes on with that."""
        if not self.port.network.is_up():
            self.restart(text)

    def clock_stepped(self, text: str) -> None:
        self.note("clock_stepped", text)

    def note(self, kind: str, text: str) -> None:
        """An event of the gateway itself."""
        self.log("%s (%s)" % (kind, text))
        clock = self.clock
        stamp = self.stamp
        told = note_json(kind, None, stamp.boot, stamp.event(), text, clock.ms(), clock.utc_ms())
        self.outbox.put(self.topics.event, told)

    def _restate(self) -> None:
        """The broker may have forgotten what holds."""
        self.remote.announce_again(0)
        for meter in self.meters:
            meter.restate()

    def _each_meter(self) -> list:
        """For the status."""
        return [meter.counters() for meter in self.meters]

    async def _look(self, beat) -> None:
        clock = self.clock
        status = self.status
        retain_ms = 0
        while True:
            due = clock.ms() + _LIGHT_MS
            await clock.sleep_ms(_LIGHT_MS)
            status.stall_ms_max = max(status.stall_ms_max, clock.ms() - due)
            for light in self._lights:
                light.look()
            self.outbox.look()
            if due >= retain_ms:
                retain_ms = due + _RETAIN_MS
                for meter in self.meters:
                    meter.retain()
            if self.aim is not None:
                self.remote.tick_aim()
            if self.front is not None:
                self.front.look()
            beat()

    def _is_over(self) -> bool:
        return self.port.is_over() or (self.restart_ms is not None and self.clock.ms() >= self.restart_ms)

    async def _watch_heap(self, beat) -> None:
        while True:
            self.status.heap.look()
            self.outbox.backlog.look()
            self.remote.look()
            if not self._has_lasted and self.clock.ms() - self._began_ms >= self.config["safe_minutes"] * _MINUTE_MS:
                self._note_lasted()
            beat()
            await self.clock.sleep_ms(_HEAP_MS)

    async def run(self) -> None:
        """Until the port says that it is over (on a board: never)."""
        self.log("lumbus %s on %s, boot %d" % (__version__, self.port.name, self.status.boot))
        self._supervisor.start()
        await self._supervisor.run(self._is_over)
        await self._goodbye()

    async def _goodbye(self) -> None:
        """No more polls; what waits is sent while the broker takes it, and what is left goes to flash."""
        supervisor = self._supervisor
        supervisor.cancel("bus")
        self.publisher.stop()
        deadline = self.clock.ms() + _GOODBYE_MS
        await supervisor.run(lambda: supervisor.ended("publisher") or self.clock.ms() > deadline)
        outbox = self.outbox
        outbox.save()
        self.log(
            "ended: %d readings accepted, %d acknowledged, %d given up; %d messages wait"
            % (outbox.accepted, outbox.acknowledged, outbox.dropped, len(outbox))
        )
