"""The journal over files in memory: order, acknowledgement, room, damage, restarts."""

from checks import raises
from memfiles import MemFiles

from uplink.frames import MOST, FrameReader, framed
from uplink.journal_recover import FOLDERS, open_journal


class Board:
    """The journal's two folders, which survive a start; `lines` is the log."""

    def __init__(self, limit=100000):
        self.new, self.old = MemFiles(), MemFiles()
        self.limit = limit
        self.lines = []
        self.start()

    def start(self):
        folders = dict(zip(FOLDERS, (self.new, self.old)))
        self.journal = open_journal(lambda name: folders[name], self.lines.append, self.limit)
        return self.journal

    def fill(self, count, size=25):
        for _ in range(count):
            self.journal.ready()
            n = self.journal.n
            self.journal.append(payload(n, size))
        return self


def payload(n, size=25):
    return ("%d " % n * size)[:size].encode()


def taken(journal, most=1 << 20, size=25):
    """The numbers of what comes, acknowledged one by one."""
    out = []
    while len(out) < most:
        found = journal.next()
        if found is None:
            return out
        n, data = found
        assert bytes(data) == payload(n, size)
        if n > journal.acked:
            out.append(n)
            journal.ack(n)
    return out


def test_frames_check_and_know_their_number():
    files = MemFiles()
    kept = [b"a", b"b" * 127, b"c" * 128, b"d" * MOST]
    files.write("f", b"".join([framed(data, 300 + k) for k, data in enumerate(kept)]))
    reader = FrameReader(files, "f", 299)
    for k, data in enumerate(kept):
        assert (bytes(reader.next()), reader.n) == (data, 300 + k)
    assert reader.next() is None and reader.damaged == 0
    # The same bytes under another number are none.
    reader = FrameReader(files, "f", 299 + 256)
    assert reader.next() is None and reader.damaged == files.size("f")


def test_each_bit_that_turns_costs_one_frame():
    files = MemFiles()
    whole = b"".join([framed(payload(n), n) for n in range(1, 9)])
    for at in range(len(whole)):
        hurt = bytearray(whole)
        hurt[at] ^= 1 << at % 8
        files.write("f", hurt)
        reader = FrameReader(files, "f", 0)
        found = []
        data = reader.next()
        while data is not None:
            assert bytes(data) == payload(reader.n)
            found.append(reader.n)
            data = reader.next()
        assert found == [n for n in range(1, 9) if n != at // 31 + 1], at


def test_what_goes_in_comes_out_in_order_and_is_gone_when_acknowledged():
    board = Board().fill(1000)
    assert board.journal.waiting == 1000
    assert taken(board.journal) == list(range(1, 1001))
    assert board.journal.waiting == 0
    assert list(board.new.held) == ["ack"] and not board.old.held
    assert board.journal.counters() == {"waiting": 0, "given_up": 0, "damaged": 0, "bytes": 0}


def test_numbers_go_on_over_starts_also_when_all_is_acknowledged():
    board = Board().fill(10)
    taken(board.journal)
    assert board.start().n == 11
    board.fill(500)
    assert board.start().n == 511
    assert taken(board.journal) == list(range(11, 511))
    assert board.start().n == 511
    assert board.fill(1).start().waiting == 1


def test_after_a_start_what_was_not_noted_as_acknowledged_comes_again_and_no_more():
    board = Board().fill(1000)
    taken(board.journal, 500)
    again = taken(board.start())
    assert again[-1] == 1000 and again == list(range(again[0], 1001))
    assert 501 - 32 <= again[0] <= 501
    assert "messages wait on flash" in board.lines[-1]


def test_new_ones_may_come_while_old_ones_leave():
    board = Board()
    out = []
    for turn in range(300):
        board.fill(turn % 7 + 1)
        out += taken(board.journal, 4)
    out += taken(board.journal)
    assert out == list(range(1, board.journal.n))


def test_a_new_session_begins_again_at_the_first_that_was_not_acknowledged():
    board = Board().fill(100)
    taken(board.journal, 40)
    seen = [board.journal.next()[0] for _ in range(10)]
    board.journal.rewind()
    assert seen == list(range(41, 51))
    assert taken(board.journal) == list(range(41, 101))


def test_the_oldest_are_given_up_when_the_limit_is_reached_and_counted_for_good():
    board = Board(limit=40000).fill(3000)
    gone = board.journal.given_up
    assert 0 < gone < 3000
    assert board.journal.counters()["bytes"] <= 40000
    assert board.start().given_up == gone
    assert taken(board.journal) == list(range(gone + 1, 3001))
    board.fill(3000)
    assert board.start().given_up > gone


def test_what_is_acknowledged_is_not_counted_as_given_up():
    board = Board(limit=40000).fill(1200)
    taken(board.journal, 1000)
    board.fill(500)
    assert board.journal.given_up == 0
    assert taken(board.journal) == list(range(1001, 1701))


def test_long_ones_and_short_ones():
    board = Board()
    for size in (1, 127, 128, 129, 500, MOST, 3) * 20:
        board.fill(1, size)
    for size in (1, 127, 128, 129, 500, MOST, 3) * 20:
        n, data = board.journal.next()
        assert bytes(data) == payload(n, size)
    assert board.journal.next() is None


def test_each_byte_of_the_files_may_be_damaged_and_costs_few():
    for where in ("new", "old"):
        board = Board().fill(400)
        held = dict(board.new.held), dict(board.old.held)
        for name, whole in held[where == "old"].items():
            for at in range(0, len(whole), 1 if where == "new" else 61):
                board.new.held, board.old.held = dict(held[0]), dict(held[1])
                hurt = bytearray(whole)
                hurt[at] ^= 0x10
                getattr(board, where).held[name] = bytes(hurt)
                journal = board.start()
                found = taken(journal)
                assert len(found) >= 399 and found == sorted(found), (name, at)
                assert journal.n > 400 and journal.damaged + len(found) == journal.n - 1
                assert journal.waiting == 0


def test_a_damaged_note_of_what_is_acknowledged_is_told_and_nothing_is_lost():
    for hurt in (b"", b"\x80", b"\x05\x00abcd", b"\xff" * 40):
        board = Board().fill(300)
        taken(board.journal, 200)
        board.new.held["ack"] = hurt
        found = taken(board.start())
        assert found[-1] == 300 and set(range(201, 301)) <= set(found)
        assert not hurt or any("come twice" in line for line in board.lines)


class FailingFiles(MemFiles):
    """`bad`: (name, first byte, last byte) that cannot be read; `errno` of writes that fail."""

    bad = errno = None

    def read(self, name, at, size):
        if self.bad and name == self.bad[0] and at <= self.bad[2] and at + size > self.bad[1]:
            raise OSError(5, "EIO")
        return super().read(name, at, size)

    def write(self, name, data):
        if self.errno and name != "ack":
            raise OSError(self.errno, "")
        super().write(name, data)


def test_what_cannot_be_read_is_counted_and_the_rest_comes():
    board = Board()
    board.old = FailingFiles()
    board.start()
    board.fill(1000)
    name = sorted(board.old.held)[0]
    board.old.bad = (name, 4096, 8191)
    found = taken(board.journal)
    assert board.journal.damaged == 1000 - len(found)
    assert 4096 // 31 <= board.journal.damaged <= 4096 // 31 + 40
    assert found[-1] == 1000


def test_a_flash_that_refuses_is_an_error_and_nothing_is_half_there():
    board = Board()
    board.new = FailingFiles()
    board.start()
    board.fill(50)
    board.new.errno = 5
    assert raises(OSError, board.fill, 1).errno == 5
    assert board.journal.n == 51 and board.journal.waiting == 50
    board.new.errno = None
    board.fill(1)
    assert taken(board.journal) == list(range(1, 52))


def test_room_that_giving_up_does_not_make_is_not_asked_for_for_ever():
    board = Board()
    board.new = FailingFiles()
    board.start()
    board.fill(3000)
    before = len(board.old.held)
    board.new.errno = 28
    assert raises(OSError, board.fill, 1).errno == 28
    assert before - len(board.old.held) <= 2 < before
    board.new.errno = None
    board.fill(1)
    assert taken(board.journal) == list(range(board.journal.given_up + 1, 3002))


def test_the_oldest_go_when_the_filesystem_is_full_before_the_limit():
    class Full(MemFiles):
        def append(self, name, parts):
            data = b"".join([bytes(part) for part in parts])
            if sum([len(held) for held in self.held.values()]) + len(data) > 40000:
                raise OSError(28, "ENOSPC")
            super().append(name, [data])

    board = Board(limit=1 << 20)
    board.old = Full()
    board.start()
    board.fill(3000)
    assert board.journal.given_up > 0
    assert taken(board.journal) == list(range(board.journal.given_up + 1, 3001))


def test_what_another_version_left_and_what_is_none_of_ours_is_not_touched():
    board = Board().fill(100)
    board.new.held["notes.txt"] = b"of somebody"
    board.old.held["1.new"] = b"half"
    board.start()
    assert taken(board.journal) == list(range(1, 101))
    assert board.new.held["notes.txt"] == b"of somebody"
    assert "1.new" not in board.old.held
