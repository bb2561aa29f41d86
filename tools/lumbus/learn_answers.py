"""What a profile has to say beyond the telegram: from the options, the terminal, or as proposed.

On a terminal what the options leave open is asked, each question with its
proposal.  Elsewhere, and with --yes, the proposal is taken.  The pulse constant
stands on the meter's front and in no telegram, so it has none.
"""

from pathlib import Path

from mbus.record import Record
from mbus.telegram import Telegram
from uplink.matching import ROLES

from . import proposals
from .asking import ask, is_interactive, tell
from .learn_table import meter_name
from .options import name_checked, whole_checked
from .trouble import BAD, USAGE, Trouble

_REFRESH_MS = 1000
_SETTLE_S = 60
_HINTS = {
    "import": "import, taken from the grid",
    "export": "export, given to the grid",
    "power_factor": "power factor",
}


class Answers:
    """`interactive`: whether anybody can be asked."""

    def __init__(self, options):
        self._options = options
        self.interactive = is_interactive() and not options.yes and options.source != "-"

    def check_early(self) -> None:
        """What can be refused before the bus is used or anything asked."""
        options = self._options
        if not self.interactive and options.pulse_constant is None:
            raise Trouble("--pulse-constant is missing: imp/kWh, it stands beside the meter's LED", USAGE)
        named = options.output or (options.name and f"{options.name}.json")
        if named and not options.force and Path(named).exists():
            raise Trouble(f"{named} exists: take another --name or --output, or --force to overwrite it", USAGE)

    def roles_proposed(self, records: list[Record]) -> dict[str, int]:
        """{role: record's number}: the options' word first, then what is likely."""
        roles = proposals.propose(records)
        for role, number in self._options.roles:
            roles.pop(role, None)
            if number is not None:
                reason = proposals.why_not(role, number, records)
                if reason:
                    raise Trouble(f"--role {role}={number}: {reason}", USAGE)
                roles[role] = number
        said = {role for role, _ in self._options.roles}
        if "import" in roles and roles.get("import") == roles.get("export"):
            if {"import", "export"} <= said:
                raise Trouble(f"record {roles['import']} cannot be import and export at once", USAGE)
            del roles["export" if "import" in said else "import"]
        return {role: roles[role] for role in ROLES if role in roles}

    def profile(self, telegram: Telegram, records: list[Record], roles: dict[str, int]) -> dict:
        """The profile's JSON object, and under "roles" {role: record's number}."""
        if self.interactive:
            roles = self._asked_roles(records, roles)
        registers = [records[roles[role] - 1] for role in proposals.REGISTERS if role in roles]
        if not registers:
            raise Trouble("a profile needs an energy register, import or export: nothing was written", BAD)
        name = self._name(telegram)
        step = self._whole("register_step", "step of the register in Wh", 1, 1000, proposals.step_wh(registers))
        wrap, is_told = proposals.wrap_kwh(registers, step)
        numbers = {
            "register_step_wh": step,
            "register_wrap_kwh": self._whole("register_wrap", "kWh at which the register is 0 again", 1, 10**9, wrap),
            "refresh_ms": self._whole("refresh", "how old a register may be, in ms", 0, 60_000, _REFRESH_MS),
            "settle_s": self._whole("settle", "how long a suspicion must last, in s", 1, 3600, _SETTLE_S),
            "pulse_constant": self._whole("pulse_constant", "pulse constant in imp/kWh (beside the LED)", 1, 100_000),
            "max_power_w": self._whole(
                "max_power", "the most power that can be true, in W", 1, 10**8, proposals.max_power_w(records)
            ),
        }
        sure = is_told and numbers["register_wrap_kwh"] == wrap
        return {
            "profile": 1,
            "name": name,
            "meter": meter_name(telegram),
            "notes": _notes(sure),
            **numbers,
            "records": {role: [_matcher(records[number - 1])] for role, number in roles.items()},
            "ranges": _ranges(roles, numbers["max_power_w"]),
            "roles": roles,
        }

    def _asked_roles(self, records: list[Record], proposed: dict[str, int]) -> dict[str, int]:
        said = {role for role, _ in self._options.roles}
        roles: dict[str, int] = {}
        tell("Which record is what?  Give its number, - for none, or Enter for the one in brackets.")
        for role in ROLES:
            possible = [n for n in range(1, len(records) + 1) if proposals.why_not(role, n, records) is None]
            if role in said or not possible:
                number = proposed.get(role)
            else:
                number = _asked_role(role, records, proposed.get(role), roles)
            if number is not None:
                roles[role] = number
        return roles

    def _name(self, telegram: Telegram) -> str:
        proposal = None
        if telegram.manufacturer and telegram.manufacturer.isalpha():
            proposal = f"{telegram.manufacturer.lower()}-{telegram.version:02x}"
        if self._options.name:
            return self._options.name
        if self.interactive:
            return ask("name of the profile", self._free_name, proposal)
        if proposal is None:
            raise Trouble("--name is missing: the telegram does not say who made the meter", USAGE)
        return proposal

    def _free_name(self, text: str) -> str:
        name = name_checked(text)
        if not self._options.output and not self._options.force and Path(f"{name}.json").exists():
            raise ValueError(f"{name}.json exists: take another name")
        return name

    def _whole(self, option: str, question: str, low: int, high: int, proposal: int | None = None) -> int:
        given = getattr(self._options, option)
        if given is not None:
            return given
        if not self.interactive and proposal is not None:
            return proposal
        return ask(question, whole_checked(low, high), None if proposal is None else str(proposal))


def _asked_role(role: str, records: list[Record], proposal: int | None, roles: dict[str, int]) -> int | None:
    def check(answer: str) -> int | None:
        if answer == "-":
            return None
        if not (answer.isascii() and answer.isdigit()):
            raise ValueError("give a number of the list, or - where there is none")
        number = int(answer)
        reason = proposals.why_not(role, number, records)
        if reason:
            raise ValueError(reason)
        if number in roles.values():
            raise ValueError(f"record {number} has a role already")
        return number

    if proposal in roles.values():
        proposal = None
    shown = "-" if proposal is None else str(proposal)
    return ask(_HINTS.get(role, role), check, shown)


def _matcher(record: Record) -> dict:
    return {"dib": record.dib.hex(), "vib": record.vib.hex()}


def _notes(wrap_is_told: bool) -> list[str]:
    notes = ["Made by lumbus profile from one telegram; records are matched by their bytes."]
    if not wrap_is_told:
        notes.append("Where the register starts again at 0 is not in the telegram: check it with the display's digits.")
    return notes


def _ranges(roles: dict[str, int], power_w: int) -> dict:
    ranges = {}
    if "power" in roles:
        ranges["power"] = [str(-power_w), str(power_w)]
    if "power_factor" in roles:
        ranges["power_factor"] = ["-1", "1"]
    return ranges
