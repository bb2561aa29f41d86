"""An update put into a slot: in which order, what is kept, where it goes on, and that no step is long."""

import json

from memslots import MemSlots, Source, done, no_pause
from signing import der, release

from uplink.install import install
from uplink.refused import Refused

ABOUT = {"version": "0.1.0", "board": "esp32-devkitc", "micropython": (1, 26, 0, "preview"), "mpy": 6}
KEY = der()
FILES = {
    "root/main.py": b"main" * 9,
    "root/slots.mpy": b"slots",
    "slot/lib/mbus/parse.mpy": b"m" * 90,
    "slot/port.mpy": b"port" * 300,
    "slot/uplink/linked.mpy": bytes(range(256)) * 40,
    "slot/uplink/start.mpy": b"start",
}
DATA = release(FILES)
TOTAL = sum([len(data) for data in FILES.values()])


def update(place, source=None, progress=None, pause=no_pause, **about):
    steps = [] if progress is None else progress
    told = dict(ABOUT, **about)
    return done(install(source or Source(DATA), place, told, KEY, lambda *now: steps.append(now), pause))


class Noting(MemSlots):
    """Notes what is done to the filesystem."""

    def __init__(self):
        super().__init__()
        self.noted = []

    def put(self, path, data):
        if not self.noted or self.noted[-1] != "write " + path:
            self.noted.append("write " + path)
        super().put(path, data)

    def rename(self, path, target):
        self.noted.append("rename " + target)
        assert path[: path.rfind("/")] == target[: target.rfind("/")], "from folder to folder"
        super().rename(path, target)


def slot_of(place, slot):
    return {path[2:]: data for path, data in place.files.items() if path.startswith(slot + "/")}


def is_whole(place, slot):
    wanted = {path[4:]: data for path, data in FILES.items() if path.startswith("slot/")}
    wanted["/release"] = DATA[: len(DATA) - TOTAL]
    return slot_of(place, slot) == wanted


def with_good_a():
    place = Noting()
    place.folders |= {"/a", "/a/uplink"}
    place.files["/a/uplink/linked.mpy"] = FILES["slot/uplink/linked.mpy"]
    place.files["/a/port.mpy"] = b"another port"
    place.files["/main.py"] = b"old"
    place.files["/slots.mpy"] = b"slots"
    place.files["/slot.json"] = json.dumps({"run": "a", "good": "a", "trial": None, "tries": 0}).encode()
    place.noted.clear()
    return place


def test_from_what_lies_flat_to_a_trial_in_the_first_slot():
    place = MemSlots()
    place.files["/uplink/start.mpy"] = b"flat"
    steps = []
    told = update(place, progress=steps)
    assert told["version"] == "0.2.0" and told["slot"] == "a" and len(told["release"]) == 64
    assert is_whole(place, "/a")
    assert place.files["/main.py"] == FILES["root/main.py"] and place.files["/slots.mpy"] == b"slots"
    state = {"run": None, "good": None, "trial": "a", "tries": 0, "wants": "health"}
    assert json.loads(place.files["/slot.json"]) == state
    assert steps[-1] == (TOTAL, TOTAL) and all(0 <= a <= b == TOTAL for a, b in steps) and steps == sorted(steps)
    assert set(place.files) == {"/main.py", "/slots.mpy", "/slot.json", "/uplink/start.mpy"} | {
        path for path in place.files if path.startswith("/a/")
    }


def test_sources_in_the_root_do_not_hide_what_was_put_there_compiled():
    place = MemSlots()
    for name in ("/slots.py", "/other.py", "/main.py"):
        place.files[name] = b"as source"
    update(place)
    assert "/slots.py" not in place.files and place.files["/slots.mpy"] == b"slots"
    assert place.files["/other.py"] == b"as source" and place.files["/main.py"] == FILES["root/main.py"]


class Filling(MemSlots):
    """Somebody else takes the room meanwhile."""

    def put(self, path, data):
        if path == "/a/release" and data:
            raise OSError(28, "ENOSPC")
        super().put(path, data)


def test_a_flash_that_is_full_before_the_first_file_keeps_nothing_of_it():
    place = Filling()
    try:
        update(place)
        raise AssertionError("it was taken")
    except Refused as e:
        assert "full" in str(e)
    assert place.everything() == ({}, set())


def test_the_order_in_which_the_flash_is_changed():
    place = with_good_a()
    state = {"run": "a", "good": "a", "trial": "b", "tries": 0}
    place.files["/slot.json"] = json.dumps(state).encode()
    place.folders |= {"/b", "/b/old"}
    place.files["/b/old/x"] = b"x"
    source = Source(DATA)
    assert update(place, source)["slot"] == "b"
    assert place.noted == [
        "write /release.new",
        "write /slot.json.new",
        "rename /slot.json",
        "write /b/release",
        "write /main.py.new",
        "write /b/lib/mbus/parse.mpy",
        "write /b/port.mpy",
        "write /b/uplink/linked.mpy",
        "write /b/uplink/start.mpy",
        "rename /main.py",
        "write /slot.json.new",
        "rename /slot.json",
    ]
    assert is_whole(place, "/b") and "/b/old" not in place.folders
    # What the good slot has as well was not fetched, nor what is the same in the root.
    begin = DATA.find(FILES["slot/uplink/linked.mpy"])
    assert not [at for at, _ in source.reads if begin <= at < begin + 10240]
    assert place.files["/a/port.mpy"] == b"another port"


def test_it_goes_on_where_it_was_interrupted_at_whatever_read():
    for breaks in range(0, 20):
        place = with_good_a()
        try:
            update(place, Source(DATA, breaks=breaks))
            break
        except OSError:
            pass
        assert json.loads(place.files["/slot.json"])["trial"] is None and place.files["/main.py"] == b"old"
        before = place.everything()
        source = Source(DATA)
        update(place, source)
        assert is_whole(place, "/b")
        fetched = sum([size for at, size in source.reads if at >= len(DATA) - TOTAL])
        had = sum([len(data) for path, data in before[0].items() if path[:3] == "/b/" and path != "/b/release"])
        had += len(before[0].get("/main.py.new", b""))
        linked = 0 if "/b/uplink/linked.mpy" in before[0] else 10240
        assert fetched + linked == TOTAL - len(FILES["root/slots.mpy"]) - had, (breaks, fetched, had)
    assert breaks > 5


def test_pieces_of_any_size():
    for most in (1, 37, 1000):
        place = with_good_a()
        update(place, Source(DATA, most))
        assert is_whole(place, "/b")


def test_between_pauses_no_more_is_done_than_a_piece():
    place = with_good_a()
    source = Source(DATA)
    most = 0
    last = 0

    async def pause():
        nonlocal most, last
        most = max(most, len(source.reads) - last)
        last = len(source.reads)

    update(place, source, pause=pause)
    assert most <= 2


def test_what_is_left_of_an_older_update_in_the_root_is_not_put_in_place():
    place = with_good_a()
    place.files["/slots.mpy.new"] = b"half of anoth"
    place.files["/main.py.new"] = b"half of anoth"
    update(place)
    assert place.files["/slots.mpy"] == b"slots" and place.files["/main.py"] == FILES["root/main.py"]
    assert "/slots.mpy.new" not in place.files and "/main.py.new" not in place.files


def test_a_board_without_slots():
    try:
        done(install(Source(DATA), None, ABOUT, KEY, print, no_pause))
        raise AssertionError("installed nowhere")
    except Refused as e:
        assert "has no slots" in str(e)


def test_what_was_announced_is_what_comes():
    told = update(MemSlots())
    assert update(MemSlots(), release=told["release"], size=len(DATA)) == told
    for about in ({"release": "0" * 64}, {"size": len(DATA) - 1}):
        place = MemSlots()
        try:
            update(place, **about)
            raise AssertionError("taken")
        except Refused as e:
            assert "announced" in str(e) and place.files == {}


def test_a_source_that_gives_more_than_it_was_asked_for_is_damaged():
    place = with_good_a()
    source = Source(DATA)

    async def read(at, size):
        return DATA[at : at + size + 1]

    source.read = read
    try:
        update(place, source)
        raise AssertionError("taken")
    except (Refused, OSError):
        pass
    assert json.loads(place.files["/slot.json"])["trial"] is None
