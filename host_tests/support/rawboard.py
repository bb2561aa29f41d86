"""A board on a pseudo-terminal: rawboard_inside.py under the real MicroPython, and the cable to it."""

import json
import os
import pty
import subprocess
import threading
import tty
from pathlib import Path

from needs import require_runtime

from lumbus.onboard.session import Session
from lumbus.runtime import command

HERE = Path(__file__).parent
_FOLDERS = (HERE.parents[1] / "tools" / "lumbus" / "flash", HERE.parent / "board")
IDENTITY = {
    "platform": "esp32",
    "version": [1, 28, 0],
    "mpy": 0x2B06,
    "machine": "Generic ESP32 module with ESP32",
    "mac": "24a160001122",
}
MAIN = "from uplink.start import main\nmain()\n"


class Board:
    """Use as a context. `path` is what to open; the flash is in the folder and outlives the board.

    cable: both ends of a pseudo-terminal that is there already, None for a new one.
    whole: with the stand-ins that the real application needs; while that runs the board hears no Ctrl-C.
    on_data(data): what the cable makes of data to the board.  unplug_after: so many bytes to the board, None for never.
    """

    def __init__(self, folder: Path, blocks: int = 256, cable: tuple[int, int] | None = None, whole=False, **identity):
        require_runtime("micropython")
        self._flash = folder / "flash"
        self._blocks = blocks
        self._given = cable
        self._more = ["whole"] if whole else []
        self._identity = IDENTITY | identity
        self.on_data = lambda data: data
        self.unplug_after: int | None = None
        self.to_board = 0

    def __enter__(self) -> "Board":
        self._cable, self._end = self._given or pty.openpty()
        tty.setraw(self._end)
        self.path = os.ttyname(self._end)
        inside = command("micropython", str(HERE / "rawboard_inside.py"), "8m")
        self._process = subprocess.Popen(
            [*inside, str(self._flash), str(self._blocks), json.dumps(self._identity), *self._more],
            env={**os.environ, "MICROPYPATH": ":".join([*map(str, _FOLDERS), ".frozen"])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._down, self._up)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.cut_power()
        if self._given is None:
            self._unplug()

    def cut_power(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _unplug(self) -> None:
        for end in ("_end", "_cable"):
            if getattr(self, end) is not None:
                os.close(getattr(self, end))
                setattr(self, end, None)

    def _down(self) -> None:
        """From the computer to the board."""
        pipe = self._process.stdin
        assert pipe is not None
        try:
            while data := os.read(self._cable, 4096):
                self.to_board += len(data)
                if self.unplug_after is not None and self.to_board > self.unplug_after:
                    self._unplug()
                    return
                pipe.write(self.on_data(data))
        except (OSError, TypeError, ValueError):
            pass  # One of the two is gone.

    def _up(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        try:
            while data := pipe.read(4096):
                os.write(self._cable, data)
        except (OSError, TypeError, ValueError):
            pass

    # For tests, through a conversation of their own; it leaves the board at its prompt.

    def run(self, code: str) -> str:
        with Session(self.path) as session:
            session.enter()
            session.load()
            return session.run(code)

    def write(self, files: dict[str, bytes | str]) -> None:
        """Whole paths; folders are made."""
        code = ["import os"]
        for path, data in files.items():
            parts = path.split("/")
            for end in range(2, len(parts)):
                folder = "/".join(parts[:end])
                code.append(f"try:\n os.mkdir({folder!r})\nexcept OSError:\n pass")
            data = data.encode() if isinstance(data, str) else data
            code.append(f"f=open({path!r},'wb')\nf.write({data!r})\nf.close()")
        self.run("\n".join(code))

    def read(self, path: str) -> bytes:
        return eval(self.run(f"print(read({path!r}))"))

    def listing(self) -> dict[str, int]:
        """{path: size} of all files."""
        lines = self.run("import os\nfor n in os.listdir('/'):\n tell('/'+n)").splitlines()
        parts = [line.split(" ", 2) for line in lines]
        return {path: int(size) for size, digest, path in parts if digest != "-"}
