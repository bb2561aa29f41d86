"""The bus behind a PORT of the command line: a serial line that is ours alone, and a master on it.

The lock (flock) is on the device itself and lasts as long as the command: other
programs that take one, pyserial's exclusive mode among them, are kept out and
keep us out.
"""

import asyncio
import errno
import fcntl
import grp
import os
import sys
from collections.abc import Coroutine
from glob import glob
from typing import Any, TypeVar

from mbus.errors import MBusError
from mbus.frame import Frame
from mbus.master import Master
from mbus.telegram import Telegram

from .paths import BOARD
from .trouble import NO_PORT, Trouble, of_bus

_DEVICES = ("/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyAMA*")
_T = TypeVar("_T")


class Line:
    """The master's line on the device `path`, locked; Trouble where it cannot be opened or is lost."""

    def __init__(self, path: str, baud: int):
        self.path = path
        self._lock = _locked(path)
        sys.path[:0] = [folder for folder in _PORT_FOLDERS if folder not in sys.path]
        from host_serial import SerialLine

        self._line = self._try(lambda: SerialLine(path, baud))

    @property
    def baud(self) -> int:
        return self._line.baud

    def set_baud(self, baud: int) -> None:
        self._try(lambda: self._line.set_baud(baud))

    def write(self, data) -> None:
        self._try(lambda: self._line.write(data))

    def readinto(self, view) -> int:
        return self._try(lambda: self._line.readinto(view))

    def discard(self) -> None:
        self._try(self._line.discard)

    def close(self) -> None:
        os.close(self._lock)

    def _try(self, action):
        try:
            return action()
        except OSError as e:
            raise Trouble(f"the serial line {self.path} is lost ({e}): plug it in again and start anew", NO_PORT)


_PORT_FOLDERS = [str(BOARD / "host"), str(BOARD / "common")]


def check_port(path: str) -> None:
    """Trouble where the device cannot be opened or another program has it; for who opens it by a library."""
    os.close(_locked(path))


def _locked(path: str) -> int:
    """A descriptor of the device that holds its lock."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as e:
        raise Trouble(f"cannot open the port {path}: {_why_not(path, e)}", NO_PORT)
    try:
        if not os.isatty(fd):
            raise Trouble(f"cannot open the port {path}: it is no serial device{_there_are()}", NO_PORT)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise Trouble(f"the port {path} is in use by another program: end that one first", NO_PORT)
    except Trouble:
        os.close(fd)
        raise
    return fd


def _why_not(path: str, error: OSError) -> str:
    if error.errno == errno.EACCES:
        group = _group(path)
        return f"no permission; add yourself to its group (sudo usermod -aG {group} $USER) and log in again"
    if error.errno == errno.ENOENT:
        return f"there is no such device; is the adapter plugged in?{_there_are()}"
    if error.errno == errno.EBUSY:
        return "another program has it for itself; end that one first"
    if error.errno in (errno.EISDIR, errno.ENOTDIR):
        return f"it is no serial device{_there_are()}"
    return f"{error.strerror}; is the adapter plugged in?"


def _group(path: str) -> str:
    """The group that may use the device: dialout on Debian."""
    try:
        return grp.getgrgid(os.stat(path).st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"


def _there_are() -> str:
    found = sorted(device for pattern in _DEVICES for device in glob(pattern))
    return f" (there are: {', '.join(found)})" if found else ""


class Bus:
    """A master on PORT; a context manager, because the port is to be given back."""

    def __init__(self, port: str, baud: int):
        self.line = Line(port, baud)
        self.port = port
        sys.path[:0] = [folder for folder in _PORT_FOLDERS if folder not in sys.path]
        from port import Clock

        self.master = Master(self.line, Clock())

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.line.close()

    @property
    def where(self) -> str:
        return f"at {self.line.baud} baud on {self.port}"

    def run(self, conversation: Coroutine[None, None, _T], who: str) -> _T:
        """The conversation's value; what goes wrong in it is Trouble with `who` ("address 1")."""
        try:
            return asyncio.run(conversation)
        except MBusError as e:
            raise of_bus(e, who, self.where, self.port)


class Heard:
    """A frame that a meter answered, decoded as far as it takes to know who that was."""

    def __init__(self, frame: Frame):
        self.frame = frame
        try:
            self.secondary_address = Telegram(frame).secondary_address
        except MBusError:
            self.secondary_address = None


def called(address: int | None, secondary: str | None) -> str:
    """The meter that the options mean, in words."""
    return f"secondary address {secondary}" if secondary else f"address {address}"


async def listen(master: Master, address: Any, secondary: str | None, whole: bool = False) -> list[Heard]:
    """The meter's telegram; with `whole` all telegrams of its read-out.  address: a number, where it counts."""
    # The master has no types for what may decode.
    decode: Any = Heard
    if whole:
        replies = await master.read_all(secondary or address, decode=decode)
    elif secondary:
        replies = [await master.read_secondary(secondary, decode)]
    else:
        replies = [await master.read(address, decode)]
    return [reply.telegram for reply in replies]
