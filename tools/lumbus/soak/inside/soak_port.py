"""The port of the soak: a board whose clock, meter, network and flash are simulated and fail at random.

Settings are one JSON file, named by the environment's LUMBUS_HOST; see ../stage.py.
Tells whoever reads its output, each in a line:

    HEAP uptime_ms bytes        what lives in the heap
    FAULT kind uptime_ms [lasts_ms], OVER kind uptime_ms   a fault begins, ends; the broker's is the reader's to make
    CUT world_ms energy steps stall_us stall_cpu_us stall_at_ms erases   the power has failed: kill this process
    RESET …                     the same, when the firmware resets the board
    END …                       the same, at an orderly end
"""

import json
import math
import os
import random
import sys
import time

import vfs
from soak_flash import SoakFlash
from soak_meter import SoakMeter
from soak_time import SoakClock, heap_used

import port as host

_POINT = "/flash"
_HEAP_MS = 1800000
# Kinds of faults that happen inside: each lasts this long at the least and at the most.
_CLOCK_MS = 7200000
_LASTS_S = {"broker": (5, 1800), "network": (5, 900), "meter": (30, 1800), "noise": (10, 300)}


class SoakNetwork(host.Network):
    """Away, it says nothing and takes nothing, and opens nothing."""

    is_away = False
    connection = None

    def open(self, host_name, port, tls=None):
        if self.is_away:
            raise OSError("no network")
        return SoakConnection(self, super().open(host_name, port, tls))


class SoakConnection:
    def __init__(self, network, connection):
        self.network = network
        self.connection = connection
        network.connection = self
        self.is_broken = False

    def look(self):
        if self.is_broken:
            raise OSError(104)

    def ready(self):
        return not self.network.is_away and self.connection.ready()

    def write(self, data):
        self.look()
        return 0 if self.network.is_away else self.connection.write(data)

    def read(self, size):
        self.look()
        return b"" if self.network.is_away else self.connection.read(size)

    def close(self):
        self.connection.close()


class SoakPort(host.Port):
    name = "soak"
    is_broker_away = False

    def __init__(self, settings):
        super().__init__(settings)
        random.seed(settings["seed"])
        # The first numbers of seeds are much alike.
        for _ in range(20):
            random.random()
        self.soak = settings
        clock = self.clock = SoakClock(settings["world_ms"], settings["utc0_ms"], settings["fastest"])
        clock.utc_from_ms = settings["utc_from_ms"]
        clock.on_time = self.on_time
        self.network = SoakNetwork()
        self.meter = SoakMeter(
            clock, settings["energy"], bytes.fromhex(settings["frame"]), settings["at"], settings["pulse_constant"]
        )
        self.flash = SoakFlash(settings["flash"], settings["blocks"], settings["cut_in"], settings["tear"], self.cut)
        if self.flash.is_new:
            vfs.VfsLfs2.mkfs(self.flash)
        vfs.mount(vfs.VfsLfs2(self.flash), _POINT)
        self.storage = SoakStorage(settings["state"])
        self.heap_at_ms = _HEAP_MS // 3
        self.rates = settings["faults"]
        self.fault_ms = {kind: self.pause_ms(kind) for kind in self.rates}
        if settings["broker_ms"]:
            # It was away before.
            self.is_broker_away = True
            self.fault_ms["broker"] = settings["broker_ms"]

    def pause_ms(self, kind):
        """Until the next fault of a kind, which comes so often a day, at any moment as likely as at any other."""
        return 1000 + int(-math.log(1 - random.random()) * 86400000 / self.rates[kind])

    def on_time(self):
        now = self.clock.ms()
        cut_ms = self.soak["cut_ms"]
        if cut_ms is not None and now >= cut_ms:
            self.cut()
        if now >= self.heap_at_ms:
            self.heap_at_ms = now + _HEAP_MS
            self.meter.flow()
            print("HEAP", now, heap_used())
            self.clock.begin_step()
        for kind in self.fault_ms:
            if now >= self.fault_ms[kind]:
                self.turn(kind, now)

    def turn(self, kind, now):
        """A fault begins, or ends."""
        if kind == "drop":
            if self.network.connection is not None:
                self.network.connection.is_broken = True
            self.fault_ms[kind] = now + self.pause_ms(kind)
            print("FAULT", kind, now)
            return
        if kind == "clock":
            # It steps, as one does that was set by hand or by a server that was wrong.
            self.clock.utc0_ms += random.randrange(-_CLOCK_MS, _CLOCK_MS)
            self.fault_ms[kind] = now + self.pause_ms(kind)
            print("FAULT", kind, now)
            return
        if kind == "broker":
            is_on = self.is_broker_away = not self.is_broker_away
        elif kind == "network":
            is_on = self.network.is_away = not self.network.is_away
        elif kind == "meter":
            is_on = self.meter.deaf = not self.meter.deaf
        else:
            is_on = self.meter.noisy = not self.meter.noisy
        if is_on:
            least, most = _LASTS_S[kind]
            lasts = 1000 * random.randrange(least, most)
            self.fault_ms[kind] = now + lasts
            print("FAULT", kind, now, lasts)
        else:
            self.fault_ms[kind] = now + self.pause_ms(kind)
            print("OVER", kind, now)

    def last_word(self, word):
        clock = self.clock
        self.meter.flow()
        print(
            word,
            clock.world_ms(),
            self.meter.energy,
            clock.steps,
            clock.stall_us,
            clock.stall_cpu_us,
            clock.stall_at_ms,
            self.flash.erases,
        )

    def cut(self):
        self.last_word("CUT")
        while True:
            time.sleep(1)

    def serial(self, baud, parity):
        self.meter.baud = baud
        return self.meter

    def pulses(self, number, qualify):
        return self.meter

    def folder(self, name):
        return host.Files(_POINT + "/" + name)

    def random_below(self, limit):
        return random.randrange(limit)

    def is_over(self):
        return self.clock.world_ms() >= self.soak["end_ms"] or super().is_over()

    def reset(self):
        """It starts again because it wants to."""
        self.last_word("RESET")
        sys.exit(0)

    def end(self, code):
        self.last_word("END")
        super().end(code)


class SoakStorage:
    """The configuration lies where the soak put it; all that the firmware writes is on the flash."""

    def __init__(self, folder):
        self.given = host.Storage(folder)
        self.flash = host.Storage(_POINT)

    def read(self, name):
        text = self.flash.read(name)
        return self.given.read(name) if text is None else text

    def read_bytes(self, name):
        return self.given.read_bytes(name)

    def write(self, name, text):
        self.flash.write(name, text)


def port():
    with open(os.getenv("LUMBUS_HOST")) as f:
        return SoakPort(json.load(f))
