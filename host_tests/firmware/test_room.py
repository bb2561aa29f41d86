"""Free memory, told as of a heap of 64 bits."""

from uplink import room


class Counting:
    """`gc` of a board with so many bytes free once it has collected."""

    def __init__(self, free):
        self._free = free
        self._collected = False

    def collect(self):
        self._collected = True

    def mem_free(self):
        return self._free if self._collected else 0


class Blind:
    """`gc` that counts nothing."""

    def collect(self):
        pass


class Words:
    def __init__(self, maxsize):
        self.maxsize = maxsize


def told(gc, maxsize):
    before = room.gc, room.sys
    room.gc, room.sys = gc, Words(maxsize)
    try:
        return room.free()
    finally:
        room.gc, room.sys = before


def test_what_a_heap_of_64_bits_has_free_is_told_as_it_is():
    assert told(Counting(14000), (1 << 63) - 1) == 14000


def test_on_a_board_it_counts_twice_for_its_objects_are_half_as_large():
    assert told(Counting(14000), (1 << 31) - 1) == 28000


def test_where_nobody_counts_there_is_room_for_all_that_is_asked():
    assert told(Blind(), (1 << 63) - 1) >= 10**8


def test_there_is_some():
    assert room.free() > 0
