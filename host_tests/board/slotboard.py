"""A board's LittleFS that is updated, and whose power is cut: what starts afterwards must be whole and signed.

Under MicroPython alone; its files are those of a small application, in versions that have most of it in common.
"""

import json
import os

import vfs  # pyright: ignore  # MicroPython's
from boardfiles import get, put
from memslots import Source, done, no_pause
from signing import der, release

from lumbus.flash.device import Flash
from uplink.install import install
from uplink.slots import choose

ON = "/on"
CUT = "/cut"
BLOCKS = 72
FLAT = b"flat" * 700
# It knows of slots: an application that can be updated has such a one.
FIRST_ROOT = {"main.py": b"# main.py 0" * 9, "slots.mpy": b"slots 0", "text_storage.mpy": b"text"}
ABOUT = {"board": "esp32-devkit", "micropython": (1, 26, 0), "mpy": 6}
KEY = der()
NOTHING = (None, "nothing whole")


def version(number):
    """{path: content} as a release has it: some is as in the others, some is new."""
    files = {
        "slot/port.mpy": b"port %d;" % number * 200,
        "slot/uplink/start.mpy": b"start" * 200,
        "slot/uplink/profiles/meter.json": b"{}",
        "slot/lib/mbus/parse.mpy": b"m" * 90,
    }
    files["slot/uplink/new%d.mpy" % number] = b"%d" % number * 4500
    root = dict(FIRST_ROOT, **{"main.py": b"# main.py %d" % number * 9, "slots.mpy": b"slots %d" % number})
    files.update({"root/" + name: data for name, data in root.items()})
    return files


def crowded(number):
    """So many files that LittleFS needs several pairs of blocks for a folder's names."""
    files = version(number)
    files.update({"slot/uplink/part%02d.mpy" % n: b"%d" % number * (n % 7 * 9) for n in range(60)})
    return files


VERSIONS = {number: version(number) for number in (1, 2, 3)}
VERSIONS[4] = crowded(4)
RELEASES = {number: release(files, version="0.%d.0" % number) for number, files in VERSIONS.items()}


def front(number):
    """The manifest with its signature, as it stays in a slot."""
    data = RELEASES[number]
    return data[: int(data[17:25]) + 523]


def everything(point, inner=""):
    """{path: content} of a whole filesystem, None for a folder."""
    found = {}
    for entry in os.ilistdir(point + inner):
        path = inner + "/" + entry[0]
        is_folder = entry[1] == 0x4000
        found[path] = None if is_folder else get(point + path)
        if is_folder:
            found.update(everything(point, path))
    return found


def settle(point):
    """As main.py does first of all."""
    try:
        os.remove(point + "/no such file")
    except OSError:
        pass


def what_starts(point, storage):
    """(the version that a board starts, None for what lies flat, why it is not whole or None).

    Counts as a start.
    """
    settle(point)
    path = []
    choose(storage(point), path, lambda line: None)
    if not path:
        return ("flat", None) if get(point + "/uplink/start.mpy") == FLAT else NOTHING
    there = everything(point + path[0])
    there = {name: data for name, data in there.items() if data is not None}
    for number, files in VERSIONS.items():
        wanted = {name[4:]: data for name, data in files.items() if name.startswith("slot/")}
        wanted["/release"] = front(number)
        if there == wanted:
            return number, wrong_in_root(point)
    return None, "%s has %s" % (path[0], sorted(there))


def wrong_in_root(point):
    """What chooses is of some version, each file of it whole."""
    sets = [FIRST_ROOT] + [{p[5:]: d for p, d in files.items() if p[0] == "r"} for files in VERSIONS.values()]
    there = {name: get(point + "/" + name) for name in FIRST_ROOT}
    is_whole = all(any(one[name] == there[name] for one in sets) for name in FIRST_ROOT)
    return None if is_whole else "the root has %s" % there


class Board:
    """`storage` and `store` are board/common's Storage and SlotStore."""

    def __init__(self, storage, store, blocks=BLOCKS):
        self.storage = storage
        self.store = store
        self.flash = Flash(blocks)
        self.copy = Flash(blocks)
        self.cuts = self.resumed = 0
        self.allowed = ()
        self.number = None
        # Of so many cuts one is gone on with.
        self.sample = 7
        vfs.VfsLfs2.mkfs(self.flash)
        self.mount()
        os.mkdir(ON + "/uplink")
        put(ON + "/uplink/start.mpy", FLAT)
        for name, data in FIRST_ROOT.items():
            put(ON + "/" + name, data)

    def mount(self):
        try:
            vfs.umount(ON)
        except OSError:
            pass
        vfs.mount(vfs.VfsLfs2(self.flash), ON)

    def power_is_back(self):
        """What is still open there never writes again."""
        dead = self.flash
        self.flash = Flash(dead.blocks, dead.size)
        self.flash.copy_from(dead)
        dead.is_dead = True
        self.mount()

    def watch(self, *allowed):
        """From here on the power is cut at every step; `allowed` may start then, the good one first.

        At a sample of the cuts the update is gone on with, and must come to its end.
        """
        self.allowed = allowed
        self.flash.on_step = self.cut

    def cut(self, flash, kind, at, data):
        self.cuts += 1
        # Once something was wrong nothing more is watched: files that are still open are closed by the collector.
        flash.on_step = None
        self.copy.copy_from(flash)
        self.copy.tear = (0, 131, 255)[self.cuts % 3]
        self.copy.torn(kind, at, data)
        vfs.mount(vfs.VfsLfs2(self.copy), CUT)
        try:
            found, wrong = what_starts(CUT, self.storage)
            if found not in self.allowed or wrong:
                raise AssertionError("cut %d: %s starts, of %s: %s" % (self.cuts, found, self.allowed, wrong))
            # While something is on trial, nothing else can be.
            if self.number is not None and found == self.allowed[0] and self.cuts % self.sample == 0:
                self.go_on()
        finally:
            vfs.umount(CUT)
        flash.on_step = self.cut

    def go_on(self):
        """The update that was cut is told again, as a board does after its start."""
        self.resumed += 1
        self.update(self.number, CUT)
        found = what_starts(CUT, self.storage)
        if found != (self.number, None):
            raise AssertionError("cut %d: gone on with, and %s starts" % (self.cuts, found))

    def update(self, number, point=ON, source=None, running="0.1.0"):
        if point == ON:
            self.number = number
        about = dict(ABOUT, version=running)
        source = source or Source(RELEASES[number])
        try:
            return done(install(source, self.store(point), about, KEY, lambda *now: None, no_pause))
        finally:
            if point == ON:
                self.number = None

    def start(self):
        """A start of the board itself, which counts."""
        return what_starts(ON, self.storage)

    def healthy(self):
        """What is on trial becomes the good one."""
        state = json.loads(get(ON + "/slot.json"))
        good = state["trial"]
        self.storage(ON).write("slot.json", json.dumps({"run": good, "good": good, "trial": None, "tries": 0}))
