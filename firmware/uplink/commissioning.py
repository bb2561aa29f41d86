"""Behind a set-up: the access point stays until all is well, so that whoever set it up sees it come to that.

Well is a reading that agrees and a broker that is connected; then it goes after a minute, and after half an hour in
any case.  A set-up that did not come so far opens it again at the next start.  Over it nobody need log in; on the
local network all is as ever.
"""

from mbus._const import const

from .access import Access

_MOST_MS = const(1800000)
_AFTER_MS = const(60000)
_TICK_MS = const(200)


class Commissioning:
    """`door` is the page's; has_page: whether it stays behind this."""

    def __init__(self, port, app, door, has_page: bool):
        self._port = port
        self._app = app
        self._door = door
        self._has_page = has_page
        self._until_ms = port.clock.ms() + _MOST_MS
        self._is_well = False

    async def run(self, beat) -> None:
        port = self._port
        door = self._door
        access = None
        door.commissioning = True
        try:
            if getattr(port, "radio", None) is not None:
                try:
                    access = Access(port, port.console, door.listener.where)
                    door.guest = access.is_guest
                except OSError as e:
                    self._app.log("access point: it cannot be opened (%s)" % e)
            while not self._is_over():
                beat()
                if access is not None:
                    access.look()
                await port.clock.sleep_ms(_TICK_MS)
        finally:
            door.commissioning = False
            door.guest = None
            if access is not None:
                access.close()
        self._end()

    def _is_over(self) -> bool:
        now = self._port.clock.ms()
        app = self._app
        agrees = any(m.verdict in ("agree", "unchecked") for m in app.meters)
        if not self._is_well and agrees and app.publisher.connected:
            self._is_well = True
            self._until_ms = min(self._until_ms, now + _AFTER_MS)
            app.log("set-up: a reading agrees and the broker is connected; the access point goes in a minute")
        return now >= self._until_ms

    def _end(self) -> None:
        if self._is_well:
            try:
                self._port.storage.write("commissioning", "")
            except OSError as e:
                self._app.log("set-up: its end cannot be kept (%s)" % e)
        self._app.log("set-up: the access point is closed")
        if not self._has_page:
            # Nobody could come in.
            self._door.close()
