"""Makes the faults happen, each in its own time."""

import threading
import time

from .collectors import name_of
from .fault import Fault

_LOOK_S = 0.05


class Strikes:
    """`targets` have strike(fault), see brokers and stores; start() begins the clock.

    Each fault has a thread that lasts until stop(): what it started again would end with it.
    """

    def __init__(self, faults: list[Fault], broker, store, crowds, collectors):
        self._broker = broker
        self._store = store
        self._crowds = crowds
        self._collectors = collectors
        self._next_collector = 0
        self._over = threading.Event()
        self._began_s = 0.0
        self._lock = threading.Lock()
        self._faults = faults
        self._ended = 0
        # What went wrong in a thread, to be raised in the main one.
        self.error: Exception | None = None
        self.told: list[dict] = [{"fault": str(fault)} for fault in faults]
        self._threads = [threading.Thread(target=self._run, args=pair, daemon=True) for pair in zip(faults, self.told)]

    def start(self) -> None:
        self._began_s = time.monotonic()
        for thread in self._threads:
            thread.start()

    @property
    def done(self) -> bool:
        """Whether all have been, and are over."""
        with self._lock:
            return self._ended == len(self._threads)

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(60)

    def now_s(self) -> float:
        return time.monotonic() - self._began_s

    def _run(self, fault: Fault, told: dict) -> None:
        if self._over.wait(max(0.0, fault.at_s - self.now_s())):
            told["missed"] = True
            return
        try:
            told["at_s"] = round(self.now_s(), 1)
            told["struck"], mend = self._strike(fault)
            self._over.wait(fault.lasts_s)
            mend()
            told["over_s"] = round(self.now_s(), 1)
        except LookupError as e:
            told["missed"] = str(e)
        except Exception as e:  # whatever it is ends the run, in the main thread
            told["missed"] = str(e)
            self.error = e
        with self._lock:
            self._ended += 1
        self._over.wait()

    def _strike(self, fault: Fault):
        """What was struck, and what ends it."""
        if fault.what in self._broker.strikes:
            return self._broker.strike(fault)
        if fault.what in self._store.strikes:
            return self._store.strike(fault)
        if fault.part is not None:
            self._crowds.order("cut" if fault.what == "network" else "reboot", fault.part)
            share = "%d of %d devices" % fault.part
            return share, lambda: self._crowds.order("mend", fault.part) if fault.what == "network" else None
        number = self._next_collector % self._collectors.count
        self._next_collector += 1
        self._collectors.kill(number, fault.lasts_s)
        return name_of(number), lambda: None
