"""The processes with simulated devices, as the stage sees them."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

from ..runtime import dying_with_us
from .crowd import Settings

_END_S = 30
_SUMS = ("on", "connected", "read", "accepted", "waiting", "journal")
_TOTALS = ("dropped", "sessions", "failures", "acknowledged", "given_up")


class CrowdFailed(RuntimeError):
    """A process with devices has ended by itself; the text has the end of what it said."""


class Crowds:
    """`settings` is of all devices; they are shared out to `processes`."""

    def __init__(self, settings: Settings, processes: int, folder: Path):
        self._folder = folder
        self._processes: list[subprocess.Popen] = []
        self._told: list[dict] = [{} for _ in range(processes)]
        self._threads: list[threading.Thread] = []
        self.folders: list[Path] = []
        for number in range(processes):
            own = folder / f"devices-{number}"
            own.mkdir(parents=True)
            self.folders.append(own)
            file = own / "settings.json"
            replace(settings, folder=str(own), process=number, processes=processes).write(file)

    def start(self) -> None:
        for number, own in enumerate(self.folders):
            with open(own / "errors", "wb") as errors:
                process = subprocess.Popen(
                    [*dying_with_us(), sys.executable, "-m", "lumbus.fleet.crowd", str(own / "settings.json")],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    start_new_session=True,
                )
            self._processes.append(process)
            thread = threading.Thread(target=self._hear, args=(number, process), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _hear(self, number: int, process: subprocess.Popen) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._told[number] = json.loads(line)

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def counters(self) -> dict[str, int]:
        """The sums of what each told last.  CrowdFailed where one has ended."""
        for number, process in enumerate(self._processes):
            if process.poll() is not None and not self._told[number].get("ended"):
                said = (self.folders[number] / "errors").read_text(errors="replace")[-2000:]
                raise CrowdFailed(f"a process with devices has ended with code {process.returncode}: {said}")
        told = {name: sum(t.get(name, 0) for t in self._told) for name in (*_SUMS, *_TOTALS)}
        return told | {"loop_late_ms": max(t.get("loop_late_ms", 0) for t in self._told)}

    def order(self, what: str, part: tuple[int, int] | None = None) -> None:
        for process in self._processes:
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps({"do": what, "part": part}) + "\n")
                process.stdin.flush()
            except BrokenPipeError:
                pass  # counters() tells why

    def end(self) -> None:
        """Goodbye, with the ledgers written; returns when all have ended."""
        self.order("end")
        for process in self._processes:
            try:
                process.wait(_END_S)
            except subprocess.TimeoutExpired:
                raise CrowdFailed(f"the devices do not end within {_END_S} s") from None
        for thread in self._threads:
            thread.join(_END_S)

    def kill(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                try:
                    if pipe is not None:
                        pipe.close()
                except BrokenPipeError:
                    pass
