"""What comes from the broker: commands.

What carries them out is loaded when it is wanted, and forgotten afterwards.
"""

from .forget import forget


class Remote:
    """`app` is the App; tick_aim() is called whenever the light was looked at, while app.aim is set."""

    def __init__(self, app):
        self._app = app

    def hear(self, topic: bytes, payload: bytes) -> None:
        app = self._app
        root = app.topics.command[:-1]
        if not topic.startswith(root):
            # Some brokers send what was not asked for.
            return
        verb = topic[len(root) :].decode()
        if verb == "poll":
            for meter in app.meters:
                meter.poll_now()
        elif verb == "aim":
            self._start_aim(payload)
        else:
            app.log("command %s: unknown; known are aim and poll" % verb)

    def _start_aim(self, payload: bytes) -> None:
        app = self._app
        try:
            # It takes room for as long as it is needed only.
            from .aim import Aim, seconds_of

            seconds = seconds_of(payload)
            if app.aim is not None:
                app.aim.end()
            app.aim = Aim(seconds, app.meters, app.clock, app.log, self._show_aim) if seconds else None
        except (ValueError, MemoryError) as e:
            app.log("command aim: %s" % e)
        if app.aim is None:
            forget(("aim",))

    def _show_aim(self, meter, text: str) -> None:
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
