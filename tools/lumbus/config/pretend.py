"""A port that opens nothing, for what the firmware checks of a port when it starts.

Boards and their lights are those of board/esp32/pins.py; certificates are loaded as on a computer.
"""

import runpy
import sys

from uplink.nearest import meant

from ..paths import BOARD
from .place import Place

PINS = BOARD / "esp32" / "pins.py"


def boards() -> dict:
    return runpy.run_path(str(PINS))["BOARDS"]


def default_board() -> str:
    return runpy.run_path(str(PINS))["DEFAULT"]


class _Pulses:
    """A light that was not opened; as the application takes it, its filter is on the board."""

    pending = 0


class PretendPort:
    """`said` are the lines that a board would print."""

    clock = None

    def __init__(self, place: Place, board: str | None):
        self.storage = place
        self.said: list[str] = []
        self.console = self.said.append
        self._board = board or default_board()

    def serial(self, baud: int, parity: str) -> None:
        known = boards()
        if self._board not in known:
            near = meant(self._board, known)
            raise ValueError(f"board: {self._board} is not known; {near}known are {', '.join(sorted(known))}")

    def pulses(self, number: int, qualify) -> _Pulses:
        # A board that is not known has been told by then.
        lights = boards().get(self._board, {}).get("lights", range(8))
        if number >= len(lights):
            raise ValueError(f"{self._board} has lights 0...{len(lights) - 1}, no light {number}")
        return _Pulses()

    def tls(self, ca: bytes, server_name: str, cert: bytes | None, key: bytes | None):
        sys.path[:0] = [folder for folder in map(str, (BOARD / "host", BOARD / "common")) if folder not in sys.path]
        from host_tls import HostTls

        return HostTls(ca, server_name, cert, key)
