"""Time and memory per telegram: this library on both interpreters beside pymeterbus and pymbusparser, in one run.

On CPython all take turns, round by round in one process, so that whatever else
the machine does hits them alike; of each the best round counts.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable

from .. import runtime
from ..paths import LIB, ROOT
from . import inside

_REAL = ROOT.parent / "shared" / "corpus" / "frames"
_MADE = ROOT / "host_tests" / "telegrams"


def telegrams() -> tuple[str, list[str]]:
    """("real" or "made", hex): real ones where they are, else the project's own."""
    folder = _REAL if _REAL.is_dir() else _MADE
    return (
        "real" if folder == _REAL else "made",
        ["".join(file.read_text().split()) for file in sorted(folder.glob("*.hex"))],
    )


def _pymeterbus() -> Callable | None:
    try:
        import meterbus
    except ImportError:
        return None

    def decode(raw: bytes) -> None:
        try:
            telegram = meterbus.load(raw)
            for record in telegram.records:
                _ = record.value, record.unit
        except Exception:  # what it cannot read costs it no more than the time until then
            pass

    return decode


def _pymbusparser() -> Callable | None:
    try:
        import pymbusparser  # pyright: ignore[reportMissingImports]  # of the bench alone
    except ImportError:
        return None

    def decode(raw: bytes) -> None:
        try:
            pymbusparser.parse(raw)
        except pymbusparser.MbusParserError:
            pass

    return decode


def _each(decode: Callable, raws: list[bytes]) -> float:
    """Microseconds a telegram, of one round."""
    began = time.perf_counter_ns()
    for raw in raws:
        decode(raw)
    return (time.perf_counter_ns() - began) / 1000 / len(raws)


def _cpython(hexes: list[str], rounds: int) -> dict:
    raws = [bytes.fromhex(text) for text in hexes]
    known = inside.layouts(raws)
    kinds: dict[str, Callable | None] = {
        "cpython_first_us": inside.first,
        "pymbusparser_us": _pymbusparser(),
        "pymeterbus_us": _pymeterbus(),
    }
    times: dict[str, list[float]] = {name: [] for name in (*kinds, "cpython_repeat_us")}
    for turn in range(rounds):
        for name, decode in kinds.items():
            # The slow one need not go so often.
            if decode and (name != "pymeterbus_us" or turn % 5 == 0):
                times[name].append(_each(decode, raws))
        times["cpython_repeat_us"].append(inside.repeat_us(known) / len(known))
    return {"layouts": len(known), **{name: min(found) if found else None for name, found in times.items()}}


def _micropython(hexes: list[str], rounds: int) -> dict:
    names = (
        "micropython_first_us",
        "micropython_repeat_us",
        "micropython_first_alloc_bytes",
        "micropython_repeat_alloc_bytes",
    )
    if not runtime.find_micropython():
        return dict.fromkeys(names)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(hexes))
        file.flush()
        env = {**os.environ, "MICROPYPATH": f"{LIB}:.frozen"}
        command = [*runtime.command("micropython", inside.__file__, "8m"), file.name, str(rounds)]
        run = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return dict(zip(names, map(float, run.stdout.split()), strict=True))


def measure(quick: bool = False) -> dict:
    kind, hexes = telegrams()
    rounds = 30 if quick else 150
    return {"telegrams": len(hexes), "kind": kind, **_cpython(hexes, rounds), **_micropython(hexes, rounds)}
