"""The application: everything wired together over the port that it is handed.

The port (see board/) gives `clock`, `network`, `storage`, `watchdog`, the serial
line, pulse inputs, an identity and a console.  This file is the only one that
knows all the parts.
"""

from mbus._const import const
from mbus.master import Master

from . import __version__
from .boots import count_boot
from .forget import forget
from .log import Log
from .meter import Meter
from .outbox import Outbox
from .poller import Poller
from .publisher import Publisher
from .stamp import Stamp
from .status import Heap, Status, info_json
from .supervisor import Supervisor
from .topics import Topics

_LIGHT_MS = const(50)
_HEAP_MS = const(5000)
# A poll at 300 baud: three requests, each with the longest frame, and a first answer thrown away.
_POLL_DEADLINE_MS = const(120000)
_DEADLINE_MS = const(30000)
# One message may pass each of its deadlines: sending, connecting, answering.
_PUBLISH_DEADLINE_MS = const(60000)
_GOODBYE_MS = const(8000)


class App:
    """config, line, equipment: as start.prepare() gives them."""

    def __init__(self, port, config: dict, line, equipment: list):
        self._port = port
        clock = port.clock
        self.log = Log(clock, port.console)
        self.config = config
        self._lights = [light for _, light in equipment if light is not None]
        self._aim = None
        self._heap = Heap()
        self._stamp = Stamp(count_boot(port, self.log))
        self.outbox = Outbox(self.config["mqtt"]["queue_bytes"])
        gateway = self.config["gateway"] or port.identity()
        self._topics = Topics(self.config["mqtt"]["base"], gateway)
        self.supervisor = Supervisor(clock, self.log, port.watchdog, port.random_below)
        master = Master(line, clock)
        self.meters = [
            self._meter(settings, master, profile, light)
            for settings, (profile, light) in zip(self.config["meters"], equipment)
        ]
        status = Status(
            clock, self._stamp.boot, self._heap, self.outbox, master, self.meters, self.supervisor, self.log
        )
        self.publisher = self._publisher(status)
        self._add_tasks()

    def _meter(self, settings: dict, master, profile, light) -> Meter:
        return Meter(
            settings,
            profile,
            master,
            self._port.clock,
            self.log,
            self.outbox,
            self._topics,
            light,
            self._stamp,
            self._port.storage,
        )

    def _publisher(self, status) -> Publisher:
        port = self._port
        publisher = Publisher(
            port.network,
            port.clock,
            self.log,
            self.config["mqtt"],
            self._topics,
            self.outbox,
            status,
            port.random_below,
        )
        publisher.subscriptions.append(self._topics.command)
        publisher.on_message = self._command
        publisher.info = info_json(__version__, port.name, self.config)
        return publisher

    def _command(self, topic: bytes, payload: bytes) -> None:
        verb = topic.split(b"/")[-1].decode()
        if verb == "poll":
            for meter in self.meters:
                meter.poll_now()
        elif verb == "aim":
            self._start_aim(payload)
        else:
            self.log("command %s: unknown; known are aim and poll" % verb)

    def _start_aim(self, payload: bytes) -> None:
        try:
            # It takes room for as long as it is needed only.
            from .aim import Aim, seconds_of

            seconds = seconds_of(payload)
            if self._aim is not None:
                self._aim.end()
            self._aim = Aim(seconds, self.meters, self._port.clock, self.log, self._show_aim) if seconds else None
        except (ValueError, MemoryError) as e:
            self.log("command aim: %s" % e)
        if self._aim is None:
            forget(("aim",))

    def _show_aim(self, meter, text: str) -> None:
        topics = self._topics
        self.publisher.live = [topics.meter(meter.identity, "aim") if meter.identity else topics.gateway("aim"), text]

    def _tick_aim(self, aim) -> None:
        # Whatever goes wrong in it may end it, but not the counting.
        self._aim = None
        if aim.tick():
            self._aim = aim
        else:
            forget(("aim",))

    def _add_tasks(self) -> None:
        add = self.supervisor.add
        add("light", self._look, _DEADLINE_MS)
        add("bus", Poller(self.meters, self._port.clock).run, _POLL_DEADLINE_MS)
        add("network", self._port.network.run, _DEADLINE_MS)
        add("publisher", self.publisher.run, _PUBLISH_DEADLINE_MS)
        add("heap", self._watch_heap, _DEADLINE_MS)

    async def _look(self, beat) -> None:
        while True:
            for light in self._lights:
                light.look()
            if self._aim is not None:
                self._tick_aim(self._aim)
            beat()
            await self._port.clock.sleep_ms(_LIGHT_MS)

    async def _watch_heap(self, beat) -> None:
        while True:
            self._heap.look()
            beat()
            await self._port.clock.sleep_ms(_HEAP_MS)

    async def run(self) -> None:
        """Until the port says that it is over (on a board: never)."""
        self.log("lumbus %s on %s, boot %d" % (__version__, self._port.name, self._stamp.boot))
        self.supervisor.start()
        await self.supervisor.run(self._port.is_over)
        await self._goodbye()

    async def _goodbye(self) -> None:
        """No more polls; what waits is sent while the broker takes it."""
        self.supervisor.cancel("bus")
        self.publisher.stop()
        deadline = self._port.clock.ms() + _GOODBYE_MS
        await self.supervisor.run(lambda: self.supervisor.ended("publisher") or self._port.clock.ms() > deadline)
        outbox = self.outbox
        self.log(
            "ended: %d readings accepted, %d acknowledged, %d given up; %d messages were not sent"
            % (outbox.accepted, outbox.acknowledged, outbox.dropped, len(outbox))
        )
