"""Under MicroPython: a long life of the journal on real LittleFS, with the power cut at every step of it.

    micropython inside_cuts.py SEED ACTIONS LIMIT [TEARS]

Before each program or erase step the flash is copied, the step is done on the
copy in part (torn, in TEARS ways), and the copy is mounted and recovered like a board that starts again:
everything that was accepted and not acknowledged must be there, once, in order
and unharmed, what was given up must have been counted, and numbers must go on
above all that were given.  Then life goes on, on the original.

Prints one JSON object.
"""

import json
import random
import sys

import vfs  # pyright: ignore[reportMissingImports]  # MicroPython's
from device import Flash  # pyright: ignore[reportMissingImports]  # beside this file

from file_store import Files
from text_storage import Storage
from uplink.journal_recover import open_journal

_BLOCKS = 24
_TEXT = "state.json"


class Wrong(Exception):
    pass


def quiet(text):
    pass


def mounted(flash, point):
    vfs.mount(vfs.VfsLfs2(flash), point)


class Life:
    """What happens to the journal, and what must be true of it at every moment."""

    def __init__(self, seed, limit, tears):
        random.seed(seed)
        self.limit = limit
        self.tears = tears
        self.flash = Flash(_BLOCKS)
        self.copy = Flash(_BLOCKS)
        vfs.VfsLfs2.mkfs(self.flash)
        mounted(self.flash, "/flash")
        self.storage = Storage("/flash")
        self.journal = open_journal(lambda name: Files("/flash/" + name), quiet, limit)
        # {number: payload} of all that is accepted and not acknowledged; numbers given up since, and how many before.
        self.kept = {}
        self.acked = 0
        self.gone = []
        self.passed = 0
        # What is just being written: it may be there after a cut, or not.
        self.coming = None
        self.texts: list = [None]
        self.cuts = self.appended = self.starts = 0
        self.flash.on_step = self.cut

    def act(self):
        """One thing that happens in a life."""
        dice = random.randrange(100)
        if dice < 70:
            self.append()
        elif dice < 90:
            self.send(random.randrange(1, 30))
        elif dice < 94:
            self.send(1 << 20)
        elif dice < 98:
            self.texts.append("%d" % random.randrange(1000) * random.choice((1, 20, 90)))
            self.storage.write(_TEXT, self.texts[-1])
            self.texts = self.texts[-1:]
        else:
            self.start_again()

    def append(self):
        for _ in range(random.randrange(1, 25)):
            size = random.choice((8, 25, 25, 25, 25, 40, 90, 500))
            payload = bytes([random.randrange(256) for _ in range(size)])
            journal = self.journal
            self.coming = journal.n, payload
            journal.ready()
            n = journal.append(payload)
            if n != self.coming[0]:
                raise Wrong("number %d given for %d" % (n, self.coming[0]))
            self.kept[n] = payload
            self.coming = None
            self.appended += 1
            self.give_up()

    def give_up(self):
        """Forget what the journal says that it gave up."""
        for n in [n for n in self.kept if n <= self.journal.acked]:
            del self.kept[n]
            self.gone.append(n)

    def send(self, count):
        journal = self.journal
        for _ in range(count):
            found = journal.next()
            while found is not None and found[0] <= journal.acked:
                found = journal.next()
            if found is None:
                return
            n, payload = found
            if bytes(payload) != self.kept.get(n):
                raise Wrong("record %d is not what was accepted" % n)
            # The broker has it from here on.
            del self.kept[n]
            self.acked = n
            self.gone = []
            self.passed = journal.given_up
            journal.ack(n)

    def start_again(self):
        self.starts += 1
        self.journal = open_journal(lambda name: Files("/flash/" + name), quiet, self.limit)
        # Acknowledgements that were not noted come again.
        while self.journal.acked < self.acked:
            found = self.journal.next()
            self.journal.ack(self.acked if found is None else found[0])

    def cut(self, flash, kind, at, data):
        """The power fails in this step: on a copy."""
        for tear in self.tears:
            self.cuts += 1
            self.copy.copy_from(flash)
            self.copy.tear = tear
            self.copy.torn(kind, at, data)
            mounted(self.copy, "/cut")
            try:
                self.check(open_journal(lambda name: Files("/cut/" + name), quiet, self.limit))
                if Storage("/cut").read(_TEXT) not in self.texts:
                    raise Wrong("a text is neither old nor new")
            finally:
                vfs.umount("/cut")

    def check(self, journal):
        before = max(self.kept) if self.kept else self.acked
        if journal.n <= before:
            raise Wrong("numbers go on at %d after %d" % (journal.n, before))
        found = self.read(journal)
        for n in found:
            if self.coming is not None and n == self.coming[0]:
                if found[n] != self.coming[1]:
                    raise Wrong("record %d is torn" % n)
            elif n > self.acked and found[n] != self.kept.get(n):
                raise Wrong("record %d is not what was accepted" % n)
        missing = [n for n in list(self.kept) + self.gone if n not in found]
        counted = journal.given_up - self.passed
        if len(missing) != counted:
            raise Wrong("%d records are missing, %d were given up: %s" % (len(missing), counted, missing[:9]))
        if journal.damaged:
            raise Wrong("%d are damaged" % journal.damaged)
        # What comes next is kept as well.
        more = [bytes((65 + k,)) * 50 for k in range(3)]
        for payload in more:
            journal.ready()
            journal.append(payload)
        found = self.read(journal)
        if [found[n] for n in sorted(found)[-3:]] != more:
            raise Wrong("what came after the cut is not there")

    def read(self, journal):
        """{number: payload} of what is not acknowledged; Wrong when out of order."""
        journal.rewind()
        found = {}
        last = journal.acked
        while True:
            one = journal.next()
            if one is None:
                return found
            if one[0] > journal.acked:
                if one[0] <= last:
                    raise Wrong("record %d after %d" % (one[0], last))
                last = one[0]
                found[last] = bytes(one[1])


def main():
    seed, actions, limit = map(int, sys.argv[1:4])
    tears = [int(tear) for tear in sys.argv[4:]] or [128]
    life = Life(seed, limit, tears)
    wrong = None
    try:
        for _ in range(actions):
            life.act()
    except Wrong as e:
        wrong = "seed %d, cut %d: %s" % (seed, life.cuts, e)
    print(
        json.dumps(
            {
                "cuts": life.cuts,
                "records": life.appended,
                "starts": life.starts,
                "given_up": life.journal.given_up,
                "wrong": wrong,
            }
        )
    )


main()
