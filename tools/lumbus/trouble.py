"""What ends a command that talks to a bus: one line of what, where and what to do, and an exit code.

0 done; 1 the meter answered something that cannot be decoded, did not take what
it was told, or several answered at once; 2 usage; 3 nobody answered; 4 the port
cannot be opened; 130 Ctrl-C.
"""

import sys
from collections.abc import Callable

from mbus.errors import BusError, DamagedReply, MBusError, NoReply, WrongMeter

OK = 0
BAD = 1
USAGE = 2
SILENT = 3
NO_PORT = 4
INTERRUPTED = 130

EXIT_CODES = """exit codes:
  0  done
  1  the meter's answer cannot be decoded, it did not take what it was told,
     or several meters answered at once
  2  wrong usage, or a file that cannot be written
  3  nobody answered
  4  the port cannot be opened or was lost
  130  ended with Ctrl-C
"""

# How many bytes of a damaged answer an error shows.
_SHOWN = 40
# What damage looks like, and what to do about it.
_LOOKS = {
    "collision": ("a collision: several meters answer at once", "read them by --secondary, one at a time"),
    "noise": ("noise on the line", "check the wiring, and try again"),
    "echo": ("a damaged echo of the request", "check the level converter"),
    "parity": ("a wrong parity or baud rate, or several meters at once", "try another --baud, or --secondary"),
}


class Trouble(Exception):
    """The message is for people, `code` for programs."""

    def __init__(self, message: str, code: int):
        super().__init__(message)
        self.code = code


def guarded(command: str, action: Callable[[], int]) -> int:
    """The exit code of `action()`; Trouble and Ctrl-C become one line on standard error."""
    try:
        return action()
    except Trouble as e:
        complain(command, str(e))
        return e.code
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            # Below the ^C that the terminal shows.
            print(file=sys.stderr)
        complain(command, "interrupted")
        return INTERRUPTED


def complain(command: str, message: str) -> None:
    # One line, whatever a path or a message may have in it.
    print(f"lumbus {command}: {' '.join(message.split())}", file=sys.stderr, flush=True)


def looks_like(damage: DamagedReply) -> str:
    return _LOOKS[damage.kind][0]


def of_bus(error: MBusError, who: str, where: str, port: str) -> Trouble:
    """The Trouble that this error of a conversation means; who: "address 1"; where: "at 2400 baud on ..."."""
    if isinstance(error, NoReply):
        advice = f"check the wiring, the address and the baud rate, or search with: lumbus scan {port} --baud auto"
        return Trouble(f"no reply from {who} {where}: {advice}", SILENT)
    if isinstance(error, DamagedReply):
        looks, advice = _LOOKS[error.kind]
        raw = error.raw.hex(" ", 1)[: 3 * _SHOWN].strip() + (" …" if len(error.raw) > _SHOWN else "")
        line = f"{error.received} bytes, but no valid reply from {who} {where}, like {looks}; {advice} (heard {raw})"
        return Trouble(line, BAD)
    if isinstance(error, WrongMeter):
        return Trouble(f"{who} {where}: {error}; select it by all 16 digits, or search the bus", BAD)
    if isinstance(error, BusError):
        return Trouble(f"{who}: {error}", BAD)
    return Trouble(f"{who} {where} answered what cannot be decoded: {error}", BAD)
