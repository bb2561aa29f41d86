"""Who is taken, into which wave, and who is left out with what reason."""

import secrets
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..release.read import Release
from .course import STOPPED, STOPPING
from .gateways import Fleet, Known, runs_already, unfit
from .member import BAD, CHECKING, FETCHING, HEALTHY, OFF, SILENT, TOLD, TRIAL, UNDER_WAY, WAITING, Member
from .record import Record
from .release_file import short
from .selector import Selector
from .waves import Steps, cut, order
from .words import counted, gateways, some

_MOST_SHOWN = 12


@dataclass
class Plan:
    """members: in the order of telling; left_out: [(gateway, why)]; others: how many the selector does not take."""

    members: list[Member]
    left_out: list[tuple[str, str]]
    others: int
    first: int


def make(fleet: Fleet, release: Release, selector: Selector, steps: Steps, record: Record, is_retry: bool) -> Plan:
    """From what is known now, and from the record where a rollout goes on."""
    chosen = [known for known in fleet.known.values() if selector(known)]
    members = record.members()
    before = {member.name for member in members}
    _bring_up_to_date(record, members, fleet, short(release), is_retry)
    left_out: list[tuple[str, str]] = []
    new: list[Known] = []
    for known in sorted(chosen, key=lambda known: known.name):
        if known.name in before:
            continue
        why = runs_already(known, release) or unfit(known, release, is_retry)
        if why is None:
            new.append(known)
        else:
            left_out.append((known.name, why))
    added = _placed(new, steps, record, members)
    for member in added:
        _adopt(member, fleet.known[member.name], short(release))
    members += added
    for member in members:
        known = fleet.known.get(member.name)
        member.is_online = known is not None and known.is_online
        member.is_busy = known is not None and known.update.get("state") == TRIAL and member.state != TRIAL
        member.is_safe = known is not None and known.status.get("state") == "safe"
    open_waves = [member.wave for member in members if not member.is_over]
    first = min([*open_waves, record.wave]) if members else 0
    return Plan(members, left_out, len(fleet.known) - len(chosen), first)


def _placed(new: list[Known], steps: Steps, record: Record, members: list[Member]) -> list[Member]:
    """Cut into waves; where there are waves already, who is new goes into the last of them."""
    names = order([known.name for known in new], {known.name for known in new if not known.is_online}, record.seed)
    if members:
        last = max(member.wave for member in members)
        return [Member(name, last) for name in names]
    return [Member(name, wave) for wave, told in enumerate(cut(names, steps)) for name in told]


def _bring_up_to_date(record: Record, members: list[Member], fleet: Fleet, release: str, is_retry: bool) -> None:
    was_stopped = record.phase in (STOPPING, STOPPED)
    for member in members:
        known = fleet.known.get(member.name)
        member.has_answered = member.state not in (WAITING, TOLD)
        if known is not None:
            _adopt(member, known, release)
        if member.state == OFF and was_stopped:
            # It was called off when the rollout stopped, which is no fault of its own.
            member.state, member.text = WAITING, None
        if is_retry and member.state in BAD:
            member.state, member.text, member.has_answered = WAITING, None, False


def _adopt(member: Member, known: Known, release: str) -> None:
    """What it says of this release, where that is not of an earlier time."""
    state = known.state_of(release)
    if state in (FETCHING, CHECKING, TRIAL, HEALTHY) or (state in BAD and member.state in (*UNDER_WAY, SILENT)):
        text = known.update.get("text")
        member.state, member.text, member.has_answered = state, text if isinstance(text, str) else None, True


def fresh(record: Record) -> Record:
    """The lot that this rollout draws."""
    return replace(record, seed=secrets.randbelow(1 << 31))


def show(plan: Plan, fleet: Fleet, out: Console) -> None:
    """A table of the waves, and one of who is left out."""
    waves = 1 + max((member.wave for member in plan.members), default=-1)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("wave", justify="right")
    table.add_column("gateways", justify="right")
    table.add_column("state")
    table.add_column("who")
    for wave in range(waves):
        members = [member for member in plan.members if member.wave == wave]
        offline = sum(not member.is_online for member in members)
        state = counted(members) + (f", {offline} offline" if offline else "")
        table.add_row(str(wave + 1), str(len(members)), state, some([member.name for member in members]))
    if waves:
        out.print(table)
    if plan.left_out:
        _show_left_out(plan, fleet, out)
    if plan.others:
        out.print(Text(f"{gateways(plan.others)} not taken by --fleet", "dim"))


def _show_left_out(plan: Plan, fleet: Fleet, out: Console) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("left out", "version", "board", "why"):
        table.add_column(column, no_wrap=column != "why", overflow="ellipsis" if column != "why" else "fold")
    for name, why in plan.left_out[:_MOST_SHOWN]:
        known = fleet.known[name]
        table.add_row(name, known.version or "–", known.board or "–", why)
    more = len(plan.left_out) - _MOST_SHOWN
    if more > 0:
        table.add_row(f"and {more} more", "", "", "")
    out.print()
    out.print(table)
