"""Damaged and made-up telegrams, the same ones for the same seed.

Most are damaged behind the frame check: the user data of a good telegram with
bits flipped, bytes set, cut, put in or doubled, pieces of another one spliced
in; then the length is put right and the checksum computed anew.  Some are made
from DIBs, VIBs and data at random, and some are damaged as they stand.
"""

from collections.abc import Iterable
from pathlib import Path
from random import Random

from mbus.errors import MBusError
from mbus.frame import RSP_UD, START_LONG, encode_long
from mbus.integers import LVAR, SIZES
from mbus.parse import parse_frame
from mbus_service.encode import encode_dib

from .paths import ROOT

FOLDERS = (ROOT / "host_tests" / "telegrams", ROOT.parent / "shared" / "corpus" / "frames")
_MOST = 252
_CIS = (0x72,) * 6 + (0x76, 0x7A, 0x78, 0x73, 0x77, 0x70)
# Where much depends on one byte: data fields, fillers, manufacturer data, text units, table switches, VIFEs, lengths.
_TELLING = bytes.fromhex(
    "00 01 04 05 07 0c 0d 0e 0f 1f 2f 3f 7f 80 84 8d 6c 6d 7c 7d 7e fb fc fd ff"
    "3b 3c 50 61 6a 70 77 f0 c1 d2 e3 f4 f5 f6 f7 e0 c0 d0 bf"
)
_NUMBER_VIFS = b"\x03\x13\x2b\x3b\x5b\x6c\x6d\x6e\x78\x20"


def telegrams(folders: Iterable[Path] = FOLDERS) -> list[bytes]:
    """The good and the bad ones of the folders that are there."""
    found = []
    for folder in folders:
        for file in sorted([*folder.glob("*.hex"), *folder.glob("bad/*.hex")]):
            found.append(bytes.fromhex("".join(file.read_text().split())))
    return found


class Mutator:
    """`next()` gives bytes, and the index of the telegram that they came from (None where they are made up)."""

    def __init__(self, originals: list[bytes], seed: int):
        self.random = Random(seed)
        self.originals = originals
        self._frames = []
        for at, raw in enumerate(originals):
            try:
                frame = parse_frame(raw)
            except MBusError:
                continue
            if raw[0] == START_LONG:
                self._frames.append((at, frame))
        small = (self._flip, self._set, self._cut, self._end, self._insert)
        self._changes = (*small, self._double, self._splice, self._lengthen)

    def next(self) -> tuple[bytes, int | None]:
        kind = self.random.random()
        if kind < 0.1:
            at = self.random.randrange(len(self.originals))
            return bytes(self._changed(self.originals[at])), at
        if kind < 0.25:
            return encode_long(RSP_UD, self.random.randrange(256), self.random.choice(_CIS), self._made()[:_MOST]), None
        at, frame = self.random.choice(self._frames)
        control, address, ci = frame.raw[4:7]
        if self.random.random() < 0.2:
            control, address, ci = self.random.randrange(256), self.random.randrange(256), self.random.choice(_CIS)
        return encode_long(control, address, ci, bytes(self._changed(frame.data)[:_MOST])), at

    def pieces(self, stream: bytes) -> list[bytes]:
        """`stream` in pieces of any size."""
        cuts = sorted(self.random.randrange(len(stream) + 1) for _ in range(self.random.randrange(6)))
        return [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    def noise(self) -> bytes:
        return self.random.randbytes(self.random.randrange(12))

    def _changed(self, data: bytes) -> bytearray:
        out = bytearray(data)
        while True:
            self.random.choice(self._changes)(out)
            if self.random.random() < 0.6:
                return out

    def _place(self, out: bytearray) -> int:
        return self.random.randrange(len(out) + 1)

    def _flip(self, out: bytearray) -> None:
        if out:
            out[self.random.randrange(len(out))] ^= 1 << self.random.randrange(8)

    def _set(self, out: bytearray) -> None:
        if out:
            out[self.random.randrange(len(out))] = self._byte()

    def _byte(self) -> int:
        return self.random.choice(_TELLING) if self.random.random() < 0.7 else self.random.randrange(256)

    def _cut(self, out: bytearray) -> None:
        at = self._place(out)
        del out[at : at + self.random.choice((1, 1, 2, 4, 300))]

    def _end(self, out: bytearray) -> None:
        """What is begun at the end and goes no further."""
        del out[self._place(out) :]
        out += bytes(self._byte() for _ in range(self.random.randrange(1, 4)))

    def _insert(self, out: bytearray) -> None:
        at = self._place(out)
        out[at:at] = bytes(self._byte() for _ in range(self.random.choice((1, 1, 2, 5, 12))))

    def _double(self, out: bytearray) -> None:
        at = self._place(out)
        piece = out[at : at + self.random.randrange(1, 30)]
        out[at:at] = piece * self.random.choice((1, 1, 1, 8))

    def _splice(self, out: bytearray) -> None:
        other = self.random.choice(self._frames)[1].data
        at = self.random.randrange(len(other) + 1)
        here = self._place(out)
        out[here : here + self.random.randrange(30)] = other[at : at + self.random.randrange(1, 60)]

    def _lengthen(self, out: bytearray) -> None:
        """A chain of extensions, of which 10 are allowed."""
        at = self._place(out)
        out[at:at] = bytes(self._byte() | 0x80 for _ in range(self.random.randrange(1, 13)))

    def _made(self) -> bytes:
        out = bytearray(self.random.randbytes(12) if self.random.random() < 0.7 else b"")
        while self.random.random() < 0.9:
            out += self._record()
        return bytes(out)

    def _record(self) -> bytes:
        kind = self.random.randrange(16)
        few = self.random.choice((0, 0, 1, 3, 20, 41))
        dib = encode_dib(
            kind, self.random.randrange(4), self.random.getrandbits(few), self.random.getrandbits(few // 4)
        )
        if self.random.random() < 0.5:
            vib = bytes((self.random.choice(_NUMBER_VIFS),))
        else:
            vib = bytes(self._byte() | 0x80 for _ in range(self.random.randrange(6))) + bytes((self._byte() & 0x7F,))
        if kind == LVAR:
            size = self.random.choice((0, 1, 4, 0xBF, 0xC0, 0xC4, 0xCF, 0xD3, 0xE0, 0xE6, 0xF0, 0xF4, 0xF5, 0xF6, 0xF7))
            return dib + vib + bytes((size,)) + self.random.randbytes(size if size < 0xC0 else size & 15)
        size = SIZES[kind] if kind < 15 else self.random.randrange(8)
        digits = self.random.choice((256, 10, 1))
        return dib + vib + bytes(self.random.randrange(digits) * 17 % 256 for _ in range(size))
