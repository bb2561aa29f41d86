"""What a run gave, as one JSON object and as a table for people."""

import sys
from collections import Counter
from statistics import median

from rich.console import Console
from rich.table import Table

from .experiment import Outcome, Plan

# What is shown of long lists of what went wrong.
_SHOWN = 20
_SUMS = ("days", "readings", "false_alarms", "missed_detections", "soundness_violations", "seconds")
_LISTS = ("detections", "alarms", "missed", "violations", "wrong_bounds")


def as_json(plan: Plan, outcome: Outcome) -> dict:
    """The object of one run."""
    ledger = outcome.ledger
    assert ledger is not None
    missed = ledger.missed()
    middle = median(outcome.bounds_mwh) / 1000 if outcome.bounds_mwh else None
    return {
        "days": plan.days,
        "readings": outcome.readings,
        "false_alarms": len(ledger.alarms),
        "injected": [f.text for f in plan.faults],
        "detections": [{**d, "seed": plan.seed} for d in ledger.detections],
        "missed_detections": len(missed),
        "final_error_wh": round(outcome.final_error_mwh / 1000, 6),
        "soundness_violations": len(ledger.violations),
        "seconds": round(outcome.seconds, 3),
        "load": plan.load,
        "energy": plan.energy,
        "poll_s": plan.poll_s,
        "timed": plan.least_s is not None,
        "mean_poll_s": round(outcome.mean_poll_s, 3),
        "median_bound_wh": middle,
        "refresh_s": plan.refresh_s,
        "lag": plan.lag,
        "seeds": [plan.seed],
        "facts": dict(ledger.facts),
        "alarms": [{**a, "seed": plan.seed} for a in ledger.alarms[:_SHOWN]],
        "missed": [{"fault": text, "seed": plan.seed} for text in missed],
        "violations": [{**v, "seed": plan.seed} for v in ledger.violations[:_SHOWN]],
        "wrong_bounds": [{**w, "seed": plan.seed} for w in ledger.wrong_bounds[:_SHOWN]],
    }


def summed(results: list[dict]) -> dict:
    """One object of several runs: sums, all detections, and the medians of their delays."""
    total = dict(results[0])
    for key in _SUMS:
        total[key] = sum(r[key] for r in results)
    for key in _LISTS:
        total[key] = [item for r in results for item in r[key]]
    total["seconds"] = round(total["seconds"], 3)
    total["seeds"] = [seed for r in results for seed in r["seeds"]]
    total["facts"] = dict(sum((Counter(r["facts"]) for r in results), Counter()))
    total["final_error_wh"] = max((r["final_error_wh"] for r in results), key=abs)
    total["mean_poll_s"] = round(median(r["mean_poll_s"] for r in results), 3)
    bounds = [r["median_bound_wh"] for r in results if r["median_bound_wh"] is not None]
    total["median_bound_wh"] = median(bounds) if bounds else None
    total["medians"] = medians(total)
    return total


def medians(total: dict) -> list[dict]:
    """For each fault the median delay; what was never named counts as later than everything that was."""
    rows = []
    named = list(dict.fromkeys(d["fault"] for d in total["detections"]))
    for fault in named + [f for f in total["injected"] if f not in named]:
        found = [d for d in total["detections"] if d["fault"] == fault]
        never = sum(m["fault"] == fault for m in total["missed"])
        if not found and not never:
            continue
        row = {"fault": fault, "named": len(found), "never": never}
        for key in ("delay_s", "delay_readings"):
            values = sorted(d[key] for d in found)
            row[key] = _median(values, never)
        rows.append(row)
    return rows


def _median(values: list, never: int):
    everything = values + [float("inf")] * never
    middle = median(everything)
    return None if middle == float("inf") else middle


def show(result: dict) -> None:
    """The summary for people."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    console.print(_summary(result))
    if result["medians"]:
        console.print(_delays(result))
    for title, key in (("false alarms", "alarms"), ("violations", "violations"), ("wrong bounds", "wrong_bounds")):
        for item in result[key][:_SHOWN]:
            console.print(f"{title}: " + ", ".join(f"{k} {v}" for k, v in item.items() if v not in ("", None)))
    for item in result["missed"][:_SHOWN]:
        console.print(f"never named: {item['fault']} (seed {item['seed']})")


def _summary(r: dict) -> Table:
    seeds = r["seeds"]
    said = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]}…{seeds[-1]}"
    table = Table("what", "figure", "meaning", title=f"lumbus check: {r['load']} load, {said}", title_justify="left")
    table.columns[1].justify = "right"
    bound = "–" if r["median_bound_wh"] is None else f"± {r['median_bound_wh']:.2f} Wh"
    rows = (
        ("simulated", f"{r['days']:g} days", "all seeds together"),
        ("readings", f"{r['readings']:,}", f"one in {r['mean_poll_s']:.1f} s" + (", timed" if r["timed"] else "")),
        ("false alarms", str(r["false_alarms"]), "what was named and had not happened"),
        ("missed detections", str(r["missed_detections"]), "what had happened and was not named"),
        ("soundness violations", str(r["soundness_violations"]), "readings whose bound left out the true energy"),
        ("wrong counts", str(len(r["wrong_bounds"])), "named losses whose bounds left out the true count"),
        ("median bound", bound, "half of what is not known of the fused total"),
        ("final error", f"{r['final_error_wh']:.3f} Wh", "the last fused total less the true energy, at worst"),
        ("facts", str(sum(r["facts"].values())), ", ".join(f"{k} {n}" for k, n in r["facts"].items()) or "none told"),
        ("CPU time", f"{r['seconds']:.1f} s", f"{1e6 * r['seconds'] / max(1, r['readings']):.0f} µs a reading"),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _delays(r: dict) -> Table:
    table = Table("fault", "class", "named", "delay", "readings", "pulses", "true", title="detections")
    table.title_justify = "left"
    for row in r["medians"]:
        found = [d for d in r["detections"] if d["fault"] == row["fault"]]
        delay = "–" if row["delay_s"] is None else f"{row['delay_s']:.0f} s"
        readings = "–" if row["delay_readings"] is None else f"{row['delay_readings']:g}"
        counts = ("", "")
        if len(found) == 1 and found[0]["pulses_low"] is not None:
            counts = f"{found[0]['pulses_low']} to {found[0]['pulses_high']}", str(found[0]["true_pulses"])
        kinds = ", ".join(sorted({d["class"] for d in found}))
        table.add_row(row["fault"], kinds, f"{row['named']} of {row['named'] + row['never']}", delay, readings, *counts)
    return table
