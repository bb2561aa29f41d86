"""A chip in its ROM bootloader on a pseudo-terminal (esp32-mock-bootloader), and the board that starts after it."""

import os
import pty
import threading
import tty
from pathlib import Path

# Before esptool, which the bootloader imports.
import lumbus.onboard.esplog  # noqa: F401  # isort: skip

from esp32_mock_bootloader.server import BootloaderConnection, FlashImage, PtyMasterTransport, handle_client
from rawboard import Board


class Bootloader:
    """Use as a context; `path` is what to open, `flash` what is on the chip.

    folder: where the flash of the board lies that answers once the chip has been reset; None for nobody.
    """

    def __init__(self, chip: str, folder: Path | None = None):
        self.chip = chip
        self.flash = FlashImage()
        self._folder = folder

    def __enter__(self) -> "Bootloader":
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        self._thread.join(5)
        for end in (self._master, self._slave):
            try:
                os.close(end)
            except OSError:
                pass

    def _serve(self) -> None:
        connection = BootloaderConnection(pty=_Line(self._master, self._slave))
        # It ends 3 s after the last of the flash was written, as a chip does that is reset.
        handle_client(connection, self._stop, self.chip, flash=self.flash)
        if self._folder is not None and not self._stop.is_set():
            with Board(self._folder, cable=(self._master, self._slave)):
                self._stop.wait()


class _Line(PtyMasterTransport):
    """The master's side, which stays open when the bootloader ends."""

    def close(self) -> None:
        pass
