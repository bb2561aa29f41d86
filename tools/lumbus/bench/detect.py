"""How many readings lost pulses stay unproven: the table of docs/cross-check.md, with few seeds.

The long one: python -m lumbus.check.table --seeds 30
"""

import os

from ..check.table import measure as measure_rows

_SEEDS = 24
_DAYS = 2
_LOST = (1, 2, 3, 5, 10, 20, 50)
# Medians that are promised: readings, and timed ones.
BUDGETS = {10: (12, 6), 5: (25, 7), 3: (90, 25), 2: (350, None)}


def measure() -> list[dict]:
    return measure_rows(_SEEDS, _DAYS, min(2, os.cpu_count() or 1), _LOST)
