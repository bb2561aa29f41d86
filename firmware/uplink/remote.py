"""What comes from the broker or the console: commands.

What carries them out is loaded when it is wanted, and forgotten afterwards.
"""

from mbus._const import const

from . import __version__
from .forget import forget

# Home Assistant starts for many devices at once: each waits a little, by chance.
_BIRTH_MS = const(8000)
# Answers that wait; who asks faster than they can be sent gets none.
_MOST_REPLIES = const(8)
# A line on the console.
_MOST_HELD = const(300)
_LISTEN_MS = const(50)


class Remote:
    """`app` is the App; tick_aim() is called whenever the light was looked at, while app.aim is set."""

    def __init__(self, app):
        self._app = app
        settings = app.config["mqtt"]
        self.birth = None
        if settings["discovery"]:
            self.birth = (settings["discovery_prefix"] + "/status").encode()
        # Identities of meters that were announced, None where it has to be done; not before that moment.
        self._announced = None
        self._due_ms = 0
        self._gone = []

    def hear(self, topic: bytes, payload: bytes, retained: bool) -> None:
        app = self._app
        if topic == self.birth:
            if payload == b"online":
                self.announce_again(app.random_below(_BIRTH_MS))
            return
        root = app.topics.command[:-1]
        if topic == root + b"chunk":
            if app.update is not None:
                app.update.take(payload)
            return
        if not topic.startswith(root) or len(app.publisher.replies) >= _MOST_REPLIES:
            # Some brokers send what was not asked for.
            return
        if retained:
            # It would be carried out again with each new connection.
            app.log("a retained command is not carried out: publish it without retain, and clear the topic")
            return
        self._obey(topic[len(root) :], payload, self._publish)

    def _obey(self, verb: bytes, payload: bytes, send) -> None:
        app = self._app
        from .commands import obey

        try:
            obey(app, verb.decode(), payload, send)
        except (UnicodeError, MemoryError) as e:
            app.log("command: %s" % e)
        forget(("commands", "snapshot", "update_order", "update_file", "aim" if app.aim is None else "commands"))

    def _publish(self, leaf: str, text) -> None:
        app = self._app
        app.publisher.replies.append((app.topics.gateway("reply/" + leaf), text))

    def _tell(self, leaf: str, text) -> None:
        self._app.console("lumbus reply " + (text if isinstance(text, str) else "".join(text)))

    async def listen(self, beat, read) -> None:
        """Obey lines on the console; read() gives what is there now."""
        held = b""
        while True:
            beat()
            held = (held + read()).replace(b"\r", b"\n")
            while b"\n" in held:
                line, held = held.split(b"\n", 1)
                at = line.find(b"lumbus ")
                if at >= 0:
                    words = line[at + 7 :].split(None, 1) + [b"", b""]
                    self._obey(words[0], words[1], self._tell)
            if len(held) > _MOST_HELD:
                held = b""
            await self._app.clock.sleep_ms(_LISTEN_MS)

    def announce_again(self, in_ms: int) -> None:
        self._announced = None
        self._due_ms = self._app.clock.ms() + in_ms

    def look(self) -> None:
        """Tell Home Assistant of meters, when it has not been told; to be called every few seconds."""
        app = self._app
        known = [meter.identity for meter in app.meters if meter.identity is not None]
        if self.birth is None or known == self._announced or not app.publisher.connected:
            return
        if app.clock.ms() < self._due_ms or app.update or (app.page is not None and app.page.is_busy()):
            # While somebody looks at the page, or an update goes on, there is no room for both; it can wait.
            return
        try:
            from .discovery import payloads
        except MemoryError:
            app.log("mqtt: no memory to announce the meters")
        else:
            before = self._gone + (self._announced or [])
            self._gone = [identity for identity in before if identity not in known]
            app.publisher.announce(payloads(app, __version__, self._gone))
        self._announced = known
        forget(("discovery",))

    def show_aim(self, meter, text: str) -> None:
        topics = self._app.topics
        topic = topics.meter(meter.identity, "aim") if meter.identity else topics.gateway("aim")
        self._app.publisher.live = [topic, text]

    def tick_aim(self) -> None:
        # Whatever goes wrong in it may end it, but not the counting.
        app = self._app
        aim, app.aim = app.aim, None
        if aim.tick():
            app.aim = aim
        else:
            forget(("aim",))
