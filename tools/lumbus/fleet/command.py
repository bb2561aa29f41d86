"""`lumbus fleet`: a run, its live table, and what came of it."""

import json

from ..runtime import RuntimeMissing
from ..trouble import BAD, OK, USAGE, Trouble, complain, guarded
from .fault import Fault
from .screen import Screen, show_result

_PER_S = 60
_AGAIN = 5
# What strikes what.
_NEEDS = {"node": "--broker nats", "leader": "--broker nats", "broker": "--broker mosquitto"}
_NEEDS["database"] = "--store postgresql"


def run(options) -> int:
    return guarded("fleet", lambda: _run(options))


def _run(options) -> int:
    plan = _plan(options)
    from ..collect.database import DatabaseDown
    from ..engines.program import NotStarted
    from .collectors import CollectorsFailed
    from .crowds import CrowdFailed
    from .result import wrong
    from .stage import NotReady, Stage

    title = f"{plan.devices} devices, {plan.rate:g} readings a second, {plan.seconds:g} s"
    try:
        with Screen(options.json, title) as screen, Stage(plan, screen.say, screen.show) as stage:
            result = stage.run()
    except ValueError as e:
        raise Trouble(str(e), USAGE) from None
    except (RuntimeMissing, NotStarted, NotReady, CrowdFailed, CollectorsFailed, DatabaseDown, OSError) as e:
        raise Trouble(str(e), BAD) from None
    faulty = wrong(result)
    if options.json:
        print(json.dumps(result | {"wrong": faulty}))
    else:
        show_result(result)
        for line in faulty:
            complain("fleet", line)
    return BAD if faulty else OK


def _plan(options):
    from .stage import Plan

    _check(options.faults, options)
    return Plan(
        devices=options.devices,
        rate=options.rate or options.devices / _AGAIN,
        seconds=options.seconds,
        broker=options.broker,
        store=options.store,
        collectors=options.collectors,
        processes=options.processes,
        faults=options.faults,
        ramp_s=options.ramp or options.devices / _PER_S,
        drain_s=options.drain,
        keep=options.keep,
    )


def _check(faults: list[Fault], options) -> None:
    chosen = f"--broker {options.broker} --store {options.store}"
    for fault in faults:
        needs = _NEEDS.get(fault.what)
        if needs is not None and needs not in chosen:
            raise Trouble(f"--fault {fault} strikes what {needs} starts", USAGE)
        if fault.at_s + fault.lasts_s > options.seconds:
            raise Trouble(f"--fault {fault}: must be over within --seconds {options.seconds:g}", USAGE)
