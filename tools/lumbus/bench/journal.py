"""What the journal costs the flash, beside a plain append, and whether it outlives the power."""

from .. import runtime
from ..flash.trial import cuts, wear

NAMES = ("power_cuts", "recovered", "bytes_per_reading", "erases_per_reading", "years_at_1_per_min")
_TEARS = (0, 128, 255)


def measure(quick: bool = False) -> dict:
    """trial.wear(), and of all power cuts tried how many were recovered from; None without MicroPython."""
    if not runtime.find_micropython():
        return dict.fromkeys(NAMES)
    lives = [cuts(seed, 4 if quick else 20, _TEARS) for seed in ((1,) if quick else (1, 2, 3))]
    tried = sum(life["cuts"] for life in lives)
    # A life ends at the first cut that is not recovered from.
    lost = sum(1 for life in lives if life["wrong"])
    return {"power_cuts": tried, "recovered": tried - lost, **wear(400 if quick else 3000)}
