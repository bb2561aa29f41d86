"""The journal tried on a flash that fails: cuts of the power, and wear."""

import json
import os
import subprocess
from pathlib import Path

from .. import runtime
from ..paths import BOARD, FIRMWARE, LIB

_HERE = Path(__file__).parent
_MINUTES_A_YEAR = 60 * 24 * 365
# NOR flash of these boards is rated for so many erases of a block.
ENDURANCE = 100_000
BLOCKS = 512
# The state is kept every ten minutes.
_STATES_A_MINUTE = 0.1
# Bytes for the journal's segments: little, so that it gives up old ones too; and much.
_LIMITS = (24_000, 60_000)


def _inside(script: str, *arguments: object) -> dict:
    path = os.pathsep.join(map(str, (_HERE, BOARD / "common", FIRMWARE, LIB)))
    run = subprocess.run(
        [*runtime.command("micropython", str(_HERE / script), "64m"), *map(str, arguments)],
        env={**os.environ, "MICROPYPATH": f"{path}:.frozen"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(run.stdout.splitlines()[-1])


def cuts(seed: int, actions: int, tears: tuple[int, ...] = (128,)) -> dict:
    """A life with the power cut at every step of it: {cuts, records, starts, given_up, wrong: None or what}."""
    return _inside("inside_cuts.py", seed, actions, _LIMITS[seed % 2], *tears)


def wear(readings: int) -> dict:
    """What a reading costs the flash when all of them go to the journal.

    bytes_per_reading: with frame; years_at_N_per_min: until ENDURANCE erases of every block of 2 MB, with wear
    spread evenly over them as LittleFS does, the state kept every ten minutes included.  plain_…: the same
    readings each added to one file, which is closed for each.
    """
    lives = _inside("inside_wear.py", readings)
    count, size, programmed, erases, most = lives["journal"]
    a_reading, a_state = erases / count, lives["state"][3] / lives["state"][0]
    plain = lives["plain"][3] / lives["plain"][0]

    def years(a_reading: float, a_minute: int) -> float:
        a_year = _MINUTES_A_YEAR * (a_minute * a_reading + _STATES_A_MINUTE * a_state)
        return ENDURANCE * BLOCKS / a_year

    return {
        "bytes_per_reading": size / count,
        "programmed_per_reading": programmed / count,
        "erases_per_reading": a_reading,
        "erases_per_state": a_state,
        "most_erases_of_a_block": most,
        "years_at_1_per_min": years(a_reading, 1),
        "years_at_6_per_min": years(a_reading, 6),
        "plain_erases_per_reading": plain,
        "plain_years_at_1_per_min": years(plain, 1),
    }
