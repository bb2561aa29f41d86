"""A release file with anything done to it, given to a board: installed as it was signed, or refused."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from memslots import MemSlots, Source, done, no_pause
from signing import der, release

from uplink.install import install
from uplink.refused import Refused

FILES = {
    "root/main.py": b"main" * 9,
    "slot/port.mpy": b"port" * 300,
    "slot/uplink/linked.mpy": bytes(range(256)) * 9,
    "slot/uplink/start.mpy": b"start",
}
DATA = release(FILES)
ABOUT = {"version": "0.1.0", "board": "esp32-devkitc", "micropython": (1, 26, 0), "mpy": 6}
WHOLE = {("/a" if path[0] == "s" else "") + path[4:]: data for path, data in FILES.items()}


def board():
    place = MemSlots()
    place.files.update({"/main.py": b"old main.py", "/config.json": b"{}", "/uplink/start.mpy": b"flat"})
    place.folders.add("/uplink")
    return place


def changed(data):
    """Bytes put in, taken out or replaced, a piece cut off or doubled."""
    text = DATA
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from([b"\n", b"../", b"9", text[:40], b""])))
        text = text[:at] + piece + text[at + data.draw(st.sampled_from([0, 1, len(piece), 600, 10**6])) :]
    return text


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_it_is_what_was_signed_or_nothing(data):
    place = board()
    before = place.everything()
    try:
        done(install(Source(changed(data)), place, ABOUT, der(), lambda *now: None, no_pause))
    except Refused as e:
        assert "\n" not in str(e) and 20 < len(str(e)) < 200
        assert place.everything() == before
    else:
        there = {path: content for path, content in place.files.items() if path in WHOLE}
        assert there == WHOLE and json.loads(place.files["/slot.json"])["trial"] == "a"
        assert place.files["/a/release"] == DATA[: len(DATA) - sum(map(len, FILES.values()))]
