"""A conversation with MicroPython on a board, through mpremote: its raw REPL runs what it is sent.

The application is interrupted by it.  A board's watchdog cannot be stopped once it runs, not even by the soft reset
that frees the application's memory; so it is fed with everything that is sent.  When nothing is sent any more (the
cable is pulled, this computer sleeps) it resets the board within a minute, and the application starts again by itself.
"""

import ast
import json
import struct
import time
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ..bus import check_port
from ..trouble import BAD, NO_PORT, SILENT, Trouble

_INSIDE = Path(__file__).with_name("inside.py")
# For one read of the line, and for the answer to a thing that was sent.
_READ_S = 2
_ANSWER_S = 30
_ENTER_S = 3
_ENTER_TRIES = 2
_OPEN_S = 10
_PROMPT = b">>> "
_FEED = """
import machine
def _feed():
 machine.WDT(timeout=60000).feed()
"""
_IDENTITY = """
import binascii,json,machine,os,sys
_i=sys.implementation
print(json.dumps([sys.platform,list(_i[1][:3]),getattr(_i,'_mpy',0),getattr(_i,'_machine',''),
binascii.hexlify(machine.unique_id()).decode()]))
"""


@dataclass(frozen=True)
class Identity:
    """Who answers.  mpy: the version of .mpy files that it loads, 0 where it loads none; mac: 12 hex digits."""

    platform: str
    version: tuple[int, ...]
    mpy: int
    machine: str
    mac: str

    @property
    def chip(self) -> str:
        """ESP32S3 of "Generic ESP32S3 module with ESP32S3"."""
        return self.machine.rpartition(" with ")[2]

    @property
    def micropython(self) -> str:
        return ".".join(map(str, self.version))


class Session:
    """Use as a context; leaving it by an exception resets the board, so that what was there goes on.

    Trouble: NO_PORT where the port cannot be opened or is lost, SILENT where no MicroPython answers.
    """

    def __init__(self, port: str):
        self.port = port
        check_port(port)
        self._open()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None and self._line.in_raw_repl:
            try:
                # It may have been in the middle of what it was sent.
                with self._told():
                    self._line.enter_raw_repl(soft_reset=False, timeout_overall=_ENTER_S)
                self.reset()
            except Trouble:
                pass  # What ended it has been said; the watchdog resets the board.
        self.close()

    def close(self) -> None:
        try:
            self._line.close()
        except OSError:
            pass  # It is gone already.

    def _open(self) -> None:
        from mpremote.transport_serial import SerialTransport

        with self._told():
            self._line = SerialTransport(self.port, timeout=_READ_S)
            # While nothing is mounted it is pyserial's own.
            self._serial: Any = self._line.serial
            self._serial.write_timeout = _ANSWER_S

    def enter(self) -> Identity:
        """Interrupt what runs, free its memory, and see who is there."""
        from mpremote.transport import TransportError

        for left in reversed(range(_ENTER_TRIES)):
            try:
                with self._told(pass_on=TransportError):
                    self._line.enter_raw_repl(soft_reset=True, timeout_overall=_ENTER_S)
                break
            except TransportError:
                if not left:
                    line = f"no MicroPython answers on {self.port}: is it the right port? A new board is flashed first:"
                    raise Trouble(f"{line} lumbus flash {self.port}", SILENT)
        with self._told():
            self._line.exec(_FEED)
        platform, version, mpy, machine, mac = json.loads(self.run(_IDENTITY))
        return Identity(platform, tuple(version), mpy, machine, mac)

    def load(self) -> None:
        """Send the functions of inside.py."""
        self.run(_INSIDE.read_text())

    def run(self, code: str) -> str:
        """What the code prints; Trouble for what it raises."""
        with self._told():
            self._line.exec_raw_no_follow(f"_feed()\n{code}")
            said, error = self._line.follow(_ANSWER_S)
        if error:
            last = error.decode(errors="replace").strip().splitlines()[-1]
            raise Failed(f"the board says: {last}", BAD)
        return said.decode(errors="replace").replace("\r\n", "\n")

    def call(self, function: str, *arguments) -> str:
        """Call one of inside.py's functions; what it prints."""
        return self.run(f"{function}({', '.join(map(repr, arguments))})")

    def value(self, function: str, *arguments):
        """What one of them returns."""
        return ast.literal_eval(self.run(f"print(repr({function}({', '.join(map(repr, arguments))})))"))

    def reset(self) -> None:
        """As the power button does; nothing can be run afterwards."""
        with self._told():
            self._line.exec_raw_no_follow("import machine\nmachine.reset()")
        self._line.in_raw_repl = False

    def listen(self, until, seconds: float) -> list[str]:
        """The lines on the board's console, until one of them is until(line), its prompt comes, or the time is over.

        A board with USB of its own goes away when it is reset, and comes back.
        """
        deadline = time.monotonic() + seconds
        lines, rest = [], b""
        while time.monotonic() < deadline:
            try:
                rest += self._serial.read(self._serial.in_waiting or 1)
            except OSError:
                self._come_back(deadline)
                continue
            *whole, rest = rest.split(b"\n")
            lines += [line.decode(errors="replace").strip() for line in whole]
            if rest.endswith(_PROMPT) or any(until(line) for line in lines[len(lines) - len(whole) :]):
                break
        return [line for line in lines if line]

    def _come_back(self, deadline: float) -> None:
        self.close()
        deadline = min(deadline, time.monotonic() + _OPEN_S)
        while True:
            time.sleep(0.1)
            try:
                self._open()
                return
            except Trouble:
                if time.monotonic() > deadline:
                    raise

    @contextmanager
    def _told(self, pass_on: type[Exception] | tuple[type[Exception], ...] = ()):
        """What goes wrong on the line as Trouble; mpremote prints what it did not expect, which helps nobody."""
        from mpremote.transport import TransportError

        try:
            with redirect_stdout(StringIO()):
                yield
        except pass_on:
            raise
        except OSError as e:
            line = f"the port {self.port} is lost ({e}): plug the board in again and start anew"
            raise Trouble(line, NO_PORT)
        except (TransportError, struct.error) as e:
            line = f"the board on {self.port} does not answer as it should ({e}): start anew, or pull its plug first"
            raise Trouble(line, SILENT)


def has_started(line: str) -> bool:
    """Whether the application says by this line that it runs, or that it waits to be set up."""
    return ("lumbus " in line and " on esp32" in line) or "access point: join " in line


class Failed(Trouble):
    """What was run on the board raised; the message says what."""
