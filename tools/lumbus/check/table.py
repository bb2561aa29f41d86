"""How long lost pulses go unproven: `python -m lumbus.check.table` prints the table of docs/cross-check.md.

The household load, a reading a minute on the mean, pulses lost from 12 h on; the
median over the seeds, where what was never found counts as later than everything.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ..profiles import load as load_profile
from .command import LEAST, MOST
from .experiment import Experiment, Plan
from .faults import parse
from .plain import PlainComparison

LOST = (1, 2, 3, 5, 10, 20, 50, 100)
_AT_S = 43_200
_NEVER = float("inf")
_POLL_S = 60


def measure(seeds: int, days: float, jobs: int, lost: Sequence[int] = LOST, first_seed: int = 1) -> list[dict]:
    """A row for each number of lost pulses: the medians in readings; None where most seeds never found it."""
    plans = [_plan(count, days, first_seed + seed, timed) for count in lost for timed in (False, True)
             for seed in range(seeds)]  # fmt: skip
    with multiprocessing.Pool(jobs) as pool:
        found = pool.map(_delays, plans, chunksize=1)
    rows = []
    for i, count in enumerate(lost):
        regular, timed = (found[(2 * i + k) * seeds : (2 * i + k + 1) * seeds] for k in range(2))
        row = {"lost": count, "seeds": seeds, "timed_mean_poll_s": round(median(f["mean_poll_s"] for f in timed), 1)}
        for name, runs, key in (("regular", regular, "check"), ("timed", timed, "check"), ("plain", regular, "plain")):
            row[name] = _known(median(f[key] for f in runs))
            row[name + "_s"] = _known(median(f[key + "_s"] for f in runs))
        rows.append(row)
    return rows


def _plan(lost: int, days: float, seed: int, timed: bool) -> Plan:
    plan = Plan(load_profile("m1pro40"), days, _POLL_S, seed=seed, faults=(parse(f"missed={lost}@{_AT_S}"),))
    return replace(plan, least_s=_POLL_S * LEAST, most_s=_POLL_S * MOST, stop_when_named=True) if timed else plan


def _delays(plan: Plan) -> dict:
    """Readings until the loss was named by the check and by plain comparison."""
    plain = _Plain()
    experiment = Experiment(plan, plain.record)
    outcome = experiment.run()
    detections = outcome.ledger.detections if outcome.ledger else []
    check, check_s = (detections[0][key] if detections else _NEVER for key in ("delay_readings", "delay_s"))
    found = {"check": check, "check_s": check_s, "plain": plain.delay, "plain_s": plain.delay_s}
    return {**found, "mean_poll_s": outcome.mean_poll_s}


class _Plain:
    """Plain comparison beside the check, on the same readings."""

    def __init__(self):
        self._comparison: PlainComparison | None = None
        # The count at the start of a window is no lower than at the end of the one before.
        self._before = 0
        self._after = 0
        self.delay = self.delay_s = _NEVER

    def record(self, experiment: Experiment, reading, happened: list) -> None:
        units = experiment.check.units
        if self._comparison is None:
            self._comparison = PlainComparison(units.step, units.pulse)
        number = reading.numbers["import"]
        differs = self._comparison.take(units.of_wh(number[0], number[1]), self._before, reading.pulses)
        self._before = reading.pulses
        if reading.at_ms < _AT_S * 1000:
            return
        self._after += 1
        if differs and self.delay == _NEVER:
            self.delay, self.delay_s = self._after, reading.at_ms / 1000 - _AT_S


def _known(value: float):
    return None if value == _NEVER else value


def markdown(rows: list[dict]) -> str:
    lines = [
        "| lost pulses | energy | regular readings | timed readings | plain comparison |",
        "|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        cells = [_cell(row[key], row[key + "_s"]) for key in ("regular", "timed", "plain")]
        lines.append(f"| {row['lost']} | {row['lost'] / 5:.1f} Wh | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(readings: float | None, seconds: float | None) -> str:
    if readings is None or seconds is None:
        return "not found"
    return f"{readings:g} ({_duration(seconds)})"


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def main(argv: list[str] | None = None) -> int:
    p = argparse.ArgumentParser(
        prog="python -m lumbus.check.table", description="Prints the table of detection delays."
    )
    p.add_argument("--seeds", type=int, default=30, metavar="N", help="runs for each figure (30)")
    p.add_argument("--days", type=float, default=3, metavar="N", help="simulated days of each (3)")
    p.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time (2)")
    options = p.parse_args(argv)
    rows = measure(options.seeds, options.days, options.jobs)
    print(markdown(rows))
    means = [row["timed_mean_poll_s"] for row in rows]
    print(f"timed readings: one in {median(means):g} s on the mean; others one in {_POLL_S} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
