"""An update that goes on: fetched while metering and publishing go on, put into the free slot, tried, seen to its end.

* What has been told is in update.json (see update_file), so it goes on after a restart.
* What interrupts it (network, broker, server, memory) is waited for, each time longer; what can never come right is
  refused, with one line.  `install` says which is which.
* How it stands is told on the retained topic `update`, and who offers it answers `want` with `cmd/chunk`.

    {"state", "release": 16 hex digits, "version", "running", "done", "total", "text"}

    fetching → checking → trial → healthy, or rolled_back; else refused, failed, off

Loaded while one goes on.  What fetches and installs is loaded for that only: while nothing comes there is room again
for others, and the local page goes before.
"""

import json

from mbus._const import const

from . import __version__
from .backoff import Backoff
from .forget import forget
from .update_file import drop, keep, read

_TELL_MS = const(2000)
_STEP_MS = const(200)
# Two such pieces, for all that goes on beside this: what metering wants at once is less than one, and a heap that
# was full once has no larger ones.
_SPARE = const(1024)
_FIRST_MS = const(5000)
_MOST_MS = const(600000)
_LOADED = const("install refused update_broker update_http")


class Changed(Exception):
    """Another update was told, or none any more."""


class Update:
    """app.update while it runs.  `order`: what update.json says."""

    def __init__(self, app, beat):
        self.app = app
        self.beat = beat
        self.order: dict = {}
        self._source = None
        # Nothing is left but that the broker takes the last word.
        self.is_over = False
        self._is_changed = False
        self._is_hurried = False
        self._told_ms = self._probe_ms = 0
        self._done = 0
        self._backoff = Backoff(_FIRST_MS, _MOST_MS, app.random_below)
        app.update = self

    def change(self) -> None:
        """What is told in update.json is another thing now."""
        self._is_changed = True

    def hurry(self) -> None:
        """Somebody is there again who serves it."""
        self._is_hurried = True
        self._backoff.reset()

    def take(self, payload: bytes) -> None:
        """From cmd/chunk."""
        if self._source is not None:
            self._source.take(payload)

    async def run(self) -> tuple:
        """Until nothing is left to do: (names of modules to be forgotten then, whether another was told meanwhile)."""
        app = self.app
        is_more = False
        while True:
            self._is_changed = self.is_over = False
            before = self.order
            self.order = read(app.port.storage, app.log) or {}
            if not self.order:
                if before:
                    self.order = before
                    self.say("off", "abandoned")
                break
            try:
                if self._is_trial():
                    from .update_trial import attend

                    await attend(self)
                    await self._until_told()
                    break
                if await self._fetch():
                    await self._until_told()
                    break
            except Changed:
                if self.is_over:
                    # It begins with all the room that there is without this one.
                    is_more = True
                    break
                app.log("update: it was told otherwise")
        names = tuple(_loaded()) + ("update_trial", "image_trial", "slots", "update_config", "update_file", "update")
        return names, is_more

    def _is_trial(self) -> bool:
        """Also where the power failed right before that was noted."""
        if self.order["state"] != "trial":
            from .update_trial import on_trial

            slot = on_trial(self.app)
            if slot is None:
                forget(("update_trial", "slots"))
                return False
            self.order.update({"state": "trial", "slot": slot, "version": __version__})
        return True

    def say(self, state: str, text=None, done: int = 0) -> None:
        """On the topic `update`."""
        order = self.order
        self._told_ms = self.app.clock.ms()
        told = {
            "state": state,
            "release": order["release"][:16],
            "version": order.get("version"),
            "running": __version__,
            "done": done,
            "total": order["size"],
            "text": text,
        }
        self.app.outbox.keep(self.app.topics.gateway("update"), json.dumps(told))

    def end(self, state: str, text=None) -> None:
        """It is over, and told so; see _until_told()."""
        self.app.log("update: %s%s" % (state, "" if text is None else ": " + text))
        self.say(state, text, self.order["size"] if state == "healthy" else 0)
        self.is_over = True

    async def _until_told(self) -> None:
        """What it ended with is forgotten once the broker has it: a start before that comes to the same end again."""
        while self.is_over:
            if not self.app.outbox.waits(self.app.topics.gateway("update")):
                drop(self.app.port.storage)
                self.order = {}
                return
            await self.rest(_STEP_MS)

    async def tick(self, ms: int) -> None:
        """A short rest; MemoryError where metering might be the next to get none."""
        now = self.app.clock.ms()
        if now >= self._probe_ms:
            self._probe_ms = now + _STEP_MS
            len((bytearray(_SPARE), bytearray(_SPARE)))
        await self.rest(ms)

    async def rest(self, ms: int) -> None:
        """Let others work for so long; Changed where this is not wanted any more."""
        clock = self.app.clock
        until = clock.ms() + ms
        while True:
            self.beat()
            if self._is_changed:
                raise Changed
            left = until - clock.ms()
            if left <= 0 or self._is_hurried:
                self._is_hurried = False
                return
            await clock.sleep_ms(min(left, _STEP_MS))

    async def _fetch(self) -> bool:
        """Whether all is done that can be; False where it was interrupted for a while."""
        await self._room()
        self._tell_progress(0, 0)
        try:
            done, text = await self._install()
        except (OSError, MemoryError) as e:
            done, text = None, str(e) or type(e).__name__
        forget(_loaded())
        if done is None:
            wait = self._backoff.next_ms()
            self.app.log("update: interrupted (%s); it goes on in %d s" % (text, wait // 1000))
            self.say("fetching", text)
            await self.rest(wait)
            return False
        if isinstance(done, str):
            self.end(done, text)
            return True
        self._try(done)
        return True

    # Each in a function of its own: a name for something in a module keeps all of it.

    async def _room(self) -> None:
        from .update_begin import room

        await room(self)

    async def _install(self):
        """[what install() gives, None], or [the state in which this ends, why]."""
        from .refused import Refused

        try:
            source, place, about, key = self._begun()
            self._source = source
            from .install import install

            try:
                return [await install(source, place, about, key, self._tell_progress, self._pause), None]
            finally:
                self._source = None
                source.close()
        except Refused as e:
            return ["refused", str(e)]
        except (Changed, OSError, MemoryError):
            raise
        except Exception as e:  # a fault of ours must not be tried for ever
            return ["failed", "%s: %s" % (type(e).__name__, e)]

    def _begun(self):
        from .update_begin import begun

        try:
            return begun(self)
        finally:
            forget(("update_begin", "update_address"))

    def _tell_progress(self, done: int, total: int) -> None:
        if done > self._done:
            # It comes again: the next interruption is a first one.
            self._done = done
            self._backoff.reset()
        is_there = total and done >= total
        if is_there or not total or self.app.clock.ms() - self._told_ms >= _TELL_MS:
            self.say("checking" if is_there else "fetching", None, done)

    async def _pause(self) -> None:
        """Between two steps of the installation."""
        await self.tick(1)

    def _try(self, done: dict) -> None:
        """All is in its place: the next start tries it."""
        app = self.app
        was_read = any(meter.reading is not None for meter in app.meters)
        self.order.update({"state": "trial", "version": done["version"], "slot": done["slot"], "was_read": was_read})
        # Of a start before, and of no trial.
        app.port.storage.remove("trial")
        if done["slot"] not in ("a", "b"):
            from .image_trial import try_image

            try_image(self)
            return
        keep(app.port.storage, self.order)
        self.say("trial", None, self.order["size"])
        app.restart("the update to %s is tried" % done["version"])


def _loaded() -> list:
    return _LOADED.split()
