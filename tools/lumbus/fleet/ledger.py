"""What the devices' applications have accepted: (index, boot, seq) of each reading, as numbers in a file."""

import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_ENTRY = struct.Struct("<IIId")


class LedgerWriter:
    """`count` entries are in it; those at the end are in the file after close()."""

    def __init__(self, file: Path):
        self._file = open(file, "ab")
        self.count = 0

    def of(self, index: int) -> Callable:
        """The application's hook for the device of this index: called with each reading that is accepted."""

        def accepted(reading) -> None:
            self.count += 1
            self._file.write(_ENTRY.pack(index, reading.boot, reading.seq, time.time()))

        return accepted

    def close(self) -> None:
        self._file.close()


def entries(file: Path) -> Iterator[tuple[int, int, int, float]]:
    """(index, boot, seq, when: seconds since 1970) of each, in order."""
    data = file.read_bytes()
    return _ENTRY.iter_unpack(data[: len(data) // _ENTRY.size * _ENTRY.size])
