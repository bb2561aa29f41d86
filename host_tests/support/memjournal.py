"""The journal's interface over a list, and an outbox over it: for tests of what stands on the journal."""

from uplink.backlog import Backlog
from uplink.outbox import Outbox
from uplink.topics import Topics


class MemJournal:
    """`full`: the flash refuses."""

    def __init__(self):
        self.kept = []
        self.full = False
        self.acks = []
        self.n = 1
        self.acked = self.stored = self.group = self.damaged = 0
        self._at = 0

    @property
    def waiting(self):
        return self.n - 1 - self.acked

    def ready(self):
        if self.full:
            raise OSError(28, "ENOSPC")

    def append(self, payload):
        self.stored += 1
        self.kept.append((self.n, payload))
        self.n += 1
        return self.n - 1

    def next(self):
        if self._at == len(self.kept):
            return None
        self._at += 1
        return self.kept[self._at - 1]

    def rewind(self):
        self._at = 0

    def ack(self, n):
        self.acks.append(n)
        self.acked = n
        gone = len([k for k in self.kept if k[0] <= n])
        del self.kept[:gone]
        self._at = max(0, self._at - gone)


class AsTheyAre:
    """Records that are the things themselves."""

    def pack(self, thing, n, group):
        return thing

    def unpack(self, payload, n):
        return payload

    def forget(self):
        pass


class NoStorage:
    def __init__(self):
        self.texts = {}

    def read(self, name):
        return self.texts.get(name)

    def write(self, name, text):
        self.texts[name] = text


class JournaledOutbox(Outbox):
    """With everything that it stands on: `journal`, `storage`, `lines`, and `accepted_ones`."""

    def __init__(self, clock, limit=100000, per_s=10, boot=1, journal=None, keep=True):
        self.journal = journal or MemJournal()
        self.storage = NoStorage()
        self.lines = []
        self.accepted_ones = []
        topics = Topics("base", "gw")
        backlog = Backlog(self.journal, AsTheyAre(), clock, self.lines.append, topics, self.storage, boot, per_s)
        super().__init__(clock, self.lines.append, backlog, limit, self.accepted_ones.append if keep else None)
