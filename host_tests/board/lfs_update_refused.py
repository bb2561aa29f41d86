"""What a board refuses to install, on real LittleFS: one clear line each, and the whole filesystem as it was before."""

import json

from boardfiles import put
from esp32_fakes import load
from memslots import Source, done, no_pause
from signing import OTHER_N, der, release, sign
from slotboard import ABOUT, KEY, ON, RELEASES, VERSIONS, Board, everything, front

from uplink.install import install
from uplink.refused import Refused

Storage = load("text_storage").Storage
SlotStore = load("slot_store").SlotStore
FILES = VERSIONS[2]


def with_good_1(blocks=72):
    one = Board(Storage, SlotStore, blocks)
    one.update(1, running="0.0.9")
    one.start()
    one.healthy()
    return one


def refused(data, key=KEY, most=1024, **about):
    """The line that says why, once it is sure that nothing has changed."""
    before = everything(ON)
    about = dict(ABOUT, version="0.1.0", **about)
    try:
        done(install(Source(data, most), SlotStore(ON), about, key, lambda *now: None, no_pause))
    except Refused as e:
        line = str(e)
    else:
        raise AssertionError("it was not refused")
    after = everything(ON)
    assert after == before, (line, [path for path in after if after[path] != before.get(path, 0)])
    assert "\n" not in line and 20 < len(line) < 160, line
    return line


def test_what_is_not_signed_for_this_board():
    with_good_1()
    data = release(FILES)
    length = int(data[17:25])
    assert "not of this board's key" in refused(data, der(OTHER_N))
    changed = data[: length - 5] + b"X" + data[length - 4 :]
    assert "not of this board's key" in refused(changed)
    # A changed version, a changed letter of the signature, none at all.
    assert "not of this board's key" in refused(data.replace(b"version 0.2.0", b"version 9.2.0"))
    at = length + 20
    other = b"B" if data[at : at + 1] == b"A" else b"A"
    assert "not of this board's key" in refused(data[:at] + other + data[at + 1 :])
    assert "not of this board's key" in refused(data[:length] + b"#" * 523 + data[length + 523 :])
    # One that is longer, of which base64 lets something pass.
    assert "not of this board's key" in refused(data[:at] + b" " + data[at:])
    for key in (b"", b"x" * 422, der()[:-1], der()[:-1] + b"\x03", der(OTHER_N >> 1)):
        assert "none of RSA with 3072 bits" in refused(data, key)


def test_what_is_not_whole():
    with_good_1()
    data = release(FILES)
    for size in (0, 10, 26, 100, len(front(2)) - 1):
        line = refused(data[:size])
        assert "no release file" in line or "it is not whole" in line, line
    assert "no release file" in refused(b"PK\x03\x04" * 99)
    assert "no release file" in refused(b"LUMBUS RELEASE 1 99999999\n" + data[26:])
    # Of its files a part is missing: the slot was empty before, and is empty again.
    for size in (len(data) - 1500, len(data) - 5000):
        assert "is not whole" in refused(data[:size])
    # The last file is in the good slot as well: only what was announced shows that the end is missing.
    assert "bytes, and %d were announced" % (len(data) - 1) in refused(data[:-1], size=len(data) - 1)
    assert "bytes, and %d were announced" % (len(data) + 1) in refused(data, size=len(data) + 1)


def test_a_changed_byte_in_a_file():
    with_good_1()
    data = release(FILES)
    at = data.find(FILES["slot/uplink/new2.mpy"]) + 3000
    damaged = data[:at] + b"!" + data[at + 1 :]
    assert "new2.mpy in the release file is not what its manifest says" in refused(damaged)
    # In small pieces, as they may come, it is no other.
    assert "new2.mpy in the release file is not what its manifest says" in refused(damaged, most=100)


def test_another_board_another_micropython_another_version():
    with_good_1()
    line = refused(release(FILES, boards="olimex-esp32-poe x"))
    assert line == "it is for the boards olimex-esp32-poe, x, and this is esp32-devkit"
    line = refused(release(FILES, micropython="1.27"))
    assert line == "it needs MicroPython 1.27 or newer, and the board has 1.26.0: update that first"
    line = refused(release(FILES, mpy="7"))
    assert line == "its .mpy files are of version 7, and the board loads version 6: update MicroPython first"
    line = refused(release(FILES, version="0.0.9"))
    assert line == "version 0.0.9 is older than 0.1.0, which the board runs: it is not signed as a way down"
    line = refused(release(FILES, version="0.0.9", downgrade="0.1.1"))
    assert line == "version 0.0.9 is signed as a way down from 0.1.1, and the board runs 0.1.0"
    assert "board runs this release already" in refused(RELEASES[1])
    assert "is release" in refused(RELEASES[2], release="ab" * 32)
    assert "has no second partition for an update" in refused(of_image())
    assert refused(of_image(), image=Chip) == "it is for the chip esp32s3, and this is the esp32"


class Chip:
    def chip(self):
        return "esp32"


def of_image():
    from lumbus.release import form

    told = [("version", "1.28.0"), ("kind", "micropython"), ("boards", "*"), ("chip", "esp32s3")]
    manifest = form.manifest(told, {"image": b"image" * 99})
    return form.put_together(manifest, sign(manifest), {"image": b"image" * 99})


def test_a_way_down_that_is_signed_as_one_and_the_same_version_again():
    one = with_good_1()
    data = release(FILES, version="0.0.9", downgrade="0.1.0")
    assert one.update(2, source=Source(data))["version"] == "0.0.9"
    one = with_good_1()
    assert one.update(2, source=Source(release(FILES, version="0.1.0")))["version"] == "0.1.0"


def fill(store, left):
    """Leave so many blocks free, or as few as it takes for nothing more to go in."""
    block, free = store.room()
    try:
        with open(ON + "/full%d" % left, "wb") as f:
            f.write(b"x" * (block - 40) * (free - left))
    except OSError:
        fill(store, left + 1)


def test_a_full_filesystem():
    with_good_1()
    store = SlotStore(ON)
    # So much that neither the slot nor, at last, the manifest has room.
    for left in (20, 10, 0):
        fill(store, left)
        line = refused(RELEASES[2])
        assert "KiB of flash, and" in line or line.startswith("the flash is full"), line
    assert line.startswith("the flash is full")


def test_a_filesystem_that_fills_up_meanwhile():
    with_good_1()
    store = SlotStore(ON)
    block, free = store.room()
    put(ON + "/mine", b"x" * (block - 40) * (free - 33))
    source = Source(RELEASES[2])
    read, before = source.read, everything(ON)

    async def filling(at, size):
        if at > len(RELEASES[2]) - 5000 and store.size("/full_a") is None:
            for name in "abcdefghijklmnopqrstuvwxyz0123456789":
                try:
                    put(ON + "/full_" + name, b"x" * block)
                except OSError:
                    break
        return await read(at, size)

    source.read = filling
    try:
        done(install(source, store, dict(ABOUT, version="0.1.0"), KEY, lambda *now: None, no_pause))
        raise AssertionError("it had room")
    except Refused as e:
        assert str(e).startswith("the flash is full"), e
    after = {path: data for path, data in everything(ON).items() if not path.startswith("/full")}
    assert after == before


def test_what_is_on_trial_is_no_place_for_another():
    one = with_good_1()
    one.update(2)
    one.start()
    before = everything(ON)
    try:
        one.update(3)
        raise AssertionError("it was installed")
    except OSError as e:
        assert "on trial itself" in str(e)
    assert everything(ON) == before


def test_what_was_in_the_slot_before_is_gone_once_a_damaged_file_is_known():
    one = with_good_1()
    one.update(2)
    one.start()
    one.healthy()
    data = bytearray(RELEASES[3])
    data[-2000] ^= 1
    before = everything(ON)
    try:
        one.update(3, source=Source(bytes(data)), running="0.2.0")
        raise AssertionError("it was installed")
    except Refused:
        pass
    after = everything(ON)
    assert {path: one for path, one in before.items() if not path.startswith("/a")} == after
    assert one.start() == (2, None)
    Storage(ON).write("slot.json", json.dumps({"run": "b", "good": "b", "trial": None, "tries": 0}))


def test_a_state_that_cannot_be_read():
    with_good_1()
    for text in (b"{", b"[]", b'{"good": "c"}'):
        put(ON + "/slot.json", text)
        assert "slot.json cannot be read" in refused(RELEASES[2])
