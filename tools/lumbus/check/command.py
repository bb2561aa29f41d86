"""`lumbus check`: the run of the command, its seeds and its exit code."""

import json
import multiprocessing
import sys
from dataclasses import replace

from ..profiles import load as load_profile
from .experiment import Experiment, Plan
from .report import as_json, show, summed

GOOD = 0
BAD = 1
# The shortest and the longest interval of timed readings, in mean ones.
LEAST = 1 / 6
MOST = 4


def run(options) -> int:
    """0: no false alarm, no soundness violation, nothing missed; 1: one of these; 130: Ctrl-C."""
    plan = plan_of(options)
    if options.plot is not None:
        # Before the work: it may not be installed.
        from .plot import needed

        complaint = needed()
        if complaint:
            print(f"lumbus check: {complaint}", file=sys.stderr)
            return 2
    try:
        results = run_all([replace(plan, seed=plan.seed + i) for i in range(options.seeds)], options.jobs)
        if options.plot is not None:
            from .plot import draw

            draw(plan, options.plot)
    except KeyboardInterrupt:
        print("lumbus check: interrupted", file=sys.stderr)
        return 130
    except OSError as e:
        print(f"lumbus check: {options.plot}: {e.strerror}; choose another file", file=sys.stderr)
        return 2
    result = summed(results)
    if options.json:
        print(json.dumps(result))
    else:
        show(result)
    bad = result["false_alarms"] or result["soundness_violations"] or result["missed_detections"]
    return BAD if bad else GOOD


def plan_of(options) -> Plan:
    timed = options.timed
    return Plan(
        profile=adapted(load_profile(options.profile), options.constant, options.step),
        days=options.days,
        poll_s=options.poll,
        least_s=(options.least or options.poll * LEAST) if timed else None,
        most_s=(options.most or options.poll * MOST) if timed else None,
        seed=options.seed,
        load=options.load,
        faults=tuple(options.faults),
        refresh_s=options.refresh,
        lag=options.lag,
        energy=options.energy or ("both" if options.load == "solar" else "import"),
        baud=options.baud,
    )


def adapted(profile: dict, constant: int | None, step_wh: int | None) -> dict:
    """The profile of a meter with another constant or step."""
    changed = dict(profile)
    if constant is not None:
        changed["pulse_constant"] = constant
    if step_wh is not None:
        changed["register_step_wh"] = step_wh
    return changed


def run_all(plans: list[Plan], jobs: int = 1) -> list[dict]:
    """The results of all plans in their order."""
    if jobs == 1 or len(plans) == 1:
        return [run_one(plan) for plan in plans]
    with multiprocessing.Pool(min(jobs, len(plans))) as pool:
        return pool.map(run_one, plans, chunksize=1)


def run_one(plan: Plan) -> dict:
    return as_json(plan, Experiment(plan).run())
