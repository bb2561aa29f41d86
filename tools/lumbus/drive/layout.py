"""The firmware as it lies on a drive CIRCUITPY: in source, for CircuitPython's bytecode is not MicroPython's.

In the root code.py (the entry, main.py elsewhere: only here has it that name, for CPython has a module `code` of its
own, which its debugger imports), boot.py, the port's files and uplink/; in lib/ mbus, umqtt, and
asyncio with what it needs.
"""

import shutil
from pathlib import Path

from .. import runtime
from ..paths import CIRCUITPYTHON_LIB

# Of the port: what only a Linux computer wants; and LittleFS, which such a drive is not.
_LEFT_OUT = ("cp_linux.py", "cp_linux_clock.py", "cp_gpiod.py", "mount.py")
_RENAMED = {"main.py": "code.py", "cp_boot.py": "boot.py"}


def lay_out(target: Path) -> Path:
    """Lay the drive out under `target`, an empty folder; gives it. RuntimeMissing where set-up was not done."""
    if not (CIRCUITPYTHON_LIB / "asyncio").is_dir():
        raise runtime.RuntimeMissing("CircuitPython's asyncio is not there: run make setup, which fetches it")
    runtime.assemble(target, "circuitpython", False)
    for name in _LEFT_OUT:
        (target / name).unlink()
    for name, new in _RENAMED.items():
        (target / name).replace(target / new)
    shutil.copytree(
        CIRCUITPYTHON_LIB / "asyncio", target / "lib" / "asyncio", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(CIRCUITPYTHON_LIB / "adafruit_ticks.py", target / "lib" / "adafruit_ticks.py")
    return target
