"""What comes from the broker: commands.

What carries them out is loaded when it is wanted, and forgotten afterwards.
"""

from mbus._const import const

from .forget import forget

# Answers that wait; who asks faster than they can be sent gets none.
_MOST_REPLIES = const(8)


class Remote:
    """`app` is the App; tick_aim() is called whenever the light was looked at, while app.aim is set."""

    def __init__(self, app):
        self._app = app

    def hear(self, topic: bytes, payload: bytes, retained: bool) -> None:
        app = self._app
        root = app.topics.command[:-1]
        if not topic.startswith(root) or len(app.publisher.replies) >= _MOST_REPLIES:
            # Some brokers send what was not asked for.
            return
        if retained:
            # It would be carried out again with each new connection.
            app.log("a retained command is not carried out: publish it without retain, and clear the topic")
            return
        from .commands import obey

        try:
            obey(app, topic[len(root) :].decode(), payload)
        except (UnicodeError, MemoryError) as e:
            app.log("command: %s" % e)
        forget(("commands", "aim") if app.aim is None else ("commands",))

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
