"""The power fails at every step of a deployment, on real LittleFS: a complete application starts, always."""

import os

import vfs  # pyright: ignore  # MicroPython's
from boardfiles import get, put
from esp32_fakes import load

from lumbus.flash.device import Flash
from lumbus.onboard import inside
from lumbus.onboard.slots import State
from lumbus.onboard.steps import procedure, steps
from uplink.slots import choose, confirm

Storage = load("text_storage").Storage

ON = "/on"
CUT = "/cut"
BLOCKS = 48
# What begins with "# flat" knows of no slots.
FLAT_MAIN = b"# flat: the main.py of a board without slots"


def version(number, **root):
    """(what lies in a slot, what lies in the root); most of it as in the version before."""
    files = {"port.mpy": b"port %d" % number * 200, "uplink/start.mpy": b"start" * 200, "lib/mbus/parse.mpy": b"m" * 90}
    files["uplink/new%d.mpy" % number] = b"%d" % number * 4500
    files["uplink/profiles/meter.json"] = b"{}"
    main = b"# main.py that knows of slots" * 9
    return files, {"slots.mpy": b"slots", "text_storage.mpy": b"text", "main.py": main}


VERSIONS = {number: version(number) for number in (1, 2, 3)}


def told_of(point):
    """As the board tells it, with the paths of a board."""
    found = {}

    def tell(*parts):
        found[parts[2][len(point) :]] = parts[0], parts[1]

    inside.print = tell
    for slot in ("/a", "/b"):
        inside.tell(point + slot)
    return found


class Board:
    def __init__(self):
        self.flash = Flash(BLOCKS)
        self.copy = Flash(BLOCKS)
        vfs.VfsLfs2.mkfs(self.flash)
        try:
            vfs.umount(ON)
        except OSError:
            pass
        vfs.mount(vfs.VfsLfs2(self.flash), ON)
        self.cuts = 0
        self.allowed = ()

    def watch(self, *allowed):
        """From here on the power is cut at every step; these are what may start then ("flat" or a version)."""
        self.allowed = allowed
        self.flash.on_step = self.cut

    def cut(self, flash, kind, at, data):
        self.cuts += 1
        self.copy.copy_from(flash)
        self.copy.tear = (0, 131, 255)[self.cuts % 3]
        self.copy.torn(kind, at, data)
        vfs.mount(vfs.VfsLfs2(self.copy), CUT)
        try:
            found = what_starts(CUT)
            if found not in self.allowed:
                raise AssertionError("cut %d: %s starts, of %s" % (self.cuts, found, self.allowed))
        finally:
            vfs.umount(CUT)

    def deploy(self, number):
        """What lumbus deploy does, with its own steps and what it sends to the board."""
        files, root = VERSIONS[number]
        text = get(ON + "/slot.json")
        state = State(None if text is None else text.decode(), get(ON + "/uplink/start.mpy") is not None)
        slot = "/" + state.target
        other = None if state.good is None else "/" + state.good
        wanted = {path: (len(data), hashed(data)) for path, data in files.items()}
        todo = steps(wanted, told_of(ON), slot, other)
        done = procedure(todo, state.before(), state.after(), ["/slots.mpy", "/text_storage.mpy"], "/main.py")
        for what, *parts in done:
            if what == "send":
                put(ON + parts[0], files[parts[0][len(slot) + 1 :]])
            elif what == "state":
                Storage(ON).write("slot.json", json_of(parts[0]))
            elif what == "replace":
                put(ON + parts[0] + ".new", root[parts[0][1:]])
                inside.put_in_place(ON + parts[0])
            elif what == "verify":
                assert steps(wanted, told_of(ON), slot, None) == []
            else:
                getattr(inside, what)(*[ON + part for part in parts])
        return [step[0] for step in done]


def json_of(state):
    import json

    return json.dumps(state)


def hashed(data):
    put(ON + "/hashed", data)
    text = inside.digest(ON + "/hashed")
    os.remove(ON + "/hashed")
    return text


def what_starts(point):
    """ "flat", or the version that a board starts; None for nothing whole."""
    main = get(point + "/main.py")
    if main == FLAT_MAIN:
        return "flat" if get(point + "/uplink/start.mpy") == b"flat" * 700 else None
    root = {name: get(point + "/" + name) for name in ("slots.mpy", "text_storage.mpy", "main.py")}
    if root != VERSIONS[1][1]:
        return None
    path = []
    choose(Storage(point), path, lambda line: None)
    if not path:
        return "flat" if get(point + "/uplink/start.mpy") == b"flat" * 700 else None
    there = set(names_in(point + path[0], ""))
    for number, (files, _) in VERSIONS.items():
        if there == set(files) and all(get(point + path[0] + "/" + name) == files[name] for name in files):
            return number
    return None


def names_in(folder, before):
    for entry in os.ilistdir(folder):
        if entry[1] == 0x4000:
            yield from names_in(folder + "/" + entry[0], before + entry[0] + "/")
        else:
            yield before + entry[0]


def flat_board():
    board = Board()
    os.mkdir(ON + "/uplink")
    put(ON + "/uplink/start.mpy", b"flat" * 700)
    put(ON + "/main.py", FLAT_MAIN)
    return board


def test_from_what_lies_flat_to_the_first_slot():
    board = flat_board()
    board.watch("flat", 1)
    board.deploy(1)
    board.watch(1)
    assert what_starts(ON) == 1
    print(board.cuts, "power cuts, always a whole application")
    assert board.cuts > 60


def test_a_new_version_beside_the_good_one_and_another_beside_that():
    board = flat_board()
    board.deploy(1)
    start(board)
    confirm(Storage(ON), print)
    board.watch(1, 2)
    done = board.deploy(2)
    # The same in the other slot is copied there, and only what is new is sent.
    assert done.count("copy") == 3 and done.count("send") == 2, done
    # A second one while the first is on trial: the good one runs meanwhile.
    board.watch(1, 2, 3)
    done = board.deploy(3)
    assert done.count("remove") == 2 and done.count("send") == 2 and done.count("copy") == 0, done
    # Its starts are counted, and that may be cut as well.
    for expected in (3, 3, 3, 1):
        board.watch(3, 1)
        assert start(board) == expected
    # Given up; it is put there again, and lasts.
    board.watch(1, 3)
    assert board.deploy(3).count("send") == 0
    assert start(board) == 3
    confirm(Storage(ON), print)
    board.watch(3)
    assert start(board) == 3
    board.watch(3, 2)
    board.deploy(2)
    print(board.cuts, "power cuts, always a whole application")
    assert board.cuts > 200


def start(board):
    """A start of the board itself, which counts."""
    return what_starts(ON)


def test_what_is_damaged_in_the_slot_is_replaced():
    board = flat_board()
    board.deploy(1)
    start(board)
    confirm(Storage(ON), print)
    board.deploy(2)
    put(ON + "/b/port.mpy", b"broken")
    put(ON + "/b/uplink/start.py", b"would be taken in place of start.mpy")
    assert what_starts(ON) is None
    assert board.deploy(2).count("send") == 1
    assert what_starts(ON) == 2
