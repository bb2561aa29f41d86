"""The long run: simulated years with nothing wrong, over seeds and all kinds of load.

`python -m lumbus.check.soundness` runs ten years over ten seeds, on all cores:
nothing may be named, and every published bound must hold the truth.
"""

import argparse
import os
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from ..profiles import load as load_profile
from .command import BAD, GOOD, LEAST, MOST, run_all
from .experiment import Plan
from .report import summed

_DAYS_A_YEAR = 365
_POLL_S = 60
# Load, declared energy, whether readings are timed by the pulses.
WORLDS = (
    ("household", "import", False),
    ("household", "import", True),
    ("household", "both", False),
    ("household", "export", False),
    ("solar", "both", False),
    ("solar", "both", True),
    ("random", "import", False),
    ("random", "import", True),
    ("random", "both", False),
    ("constant:13248", "import", False),
    ("constant:61", "import", True),
)


def plans(years: float, seeds: int) -> Iterator[list[Plan]]:
    """For each world the plans of its seeds; together they last `years`."""
    days = years * _DAYS_A_YEAR / seeds / len(WORLDS)
    for load, energy, timed in WORLDS:
        least, most = (_POLL_S * LEAST, _POLL_S * MOST) if timed else (None, None)
        yield [
            Plan(load_profile("m1pro40"), days, _POLL_S, least, most, seed, load, energy=energy)
            for seed in range(1, seeds + 1)
        ]


def main(argv: list[str] | None = None) -> int:
    p = argparse.ArgumentParser("python -m lumbus.check.soundness", description="Runs years with nothing wrong.")
    p.add_argument("--years", type=float, default=10, metavar="N", help="simulated, all together (10)")
    p.add_argument("--seeds", type=int, default=10, metavar="N", help="of each kind of load (10)")
    p.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="runs at a time (all cores)")
    options = p.parse_args(argv)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    table = Table("load", "energy", "days", "readings", "false alarms", "violations", "median bound", "CPU s")
    bad = 0
    worlds = zip(WORLDS, plans(options.years, options.seeds), strict=True)
    for (load, energy, timed), world in worlds:
        r = summed(run_all(world, options.jobs))
        bad += r["false_alarms"] + r["soundness_violations"]
        figures = (f"{r['days']:.0f}", f"{r['readings']:,}", str(r["false_alarms"]), str(r["soundness_violations"]))
        bound = "–" if r["median_bound_wh"] is None else f"± {r['median_bound_wh']:.2f} Wh"
        table.add_row(load + (", timed" if timed else ""), energy, *figures, bound, f"{r['seconds']:.0f}")
        for item in r["alarms"][:5] + r["violations"][:5]:
            console.print(load, energy, item)
    console.print(table)
    return BAD if bad else GOOD


if __name__ == "__main__":
    sys.exit(main())
