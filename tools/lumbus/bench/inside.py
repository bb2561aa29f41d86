"""What the bench runs inside an interpreter: decode every telegram many times over.

Runs under CPython and MicroPython alike; prints the microseconds a telegram.
Arguments: a file with one telegram a line in hex, and how many rounds.
"""

import sys
import time

from mbus.frame import parse_frame
from mbus.telegram import Telegram

MICROPYTHON = sys.implementation.name == "micropython"


def ticks_us() -> int:
    return time.ticks_us() if MICROPYTHON else time.perf_counter_ns() // 1000  # pyright: ignore  # its own


def decode(raw) -> int:
    """Every record's function, storage, tariff, subunit, unit, quantity and number."""
    count = 0
    for record in Telegram(parse_frame(raw)):
        if not record.is_manufacturer and not record.meaning.error:
            try:
                record.number()
            except ValueError:
                pass
        count += 1
    return count


def run(path: str, rounds: int) -> None:
    with open(path) as f:
        telegrams = [bytes.fromhex(line.strip()) for line in f]
    print(min(one_round(telegrams) for _ in range(rounds)) / len(telegrams))


def one_round(telegrams) -> int:
    """Microseconds for all of them."""
    began = ticks_us()
    for raw in telegrams:
        decode(raw)
    return ticks_us() - began


run(sys.argv[1], int(sys.argv[2]))
