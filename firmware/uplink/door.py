"""The local page's door: it listens, and has what serves the page loaded only while somebody is there.

Whoever comes while there is no room gets a short answer, and the log a line. What must outlive the page's own code
is here: sessions, wrong passwords (see web_session), the plot of the last hours, texts of aiming, a search.
"""

import asyncio
import gc
import sys

from mbus._const import const

from .forget import forget
from .plot import Plot
from .room import free

_TICK_MS = const(50)
_QUICK_MS = const(10)
_FIRST_LOOK_MS = const(10000)
# A page that is open asks every few seconds.
_IDLE_MS = const(30000)
_MOST = const(3)
# What serving takes at the most, in bytes of a heap of 64 bits (a board's is half): measured, see docs/page.md.
_NEED = const(46000)
# One more call beside those that are carried out.
_ANOTHER = const(14000)
_ASKED = const(1024)
_FULL = const(b'HTTP/1.0 503 \r\nContent-Type: application/json\r\n\r\n{"error":"there is no memory for the page now"}')
_GONE = const("web web_http web_guard web_session web_pages web_state web_api web_setup snapshot")


class Door:
    """`app`: the App, or what stands for it in set-up mode; `listener` accepts connections that never wait.

    password: of the page, None where nobody can log in.  mode: "setup", "running" or "safe".
    `guest(peer)` tells who need not log in, None where everybody must.
    """

    def __init__(self, port, app, listener, password, mode: str, gateway: str):
        self.port = port
        self.app = app
        self.clock = port.clock
        self.listener = listener
        self.password = password
        self.mode = mode
        self.gateway = gateway
        self.commissioning = False
        self.guest: object = None
        self.sessions = []
        self.wrong = self.wait_until_ms = 0
        self.plot = Plot(app.meters, port.clock)
        self.aimed = {}
        self.search = None
        # Why the page is not there, None where it is.
        self.closed = None
        self._web = None
        # [connection, its task]
        self._serving = []
        self._used_ms = 0
        self._is_closed = False

    def is_busy(self) -> bool:
        """Whether somebody has been here lately."""
        return self._web is not None

    def close(self) -> None:
        """For good; who is being served still is."""
        self._is_closed = True
        self.listener.close()

    async def run(self, beat) -> None:
        clock = self.clock
        # Once what only the start takes is free again.
        look_ms = clock.ms() + _FIRST_LOOK_MS
        while not self._is_closed:
            beat()
            self.plot.look()
            if look_ms and clock.ms() >= look_ms:
                look_ms = 0
                if self._web is None:
                    self._look_for_room()
            # Who comes while there are as many as there may be waits outside.
            guest = self.listener.accept() if self._may_enter() else None
            if guest is not None:
                self._used_ms = clock.ms()
                await self._let_in(guest)
            elif self._web is not None and not self._serving and clock.ms() - self._used_ms >= _IDLE_MS:
                self._web = None
                _let_go()
            await clock.sleep_ms(_TICK_MS if self._web is None else _QUICK_MS)

    def _may_enter(self) -> bool:
        """Whether one more can be served without taking the memory of what runs beside it."""
        serving = len(self._serving)
        return not serving or (serving < _MOST and free() >= _ANOTHER)

    async def _let_in(self, guest) -> None:
        if self._web is None and not (self._look_for_room() and self._load()):
            _turn_away(guest)
        else:
            served = [guest, None]
            self._serving.append(served)
            served[1] = asyncio.create_task(self._serve(served))

    def _look_for_room(self) -> bool:
        room = free()
        if room >= _NEED:
            self.closed = None
        elif self.closed is None:
            self.closed = "not loaded: of %d bytes that it takes %d are free" % (_NEED, room)
            self.app.log("page: " + self.closed)
        return self.closed is None

    def _load(self) -> bool:
        try:
            from .web import Web

            self._web = Web(self)
        except MemoryError:
            self.app.log("page: no memory for it in one piece")
            _let_go()
        return self._web is not None

    async def _serve(self, served) -> None:
        guest = served[0]
        try:
            await self._web.serve(guest)  # pyright: ignore[reportOptionalMemberAccess]  # loaded while it serves
        except OSError:
            pass  # the client has gone, or is too slow
        except Exception as e:  # the last resort: whatever it is must not end the metering
            self.app.log("page: %s: %s" % (type(e).__name__, e))
        finally:
            guest.close()
            self._serving.remove(served)
            self._used_ms = self.clock.ms()


def _turn_away(guest) -> None:
    try:
        # What was asked is not left lying, or the answer would be lost with it.
        guest.read(_ASKED)
        guest.write(_FULL)
    except OSError:
        pass
    guest.close()


def _let_go() -> None:
    if hasattr(gc, "mem_free"):
        # As it is it has a part of its own.
        for name in [name for name in sys.modules if name.startswith("microdot")]:
            sys.modules.pop(name)
    forget(_GONE.split())
