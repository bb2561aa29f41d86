"""Compiled sizes, what importing takes, and the smallest heap that decodes every telegram."""

import os
import subprocess
import tempfile
from pathlib import Path

from .. import runtime
from .decode import telegrams

# What a board that reads a known meter imports.
READER = "import mbus.layout, mbus.master"
_IMPORT = """
import gc, sys, time
gc.collect()
before = gc.mem_alloc()
began = time.ticks_us()
{statement}
took = time.ticks_us() - began
gc.collect()
print(gc.mem_alloc() - before, took)
print(*[name for name in sys.modules if name.split(".")[0] == "mbus"])
"""
_DECODE = """
import sys
from mbus.fixed import CI_FIXED, FixedTelegram
from mbus.frame import parse_frame
from mbus.telegram import Telegram
from mbus.value import text
count = 0
with open("{telegrams}") as f:
    for line in f:
        frame = parse_frame(bytes.fromhex(line.strip()))
        if frame.ci == CI_FIXED:
            count += len(FixedTelegram(frame).counters())
        else:
            for record in Telegram(frame):
                text(record)
                count += record.meaning.unit is not None or 1
print(count)
"""
_LOW_KIB, _HIGH_KIB = 16, 256


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.mpy"))


def _run(root: Path, script: str, heap: str) -> str | None:
    """What the script prints with compiled modules; None where it fails."""
    path = root / "measure.py"
    path.write_text(script)
    command = runtime.command("micropython", str(path), heap)
    run = subprocess.run(command, env=runtime.environment(root), capture_output=True, text=True)
    return run.stdout if run.returncode == 0 and not run.stderr else None


def _imported(root: Path, statement: str) -> tuple[int, int, list[str]]:
    """(bytes of heap, microseconds, the library's modules) that a statement takes."""
    out = _run(root, _IMPORT.format(statement=statement), "2m") or "0 0\n"
    figures, _, names = out.partition("\n")
    heap, took = map(int, figures.split())
    return heap, took, names.split()


def _smallest_heap(root: Path) -> int | None:
    """KiB."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(telegrams()[1]))
        file.flush()
        script = _DECODE.format(telegrams=file.name)
        low, high = _LOW_KIB, _HIGH_KIB
        if _run(root, script, f"{high}k") is None:
            return None
        while low < high:
            middle = (low + high) // 2
            if _run(root, script, f"{middle}k") is None:
                low = middle + 1
            else:
                high = middle
    return high


def _file(root: Path, module: str) -> Path:
    path = root / "lib" / module.replace(".", os.sep)
    return path / "__init__.mpy" if path.is_dir() else path.with_suffix(".mpy")


def measure(quick: bool = False) -> dict:
    """Bytes of .mpy, and of heap on 64-bit MicroPython (an ESP32 takes about half)."""
    with tempfile.TemporaryDirectory() as folder:
        root = runtime.assemble(Path(folder), "host", True)
        result = {
            "mbus_mpy_bytes": _bytes(root / "lib" / "mbus"),
            "mbus_reader_mpy_bytes": None,
            "smallest_heap_kib": None,
            "import_heap_bytes": None,
            "import_us": None,
            "service_mpy_bytes": _bytes(root / "lib" / "mbus_service"),
            "uplink_mpy_bytes": _bytes(root / "uplink"),
            "application_mpy_bytes": _bytes(root / "lib") + _bytes(root / "uplink"),
            "application_import_heap_bytes": None,
        }
        if runtime.find_micropython():
            heap, took, modules = _imported(root, READER)
            result["mbus_reader_mpy_bytes"] = sum(_file(root, module).stat().st_size for module in modules)
            result["import_heap_bytes"] = heap
            result["import_us"] = took
            result["smallest_heap_kib"] = _smallest_heap(root)
            result["application_import_heap_bytes"] = _imported(root, "import uplink.app")[0]
        return result
