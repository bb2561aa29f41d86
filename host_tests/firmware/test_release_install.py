"""An update put into a slot: what is done, what is kept, where it goes on, and what it refuses."""

import json

from memslots import MemSlots, Source, done, no_pause
from signing import der, release

from uplink.install import install

ABOUT = {"version": "0.1.0", "board": "esp32-devkit", "micropython": (1, 26, 0), "mpy": 6}
KEY = der()
FILES = {
    "root/main.py": b"main" * 9,
    "root/slots.mpy": b"slots",
    "slot/lib/mbus/parse.mpy": b"m" * 90,
    "slot/port.mpy": b"port" * 300,
    "slot/uplink/linked.mpy": bytes(range(256)) * 40,
    "slot/uplink/start.mpy": b"start",
}


def update(place, data, about=ABOUT, progress=None, source=None):
    steps = [] if progress is None else progress
    told = done(install(source or Source(data), place, about, KEY, lambda *now: steps.append(now), no_pause))
    return told


def slot_of(place, slot):
    return {path: data for path, data in place.files.items() if path.startswith(slot + "/")}


def test_from_what_lies_flat_to_a_trial_in_the_first_slot():
    place = MemSlots()
    place.files["/uplink/start.mpy"] = b"flat"
    steps = []
    told = update(place, release(FILES), progress=steps)
    assert told["version"] == "0.2.0" and told["slot"] == "a" and len(told["release"]) == 64
    for path, data in FILES.items():
        assert place.files[path[4:] if path.startswith("root") else "/a" + path[4:]] == data
    assert set(slot_of(place, "/a")) == {"/a/release"} | {"/a" + path[4:] for path in FILES if path[0] == "s"}
    state = {"run": None, "good": None, "trial": "a", "tries": 0, "wants": "health"}
    assert json.loads(place.files["/slot.json"]) == state
    total = sum([len(data) for data in FILES.values()])
    assert steps[-1] == (total, total) and all(0 <= a <= b == total for a, b in steps)
