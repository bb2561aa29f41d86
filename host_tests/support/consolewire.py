"""A gateway's console on a pseudo-terminal: what a board's USB port is to a computer.

What the firmware prints is lost while nobody reads it, as on a UART: it never waits.
"""

import contextlib
import os
import pty
import select
import subprocess
import threading
import tty


class ConsoleWire(threading.Thread):
    """Between the firmware's pipes and `path`, which a program opens.  `log`: all that the firmware printed.

    Without a firmware nobody answers; `answer(data)`, where set, gives what comes back to what was typed.
    """

    def __init__(self):
        super().__init__(daemon=True)
        self._mine, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._mine, False)
        self.path = os.ttyname(self._theirs)
        self.log = b""
        self.answer = None
        self._firmware: subprocess.Popen | None = None
        self._over = False

    def attach(self, firmware: subprocess.Popen) -> None:
        self._firmware = firmware

    def stop(self) -> None:
        self._over = True
        self.join(2)
        os.close(self._mine)
        os.close(self._theirs)

    def run(self) -> None:
        while not self._over:
            out = self._firmware.stdout if self._firmware is not None else None
            ready = select.select([self._mine, *([out] if out is not None else [])], [], [], 0.05)[0]
            if self._mine in ready:
                with contextlib.suppress(OSError):
                    self._typed(os.read(self._mine, 4096))
            if out is not None and out in ready:
                printed = os.read(out.fileno(), 4096)
                if not printed:
                    self._firmware = None
                self.log += printed
                self._tell(printed)

    def _typed(self, data: bytes) -> None:
        if self._firmware is not None and self._firmware.stdin is not None:
            with contextlib.suppress(OSError):
                os.write(self._firmware.stdin.fileno(), data)
        elif self.answer is not None:
            self._tell(self.answer(data))

    def _tell(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._mine, data) :]
            except BlockingIOError:
                # Somebody may be reading just now.
                if not select.select([], [self._mine], [], 0.2)[1]:
                    return
