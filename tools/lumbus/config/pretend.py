"""A port that opens nothing, for what the firmware checks of a port when it starts.

Boards, their pins and their lights are those of board/esp32/; certificates are loaded as on a computer.
"""

import runpy
import sys

from uplink.nearest import meant

from ..paths import BOARD
from .place import Place


def _from(name: str) -> dict:
    """What is in a file of board/esp32/ that needs nothing of the chip; none of them is to stay under its name here."""
    return runpy.run_path(str(BOARD / "esp32" / f"{name}.py"))


def boards() -> dict:
    return _from("pins")["BOARDS"]


def chips() -> dict:
    return _from("chips")["CHIPS"]


def default_board() -> str:
    return _from("pins")["DEFAULT"]


def pin_map(board: str, given: dict) -> tuple[dict, list[str]]:
    """(the pin map that a board would have, what is wrong with it): by the board's own code."""
    known = boards()
    wanted, faults = _from("pincheck")["chosen"](known, chips(), board, given)
    if board not in known:
        faults = [fault.replace("; known", f"; {meant(board, known)}known", 1) for fault in faults]
    return wanted, faults


class _Pulses:
    """A light that was not opened; as the application takes it, its filter is on the board."""

    pending = 0


class PretendPort:
    """`said` are the lines that a board would print."""

    clock = None

    def __init__(self, place: Place, board: str | None, pins: dict):
        self.storage = place
        self.said: list[str] = []
        self.console = self.said.append
        self._board = board or default_board()
        self._pins, self.faults = pin_map(self._board, pins)

    def serial(self, baud: int, parity: str = "even") -> None:
        pass

    def pulses(self, number: int, qualify) -> _Pulses:
        lights = self._pins["lights"]
        if number >= len(lights):
            raise ValueError(f"{self._board} has lights 0...{len(lights) - 1}, no light {number}")
        return _Pulses()

    def tls(self, ca: bytes, server_name: str, cert: bytes | None, key: bytes | None):
        sys.path[:0] = [folder for folder in map(str, (BOARD / "host", BOARD / "common")) if folder not in sys.path]
        from host_tls import HostTls

        return HostTls(ca, server_name, cert, key)
