"""`lumbus update`: a release to a fleet, in waves, through the broker."""

import json
import sys
import time
from pathlib import Path

from rich.console import Console

from ..asking import confirmed, is_interactive, tell
from ..contact.broker import NoBroker
from ..contact.target import Target, parse
from ..release.read import Release
from ..trouble import BAD, NO_PORT, OK, SILENT, USAGE, Trouble, guarded
from . import plan as plans
from . import record as records
from . import release_file, selector, waves
from .chunks import Chunks
from .course import Rules
from .gateways import Fleet
from .keeper import Keeper
from .link import Link
from .roll import Roll
from .words import gateways

# What is retained has come when nothing more comes.
_QUIET_S = 1.0
_MOST_S = 20.0


def run(options) -> int:
    return guarded("update", lambda: _run(options))


def _run(options) -> int:
    if not options.yes and not options.dry_run and (options.json or not is_interactive()):
        why = "--json asks nothing" if options.json else "this is no terminal, so nothing can be asked"
        raise Trouble(f"{why} and nobody was told: add --yes, or --dry-run", USAGE)
    try:
        target = parse(options.target, options.ca)
        chosen, steps = selector.parse(options.fleet), waves.parse(options.waves)
        source = _source(options.url)
    except ValueError as e:
        raise Trouble(str(e), USAGE) from None
    if target.port is not None:
        raise Trouble(
            "updates go through the broker, mqtt:// or mqtts://; for a board on a cable: lumbus deploy", USAGE
        )
    release = release_file.load(Path(options.release), Path(options.public))
    path = Path(options.state or Path(options.release).with_suffix(".rollout.json"))
    try:
        link = Link(target)
    except NoBroker as e:
        raise Trouble(str(e), NO_PORT) from None
    except ValueError as e:
        raise Trouble(str(e), USAGE) from None
    try:
        with Keeper(path) as keeper:
            return _roll_out(options, link, target, release, keeper, chosen, steps, source)
    except BlockingIOError:
        raise Trouble(f"another lumbus update works with {path}: end that one, or give another --state", BAD) from None
    except BrokenPipeError:
        raise
    except OSError as e:
        raise Trouble(f"{path} cannot be written ({e.strerror}): give another with --state", USAGE) from None
    finally:
        link.close()


def _source(url: str | None) -> str:
    """What the gateways are told to fetch from."""
    if url is None:
        return "broker"
    if (
        not url.startswith("https://")
        or len(url) <= len("https://")
        or len(url) > 150
        or not url.isascii()
        or " " in url
        or "@" in url.split("/")[2]
    ):
        raise ValueError(
            "--url: must be https://host[:port]/path of at most 150 characters, without a user or a password: "
            "the gateways verify the server"
        )
    return url


def _roll_out(options, link: Link, target: Target, release: Release, keeper: Keeper, chosen, steps, source: str) -> int:
    fleet = _gathered(link)
    record = _record(options, link, target, release, keeper.path)
    plan = plans.make(fleet, release, chosen, steps, record, options.retry)
    if not plan.members and not plan.left_out:
        raise Trouble(_nobody(options, link, target, fleet), SILENT)
    name = release_file.title(release)
    title = f"{name} to {gateways(len(plan.members))} at {target.where}"
    _show(options, plan, fleet, title)
    if options.dry_run:
        return OK
    if not any(not member.is_over for member in plan.members):
        more = "; --retry takes those again that are not healthy" if plan.members and not options.retry else ""
        tell("nothing is to be done" + more)
        return OK
    to_do = sum(not member.is_over for member in plan.members)
    if not options.yes and not confirmed(f"Roll {name} out to {gateways(to_do)}?"):
        raise Trouble("nobody was told", BAD)
    rules = Rules(options.at_once, options.stop_at, options.patience * 60, options.soak * 60)
    chunks = Chunks(release.data, release.release, options.rate * 1024)
    value = {"from": source, "release": release.release, "size": len(release.data)}
    return Roll(link, chunks, value, rules, plan, record, keeper).run(options.json)


def _gathered(link: Link) -> Fleet:
    """What the broker keeps of the gateways."""
    fleet = Fleet()
    until = time.monotonic() + _MOST_S
    while time.monotonic() < until:
        came = False
        for name, leaf, payload, is_kept in link.pump(_QUIET_S):
            fleet.take(name, leaf, payload)
            came = came or is_kept
        if not came:
            break
    return fleet


def _record(options, link: Link, target: Target, release: Release, path: Path) -> records.Record:
    """The one that goes on, or a new one."""
    own = records.Record(
        release.release,
        release.version,
        target.where,
        link.base,
        options.fleet,
        options.waves,
        seed=0,
        begun=round(time.time(), 3),
    )
    try:
        old = records.load(path)
    except (OSError, ValueError) as e:
        raise Trouble(f"--state: {e}", USAGE) from None
    if old is None:
        return plans.fresh(own)
    other = old.other(own)
    if other is not None:
        line = f"{path} is of another rollout: {other}"
        raise Trouble(f"{line}; go on with that one, or give another file with --state, or remove this one", USAGE)
    return old


def _nobody(options, link: Link, target: Target, fleet: Fleet) -> str:
    if not fleet.known:
        below = f"{link.base}/v1/ at {target.where}"
        return f"no gateway has told anything below {below}: is the base right (mqtt://host/BASE), may you read it?"
    return f"--fleet {options.fleet} takes none of the {gateways(len(fleet.known))} at {target.where}"


def _show(options, plan: plans.Plan, fleet: Fleet, title: str) -> None:
    if options.json:
        told = {
            "event": "plan",
            "waves": _by_wave(plan),
            "states": {member.name: member.state for member in plan.members},
            "left_out": dict(plan.left_out),
            "not_chosen": plan.others,
        }
        print(json.dumps(told), flush=True)
        return
    out = Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty())
    out.print(title, style="bold")
    plans.show(plan, fleet, out)


def _by_wave(plan: plans.Plan) -> list[list[str]]:
    waves = 1 + max((member.wave for member in plan.members), default=-1)
    return [[member.name for member in plan.members if member.wave == wave] for wave in range(waves)]
