"""Compiled sizes, and the heap that importing the application takes."""

import subprocess
import tempfile
from pathlib import Path

from .. import runtime

_IMPORT = (
    "import gc\ngc.collect()\nbefore = gc.mem_alloc()\nimport {module}\ngc.collect()\nprint(gc.mem_alloc() - before)\n"
)


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.mpy"))


def _import_heap(root: Path, module: str) -> int | None:
    if not runtime.find_micropython():
        return None
    script = root / "measure.py"
    script.write_text(_IMPORT.format(module=module))
    run = subprocess.run(
        runtime.command("micropython", str(script), "2m"),
        env=runtime.environment(root),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout)


def measure() -> dict:
    """Bytes of .mpy, and bytes of heap on 64-bit MicroPython (an ESP32 takes about half)."""
    with tempfile.TemporaryDirectory() as folder:
        root = runtime.assemble(Path(folder), "host", True)
        return {
            "mbus_mpy_bytes": _bytes(root / "lib" / "mbus"),
            "uplink_mpy_bytes": _bytes(root / "uplink"),
            "application_mpy_bytes": _bytes(root / "lib") + _bytes(root / "uplink"),
            "import_heap_bytes": _import_heap(root, "mbus.master"),
            "application_import_heap_bytes": _import_heap(root, "uplink.app"),
        }
