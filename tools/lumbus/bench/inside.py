"""What the bench does with telegrams, inside of an interpreter: CPython, MicroPython, WebAssembly.

Arguments: a file with one telegram a line in hex, what to measure, and how many
rounds.  Prints one number for each thing measured.

* first: as if never seen before.  Nothing is kept from one telegram to another;
  every record's function, storage, tariff, subunit, unit, quantity and value
  (as text) is worked out.
* repeat: through the layout compiled from the telegram before.  Checksum and
  every byte that is not data are verified; the profile's integers come out.
* alloc: bytes allocated for one telegram, either way.
"""

import gc
import sys
import time

from mbus.errors import MBusError
from mbus.fixed import CI_FIXED, FixedTelegram
from mbus.layout import Layout
from mbus.parse import parse_frame
from mbus.telegram import CI_VARIABLE, Telegram
from mbus.value import text

MICROPYTHON = sys.implementation.name == "micropython"
# What a profile may name: an energy, a volume, what flows, electricity, temperatures.
_UNITS = ("Wh", "J", "m3", "W", "J/h", "m3/h", "V", "A", "Hz", "°C", "K")
# As many roles as a profile has.
_MOST = 7
_SMALL = 1 << 30
_INTEGERS = (1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 14)


def ticks_us() -> int:
    return time.ticks_us() if MICROPYTHON else time.perf_counter_ns() // 1000  # pyright: ignore  # its own


def first(raw) -> int:
    """Everything that a telegram says; how many records."""
    frame = parse_frame(raw)
    count = 0
    if frame.ci == CI_FIXED:
        for counter in FixedTelegram(frame).counters():
            _ = counter.quantity, counter.unit, counter.value
            count += 1
        return count
    telegram = Telegram(frame)
    _ = telegram.identification, telegram.manufacturer, telegram.access_number
    for record in telegram:
        meaning = record.meaning
        _ = record.function, record.storage, record.tariff, record.subunit, meaning.unit, meaning.quantity
        text(record)
        count += 1
    return count


def wanted(raw) -> list:
    """(dib, vib) of the first seven records that hold an integer in a unit of _UNITS.

    It must be a small integer on a board: from 2**30 on Python itself allocates.
    """
    seen, pairs = [], []
    for record in Telegram(parse_frame(raw)):
        meaning = record.meaning
        kind = record.dib[0] & 15
        pair = (record.dib, record.vib)
        usable = meaning.unit in _UNITS and not meaning.error and not meaning.is_date
        # A layout takes the first that has both.
        if pair not in seen and usable and kind in _INTEGERS and _small(record.number()):
            pairs.append(pair)
        seen.append(pair)
    return pairs[:_MOST]


def _small(number) -> bool:
    return number is not None and -_SMALL <= number[0] < _SMALL


def layouts(raws) -> list:
    """(Layout, telegram) of each variable data telegram."""
    found = []
    for raw in raws:
        if parse_frame(raw).ci == CI_VARIABLE:
            try:
                found.append((Layout(raw, wanted(raw)), raw))
            except MBusError:
                continue
    return found


def first_us(raws) -> int:
    """Microseconds for all of them."""
    began = ticks_us()
    for raw in raws:
        first(raw)
    return ticks_us() - began


def repeat_us(known) -> int:
    began = ticks_us()
    for layout, raw in known:
        layout.read(raw)
    return ticks_us() - began


def first_alloc(raws) -> int:
    """Bytes allocated for all of them, with nothing collected in between (MicroPython's own count)."""
    total = 0
    for raw in raws:
        # Nothing is collected on its own before the heap is full, which is far away.
        gc.collect()
        before = gc.mem_alloc()  # pyright: ignore  # MicroPython's
        first(raw)
        total += gc.mem_alloc() - before  # pyright: ignore
    return total


def repeat_alloc(known) -> int:
    """The same for known layouts; the heap is locked, so an allocation would raise MemoryError."""
    import micropython  # pyright: ignore[reportMissingImports]  # only there

    right = 0
    before = gc.mem_alloc()  # pyright: ignore
    micropython.heap_lock()  # pyright: ignore[reportAttributeAccessIssue]
    try:
        for i in range(len(known)):
            right += known[i][0].read(known[i][1])
    finally:
        micropython.heap_unlock()  # pyright: ignore[reportAttributeAccessIssue]
    if right != len(known):
        raise ValueError("a layout did not read its own telegram")
    return gc.mem_alloc() - before  # pyright: ignore


def run(path: str, rounds: int) -> None:
    with open(path) as f:
        raws = [bytes.fromhex(line.strip()) for line in f]
    known = layouts(raws)
    first(raws[0])
    times = [(first_us(raws), repeat_us(known)) for _ in range(rounds)]
    print(min(t[0] for t in times) / len(raws))
    print(min(t[1] for t in times) / len(known))
    print(first_alloc(raws) / len(raws))
    print(repeat_alloc(known) / len(known))


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
