"""The journal on a LittleFS that is full, that cannot be read in places, or whose bytes have changed."""

import vfs  # pyright: ignore  # MicroPython's
from esp32_fakes import load

from lumbus.flash.device import Flash
from uplink.journal_recover import open_journal

Files = load("file_store").Files

POINT = "/journal-flash"
RECORDS = 700
# Of 16 KiB: a file's blocks are found each through the one behind it.
OF_A_SEGMENT = 520


class Board:
    def __init__(self, blocks=24, limit=1 << 20):
        self.flash = Flash(blocks)
        self.limit = limit
        self.lines = []
        vfs.VfsLfs2.mkfs(self.flash)
        self.start()

    def start(self):
        """OSError when it cannot be mounted, or not be read at all."""
        unmount()
        vfs.mount(vfs.VfsLfs2(self.flash), POINT)
        self.journal = open_journal(lambda name: Files(POINT + "/" + name), self.lines.append, self.limit)

    def fill(self, count):
        for _ in range(count):
            self.journal.ready()
            self.journal.append(payload(self.journal.n))
        return self


def unmount():
    try:
        vfs.umount(POINT)
    except OSError:
        pass


def payload(n):
    return ("%d " % n * 30)[:30].encode()


def taken(journal):
    """The numbers of what comes, each with what was written under it."""
    out = []
    while True:
        found = journal.next()
        if found is None:
            return out
        n, data = found
        assert bytes(data) == payload(n), n
        if n > journal.acked:
            out.append(n)
            journal.ack(n)


def test_a_full_filesystem_gives_up_the_oldest_and_takes_the_newest():
    board = Board()
    with open(POINT + "/other", "wb") as f:
        for _ in range(10):
            f.write(bytes(4096))
    board.fill(3000)
    journal = board.journal
    assert journal.given_up > 500 and journal.waiting + journal.given_up == 3000
    board.start()
    assert board.journal.given_up == journal.given_up
    assert taken(board.journal) == list(range(journal.given_up + 1, 3001))
    board.fill(5)
    assert taken(board.journal) == list(range(3001, 3006))


def test_a_filesystem_without_any_room_refuses_and_keeps_what_it_has():
    board = Board().fill(30)
    with open(POINT + "/other", "wb") as f:
        try:
            while True:
                f.write(bytes(512))
        except OSError:
            pass
    refused = 0
    for _ in range(40):
        try:
            board.fill(1)
        except OSError:
            refused += 1
    last = board.journal.n
    board.start()
    assert taken(board.journal) == list(range(1, last)) and last > 30


def each_block(harm):
    """How many records came with each block harmed in turn; None where that is the filesystem's own."""
    board = Board().fill(RECORDS)
    whole = board.flash
    results = []
    for block in range(whole.blocks):
        flash = board.flash = Flash(whole.blocks)
        flash.copy_from(whole)
        harm(flash, block)
        try:
            board.start()
        except OSError:
            # Its own list of files: mount.py's.
            results.append(None)
            continue
        came = taken_where_it_can(board.journal)
        assert came == sorted(set(came)) and (not came or came[-1] <= RECORDS)
        flash.bad = ()
        assert board.journal.n > RECORDS or len(came) + board.journal.damaged < RECORDS, block
        last = board.journal.n
        board.fill(20)
        assert taken(board.journal)[-20:] == list(range(last, last + 20)), block
        results.append(len(came))
    unmount()
    return results


def taken_where_it_can(journal):
    """What comes; an error of reading ends it, as the application tries again later."""
    out = []
    for _ in range(3):
        try:
            out += taken(journal)
        except OSError:
            journal.rewind()
    return out


def test_a_block_that_cannot_be_read_costs_the_records_of_a_segment_at_most():
    def harm(flash, block):
        flash.bad = (block,)

    told = each_block(harm)
    print(told)
    assert told.count(RECORDS) > 10 and told.count(None) < 8
    assert min([RECORDS if came is None else came for came in told]) >= RECORDS - OF_A_SEGMENT


def test_a_block_whose_bytes_have_changed_costs_few_records_where_it_is_the_journal_s():
    def harm(flash, block):
        buf = bytearray(flash.size)
        flash.readblocks(block, buf)
        for at in range(100, len(buf), 500):
            buf[at] ^= 0x5A
        flash.ioctl(6, block)
        flash.writeblocks(block, buf)

    told = each_block(harm)
    print(told)
    # Where folders have lost entries that is the filesystem's.
    assert told.count(RECORDS) > 10 and sum([came is not None and came > RECORDS - 40 for came in told]) > 18
