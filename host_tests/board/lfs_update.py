"""The power fails at every step of an update, on real LittleFS: a complete, signed application starts, always."""

import json

from boardfiles import get, put
from esp32_fakes import load
from memslots import Source
from slotboard import ON, RELEASES, VERSIONS, Board

Storage = load("text_storage").Storage
SlotStore = load("slot_store").SlotStore


def board():
    return Board(Storage, SlotStore)


def with_good_1():
    """A board with version 1 in /a, as the good one."""
    one = board()
    one.update(1, running="0.0.9")
    one.start()
    one.healthy()
    return one


def told(one):
    print("%d power cuts, each time a whole signed application starts; gone on with after %d" % (one.cuts, one.resumed))


def test_from_what_lies_flat_to_the_first_slot():
    one = board()
    one.watch("flat", 1)
    assert one.update(1, running="0.0.9")["slot"] == "a"
    one.watch(1)
    assert one.start() == (1, None)
    one.healthy()
    told(one)
    assert one.cuts > 120 and one.resumed > 9


def test_a_new_version_beside_the_good_one_its_trial_and_the_way_back():
    one = with_good_1()
    one.watch(1, 2)
    source = Source(RELEASES[2])
    assert one.update(2, source=source)["slot"] == "b"
    # What is the same in the good slot was copied, what is the same in the root left alone.
    fetched = sum([size for at, size in source.reads if at >= len(RELEASES[2]) - size_of(2)])
    assert fetched == sum([len(data) for path, data in VERSIONS[2].items() if b"2" in data[:12]]), fetched
    for expected in (2, 2, 2, 1):
        assert one.start() == (expected, None)
    # Given up; told once more, nothing is fetched but the manifest.
    source = Source(RELEASES[2])
    one.update(2, source=source)
    assert sum([size for _, size in source.reads]) == len(RELEASES[2]) - size_of(2)
    assert one.start() == (2, None)
    one.watch(2)
    one.healthy()
    one.watch(2, 3)
    assert one.update(3, running="0.2.0")["slot"] == "a"
    assert one.start() == (3, None)
    told(one)
    assert one.cuts > 250 and one.resumed > 20


def size_of(number):
    return sum([len(data) for data in VERSIONS[number].values()])


def test_another_release_over_a_half_filled_slot_and_over_one_that_waits_for_its_start():
    one = with_good_1()
    one.watch(1)
    try:
        one.update(2, source=Source(RELEASES[2], breaks=8))
        raise AssertionError("it was not interrupted")
    except OSError:
        pass
    assert one.start() == (1, None)
    one.watch(1, 3)
    one.update(3)
    # It is to be tried, and before the board has started again there is a newer one.
    one.watch(1, 2, 3)
    one.update(2)
    one.watch(1, 2)
    assert one.start() == (2, None)
    assert json.loads(get(ON + "/slot.json"))["good"] == "a"
    told(one)
    assert one.cuts > 250


def test_folders_of_many_files():
    one = Board(Storage, SlotStore, 160)
    # Names on both sides of every name that is replaced in the root.
    for n in range(90):
        put(ON + "/%s%d.txt" % (("main.py", "slot.json", "slots.mpy")[n % 3], n), b"mine" * 9)
    one.update(1, running="0.0.9")
    one.start()
    one.healthy()
    one.sample = 31
    one.watch(1, 4)
    one.update(4)
    assert one.start() == (4, None)
    told(one)
    assert one.cuts > 300 and one.resumed > 8


def test_half_a_file_is_gone_on_with():
    one = with_good_1()
    begin = RELEASES[2].find(VERSIONS[2]["slot/uplink/new2.mpy"])
    for until in (begin + 2000, begin + 4000):
        try:
            one.update(2, source=Source(RELEASES[2], until=until))
            raise AssertionError("it was not interrupted")
        except OSError:
            pass
        have = len(get(ON + "/b/uplink/new2.mpy"))
        assert until <= begin + have < until + 1024, have
    source = Source(RELEASES[2])
    one.update(2, source=source)
    assert [read for read in source.reads if begin <= read[0] < begin + 4500] == [(begin + have, 4500 - have)]
    assert one.start() == (2, None)


def test_what_was_flushed_of_a_file_outlives_a_power_cut():
    one = with_good_1()
    begin = RELEASES[2].find(VERSIONS[2]["slot/uplink/new2.mpy"])
    source = Source(RELEASES[2])

    async def read(at, size):
        if at >= begin + 4096:
            one.flash.is_dead = True
            raise OSError(104)
        return source.data[at : at + size]

    source.read = read
    try:
        one.update(2, source=source)
        raise AssertionError("it was not interrupted")
    except OSError:
        pass
    one.power_is_back()
    assert get(ON + "/b/uplink/new2.mpy") == b"2" * 4096


def test_the_power_fails_again_and_again_until_it_is_done():
    one = with_good_1()
    for fails in range(200):
        one.flash.cut_in = 20 + fails * 17 % 61
        one.flash.tear = fails * 53 % 256
        try:
            one.update(2)
            is_done = True
        except OSError:
            is_done = False
        one.power_is_back()
        found = one.start()
        assert found in ((1, None), (2, None)), (fails, found)
        if is_done or found[0] == 2:
            break
    assert one.start() == (2, None)
    print("done after", fails, "power cuts in one update")
    assert 3 < fails < 100


def test_what_is_damaged_in_the_slot_is_replaced():
    one = with_good_1()
    one.update(2)
    put(ON + "/b/port.mpy", b"broken")
    put(ON + "/b/uplink/start.mpy", b"START" * 200)
    put(ON + "/b/uplink/start.py", b"would be taken in place of start.mpy")
    assert one.start()[0] is None
    Storage(ON).write("slot.json", json.dumps({"run": "a", "good": "a", "trial": "b", "tries": 0}))
    one.update(2)
    assert one.start() == (2, None)
