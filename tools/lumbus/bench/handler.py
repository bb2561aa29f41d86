"""What a light's interrupt handlers cost: time for each pulse, which has two edges, and bytes allocated."""

import os
import subprocess

from .. import runtime
from ..paths import BOARD, FIRMWARE, LIB
from . import inside_handler

NAMES = ("pulse_us", "lamp_us", "empty_us", "alloc_bytes")


def measure(quick: bool = False) -> dict:
    """Microseconds of a pulse, of a lamp's flash, of an empty handler's two calls; None without MicroPython."""
    if not runtime.find_micropython():
        return dict.fromkeys(NAMES)
    path = os.pathsep.join(map(str, (LIB, FIRMWARE, BOARD / "esp32")))
    run = subprocess.run(
        [*runtime.command("micropython", inside_handler.__file__, "1m"), "20" if quick else "200"],
        env={**os.environ, "MICROPYPATH": f"{path}:.frozen"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(zip(NAMES, map(float, run.stdout.split()), strict=True))
