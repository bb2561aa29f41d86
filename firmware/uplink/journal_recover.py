"""What the journal's files say after a start, whenever the power was cut before.

* A record is in a tail, in a segment, or in both when the cut came between adding
  the tails to a segment and removing them: those tails are removed now.
* A segment or tail of which all is acknowledged is removed.
* Numbers go on above every one that can have been given: above the last record that
  checks, and above all that a damaged tail can have had.
* Without a file `ack` that checks nothing counts as acknowledged: messages come twice.

It is needed once; the start forgets it.
"""

import binascii

from .frames import FrameReader
from .journal import Journal
from .varint import get

# The journal's form is in its folders' name: what another version left is not touched.
FOLDERS = ("journal-1", "journal-1-old")
# A tail has at most 128 bytes, and a record at least 7.
_MOST_OF_A_TAIL = 18


def open_journal(folder, log, limit: int) -> Journal:
    """The journal in its two folders; folder(name) gives a Files.  limit: bytes for segments.  OSError."""
    new, old = [folder(name) for name in FOLDERS]
    acked, given_up = _acked(new, log)
    segments = _numbers(old)
    tails = _numbers(new)
    n = acked
    if segments:
        n = max(n, _last_of(old, segments[-1]))
    tails = _without_merged(new, tails, n)
    if tails:
        n = max(n, _last_of(new, tails[-1], _MOST_OF_A_TAIL), tails[-1])
    segments = _without_acked(old, segments, tails, acked, n)
    if n == acked:
        tails = _without_merged(new, tails, n)
    total = sum([old.size("%x" % base) for base in segments])
    if segments:
        state = n + 1, acked, given_up, tails, segments[0], segments[-1], old.size("%x" % segments[-1]), total
    else:
        state = n + 1, acked, given_up, tails, 0, 0, 0, 0
    if n > acked:
        log("journal: %d messages wait on flash" % (n - acked))
    return Journal(new, old, limit, state)


def _acked(new, log):
    """(last acknowledged number, how many were given up)."""
    try:
        data = new.read("ack", 0, 32)
        acked, at = get(data, 0)
        given_up, at = get(data, at)
        if int.from_bytes(data[at : at + 4], "little") == binascii.crc32(data[:at]):
            return acked, given_up
        log("journal: the note of what is acknowledged is damaged; messages may come twice")
    except IndexError:
        log("journal: the note of what is acknowledged is cut short; messages may come twice")
    except OSError:
        pass  # there is none yet
    return 0, 0


def _numbers(files) -> list:
    """The first numbers of the folder's files, in order; what was begun only is removed."""
    numbers = []
    for name in list(files.names()):
        if name == "ack":
            continue
        if name.endswith(".new") or not files.size(name):
            files.remove(name)
            continue
        try:
            numbers.append(int(name, 16))
        except ValueError:
            pass  # none of ours
    return sorted(numbers)


def _last_of(files, base: int, most_damaged: int = 0) -> int:
    """The number of a file's last record; above that what damaged bytes can have had."""
    reader = FrameReader(files, "%x" % base, base - 1)
    while reader.next() is not None:
        pass
    return reader.n + (most_damaged if reader.damaged else 0)


def _without_merged(new, tails: list, n: int) -> list:
    """The tails that have records above number `n`; the others go."""
    left = []
    for base in tails:
        if base <= n and _last_of(new, base) <= n:
            new.remove("%x" % base)
        else:
            left.append(base)
    return left


def _without_acked(old, segments: list, tails: list, acked: int, n: int) -> list:
    """The segments that have records above `acked`; the others go."""
    left = []
    for base, end in zip(segments, segments[1:] + [tails[0] if tails else n + 1]):
        if end - 1 <= acked:
            old.remove("%x" % base)
        else:
            left.append(base)
    return left
