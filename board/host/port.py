"""The port on a computer: CPython, or MicroPython's unix port.

Settings are one JSON file, named by the environment's LUMBUS_HOST:

    {"serial": "/dev/ttyUSB0", "state": "folder", "identity": "020000000001",
     "lights": ["led file"], "stop": "file", "ledger": "file"}

`lights` are files to which somebody appends 8 bytes a pulse: its time on the
computer's monotonic clock in microseconds, least significant byte first.  A
file keeps its order and loses nothing while this process is busy; what is in it
at the start nobody saw.  When the file `stop` appears the application ends in
good order.  `ledger`, which may be absent, gets a line for each accepted reading: its boot and number.
`retained`, which may be absent too, is a file in the place of memory that lives through a reset.
`"console": true`: commands are read from standard input.  `radio`: a simulated radio, and the networks that it hears
(see host_radio).
`dns`, which may be absent too, is where the access point's DNS would be.
`slots`, which may be absent, is the folder with the two places for the application, as slot_store takes it.
`web`, which may be absent, is the number at which this computer alone finds the local page, 0 for any that is free.
"""

import asyncio
import io
import json
import os
import random
import select
import sys
import time

import old_names
from file_store import Files
from host_serial import SerialLine
from host_socket import Network
from listener import Listener
from retained import Retained
from text_storage import Storage

_MICROPYTHON = sys.implementation.name == "micropython"
old_names.install()


class Clock:
    """Milliseconds since the computer started; UTC is the computer's, taken as right."""

    quality = "synced"

    if _MICROPYTHON:

        def ms(self) -> int:
            return time.ticks_ms()  # pyright: ignore  # MicroPython's; 2^62 here, it does not wrap

        async def sleep_ms(self, ms: int) -> None:
            await asyncio.sleep_ms(ms)  # pyright: ignore  # MicroPython's

    else:

        def ms(self) -> int:
            return time.monotonic_ns() // 1000000

        async def sleep_ms(self, ms: int) -> None:
            await asyncio.sleep(ms / 1000)

    def utc_ms(self):
        return time.time_ns() // 1000000


class PulseFile:
    """Pulses that somebody appends to a file; see above."""

    def __init__(self, path: str):
        self._file = _open_unbuffered(path, "rb")
        self._file.seek(os.stat(path)[6] & ~7)
        self._buf = bytearray(512)
        self._held = 0
        self._count = 0

    def update(self, history) -> None:
        view = memoryview(self._buf)
        while True:
            got = self._file.readinto(view[self._held :])
            if not got:
                return
            held = self._held + got
            for at in range(0, held - 7, 8):
                self._count += 1
                history.add(int.from_bytes(view[at : at + 8], "little") // 1000, self._count)
            self._held = held % 8
            view[: self._held] = view[held - self._held : held]

    def may_have_lost(self) -> bool:
        return False


def _open_unbuffered(path: str, mode: str) -> io.FileIO:
    # MicroPython's files have no buffer, and no such argument.
    return open(path, mode) if _MICROPYTHON else open(path, mode, buffering=0)  # pyright: ignore


class RetainedFile:
    """Memory that lives through a reset: a file, which whoever cuts the power removes."""

    def __init__(self, path: str):
        self._path = path

    def __call__(self, data=None):
        if data is not None:
            with open(self._path + ".new", "wb") as f:
                f.write(data)
            os.rename(self._path + ".new", self._path)
            return b""
        try:
            with open(self._path, "rb") as f:
                return f.read()
        except OSError:
            return b""


class Watchdog:
    """A computer resets nobody; the count shows that it was fed."""

    def __init__(self):
        self.fed = 0

    def feed(self) -> None:
        self.fed += 1


class Port:
    """See the module; `settings` is the JSON object."""

    name = "host-" + sys.implementation.name

    def __init__(self, settings: dict):
        self._settings = settings
        self.clock = Clock()
        if "radio" in settings:
            # A simulation takes no memory where there is none.
            from host_radio import Radio

            self.radio = Radio(settings["radio"], self.clock)
        self.network = Network(getattr(self, "radio", None))
        if settings.get("console"):
            self._keys = select.poll()
            self._keys.register(sys.stdin, select.POLLIN)
            self.read_console = self._read_console
        self.storage = Storage(settings["state"])
        self.watchdog = Watchdog()
        if "retained" in settings:
            self.retained = Retained(RetainedFile(settings["retained"]))
        self.accepted = None
        if "ledger" in settings:
            self._ledger = _open_unbuffered(settings["ledger"], "ab")
            self.accepted = self._note

    def _note(self, reading) -> None:
        self._ledger.write(b"%d %d\n" % (reading.boot, reading.seq))

    def serial(self, baud: int, parity: str = "even") -> SerialLine:
        return SerialLine(self._settings["serial"], baud, parity)

    def pulses(self, number: int, qualify) -> PulseFile:
        # What the file says are pulses already: there is nothing to qualify.
        lights = self._settings["lights"]
        if number >= len(lights):
            raise ValueError("there is no light %d; this port has %d" % (number, len(lights)))
        return PulseFile(lights[number])

    def folder(self, name: str) -> Files:
        """A folder for the journal; it is made when it is not there."""
        return Files(self._settings["state"] + "/" + name, True)

    def tls(self, ca, server_name: str, cert=None, key=None):
        """For network.open(); see tls_client. Who asks for no TLS does not load it."""
        from host_tls import HostTls

        return HostTls(ca, server_name, cert, key)

    def listen(self) -> Listener | None:
        """For the local page, on the loopback device; None where the settings have no `web`.  OSError."""
        number = self._settings.get("web")
        return None if number is None else Listener("127.0.0.1", number, lambda: ("127.0.0.1", "localhost"))

    def listen_udp(self, number: int):
        """Where the settings say instead of `number`, which a computer keeps for itself; None where they do not."""
        mine = self._settings.get("dns")
        if mine is None:
            return None
        from questions import Questions

        return Questions("127.0.0.1", mine)

    def slots(self):
        """For an update, below the folder `slots` of the settings ("" is the root); None where there is none."""
        root = self._settings.get("slots")
        if root is None:
            return None
        from slot_store import SlotStore

        return SlotStore(root)

    def light_count(self) -> int:
        return len(self._settings["lights"])

    def random_bytes(self, count: int) -> bytes:
        """Nobody can guess them."""
        return os.urandom(count)

    def identity(self) -> str:
        return self._settings["identity"]

    def random_below(self, limit: int) -> int:
        return random.randrange(limit)

    def console(self, line: str) -> None:
        print(line)
        if not _MICROPYTHON:
            sys.stdout.flush()

    def _read_console(self) -> bytes:
        """What is there now; never waits."""
        typed = b""
        while self._keys.poll(0):
            more = sys.stdin.buffer.read(1) if _MICROPYTHON else os.read(0, 64)
            if not more:
                # Nobody can type any more.
                self._keys.unregister(sys.stdin)
                break
            typed += more
        return typed

    def is_over(self) -> bool:
        try:
            os.stat(self._settings["stop"])
        except OSError:
            return False
        return True

    def reset(self) -> None:
        sys.exit(1)

    def end(self, code: int) -> None:
        """The application has ended with this exit code."""
        sys.exit(code)


def port() -> Port:
    with open(os.getenv("LUMBUS_HOST") or "host.json") as f:
        return Port(json.load(f))
