"""A collector in a process of its own that can be killed: what it takes it prints, a payload a line.

taker.py URL NAME GROUP|- hold|store [SECONDS]: `hold` never acknowledges; SECONDS is NATS's wait for that.
"""

import contextlib
import queue
import subprocess
import sys
import threading
import time

from lumbus.collect.source import SourceDown
from lumbus.collect.sources import open_source

READY = "ready"


def run(url: str, name: str, group: str, what: str, ack_wait_s: str = "30") -> None:
    source = open_source(url, name, None if group == "-" else group, ack_wait_s=int(ack_wait_s))
    told = False
    while True:
        with contextlib.suppress(SourceDown):
            deliveries = source.take(100, 0.2)
            if not told:
                print(READY, flush=True)
                told = True
            for delivery in deliveries:
                print(delivery.payload.decode(), flush=True)
            if what == "store":
                source.acknowledge(deliveries)


def is_up(source) -> bool:
    """Whether it is connected; nothing may have come yet."""
    try:
        assert source.take(1, 0.05) == []
    except SourceDown:
        return False
    return True


class Taker:
    """The process, from the test's side.  `taken`: payloads so far."""

    def __init__(self, *words: str):
        self._process = subprocess.Popen([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self.taken: set[str] = set()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._lines.get(timeout=60) == READY

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def look(self) -> set[str]:
        with contextlib.suppress(queue.Empty):
            while True:
                self.taken.add(self._lines.get_nowait())
        return self.taken

    def kill(self) -> None:
        """SIGKILL: it says goodbye to nobody."""
        self._process.kill()
        self._process.wait(20)


def wait_until(done, within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


if __name__ == "__main__":
    run(*sys.argv[1:])
