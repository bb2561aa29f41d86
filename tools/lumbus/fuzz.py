"""`python -m lumbus.fuzz`: damaged telegrams by the hundred thousand, for a while, by hand.

Every one goes through all that `examine` asks: the frame, the telegram, its
records and their values; the deframer, in pieces, with noise around it; and the
layouts of the telegram that it came from and of a telegram like it.  Ends with
the counts of what became of them, or with the first that broke a rule.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter

from mbus.errors import MBusError
from mbus.parse import parse_frame

from .examine import Fault, examine, examine_deframer, examine_layout, layout_of
from .mutate import Mutator, telegrams

_CHUNK = 5000


class Broken(Exception):
    """`raw` broke a rule, or raised what is no error of the library's."""

    def __init__(self, raw: str, why: str):
        super().__init__(raw, why)
        self.raw = raw
        self.why = why


class Fuzz:
    """Examines what a Mutator makes; `counts` by outcome."""

    def __init__(self, originals: list[bytes], seed: int):
        self.mutator = Mutator(originals, seed)
        self.counts: Counter[str] = Counter()
        self._layouts = [layout_of(raw) for raw in originals]

    def run(self, count: int) -> Counter[str]:
        for _ in range(count):
            raw, origin = self.mutator.next()
            try:
                self._one(raw, origin)
            except Exception as e:
                raise Broken(raw.hex(), f"{type(e).__name__}: {e}") from e
        return self.counts

    def _one(self, raw: bytes, origin: int | None) -> None:
        outcome, said = examine(raw)
        self.counts[outcome] += 1
        self.counts["records with a value or a reason"] += said.count("\n")
        mutator = self.mutator
        stream = mutator.noise() + raw + mutator.noise()
        self.counts["frames out of noise"] += examine_deframer(stream, mutator.pieces(stream))
        if origin is not None and (known := self._layouts[origin]):
            self.counts["of its original's layout"] += examine_layout(known, raw)
        if outcome.endswith("whole"):
            self._twin(raw)

    def _twin(self, raw: bytes) -> None:
        """With another byte at one place: the layout reads it as decoding does, or refuses it."""
        known = layout_of(raw)
        if not known:
            return
        twin = bytearray(raw)
        at = self.mutator.random.randrange(4, len(raw) - 2)
        twin[at] = self.mutator.random.randrange(256)
        twin[-2] = sum(twin[4:-2]) & 0xFF
        try:
            parse_frame(bytes(twin))
        except MBusError as e:
            raise Fault(f"the twin is a frame: {e}") from None
        self.counts["twins of the same layout"] += examine_layout(known, bytes(twin))
        self.counts["twins"] += 1


def _chunk(work: tuple[int, int]) -> Counter[str]:
    seed, count = work
    return Fuzz(telegrams(), seed).run(count)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lumbus.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, metavar="N", help="telegrams (100000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="other telegrams with another number (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (all cores)")
    options = parser.parse_args(argv)
    works = [(options.seed * 1_000_003 + at, min(_CHUNK, options.count - at)) for at in range(0, options.count, _CHUNK)]
    counts: Counter[str] = Counter()
    began = time.monotonic()
    with multiprocessing.Pool(options.jobs) as pool:
        try:
            for done in pool.imap_unordered(_chunk, works):
                counts += done
        except Broken as e:
            print(f"broken by {e.raw}\n{e.why}")
            return 1
    for outcome, times in sorted(counts.items()):
        print(f"{times:>10}  {outcome}")
    print(f"{options.count} telegrams from {len(telegrams())} in {time.monotonic() - began:.0f} s, no rule broken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
