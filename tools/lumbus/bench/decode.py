"""Time per telegram: this library on both interpreters beside pymeterbus, in one run."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from mbus.errors import MBusError
from mbus.frame import parse_frame
from mbus.telegram import Telegram

from .. import runtime
from ..paths import LIB, ROOT

_ROUNDS = 200
_INSIDE = Path(__file__).with_name("inside.py")


def telegrams() -> tuple[str, list[str]]:
    """(where from, hex) of all that this library decodes: real ones where they are, else made ones."""
    real = ROOT.parent / "shared" / "corpus" / "frames"
    folder = real if real.is_dir() else ROOT / "host_tests" / "telegrams"
    found = []
    for file in sorted(folder.glob("*.hex")):
        text = "".join(file.read_text().split())
        try:
            list(Telegram(parse_frame(bytes.fromhex(text))))
        except MBusError:
            continue
        found.append(text)
    return ("real" if folder == real else "made"), found


def _inside(command: list[str], path: str) -> float:
    env = {**os.environ, "MICROPYPATH": f"{LIB}:.frozen", "PYTHONPATH": str(LIB)}
    run = subprocess.run([*command, path, str(_ROUNDS)], env=env, capture_output=True, text=True, check=True)
    return float(run.stdout)


def _pymeterbus(hexes: list[str]) -> float | None:
    try:
        import meterbus
    except ImportError:
        return None
    raws = [bytes.fromhex(text) for text in hexes]
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for raw in raws:
            try:
                for record in meterbus.load(raw).body.bodyPayload.records:
                    _ = record.value, record.unit
            except Exception:  # its own failures are not ours to judge here
                continue
        best = min(best, time.perf_counter() - began)
    return best * 1e6 / len(raws)


def measure() -> dict:
    kind, hexes = telegrams()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(hexes))
        file.flush()
        result = {
            "telegrams": len(hexes),
            "kind": kind,
            "cpython_first_us": _inside(runtime.command("cpython", str(_INSIDE)), file.name),
            "micropython_first_us": None,
            "pymeterbus_us": _pymeterbus(hexes),
        }
        if runtime.find_micropython():
            result["micropython_first_us"] = _inside(runtime.command("micropython", str(_INSIDE), "4m"), file.name)
    return result
