"""`lumbus profile`: a profile for the firmware from one telegram of an unknown meter.

Its records are listed with numbers, somebody says which is what, or takes what
is proposed, and the profile names each by its whole DIB and VIB.  It is written
only when the firmware's own Profile takes it, and finds in the same telegram
exactly the records that were meant.
"""

import json
import os
import stat
import sys
from pathlib import Path

from mbus.errors import FrameError, MBusError, RecordError
from mbus.frame import Frame
from mbus.parse import parse_frame
from mbus.record import Record
from mbus.telegram import Telegram
from uplink.profile_form import ProfileError, profile_of

from .asking import tell
from .bus import Bus, called, listen
from .learn_answers import Answers
from .learn_table import plain_name, show_records, value_of
from .trouble import BAD, OK, USAGE, Trouble, complain, guarded


def run(options) -> int:
    return guarded("profile", lambda: _profile(options))


def _profile(options) -> int:
    answers = Answers(options)
    answers.check_early()
    frame = _frame(options)
    try:
        telegram, records = _taken_apart(frame)
    except MBusError as e:
        raise Trouble(f"no profile can be made of this telegram: {e}", BAD)
    proposed = answers.roles_proposed(records)
    show_records(telegram, records, proposed)
    if not proposed and not answers.interactive:
        raise Trouble("no record was taken for an energy register: give --role import=NUMBER of the list", BAD)
    data = answers.profile(telegram, records, proposed)
    roles = data.pop("roles")
    _verify(data, telegram, records, roles)
    target = Path(options.output or f"{data['name']}.json")
    _write(target, data, options.force)
    print(f"{target} is written:")
    for role, number in roles.items():
        print(f"  {role:<12}  record {number}, {plain_name(records[number - 1])}: {value_of(records[number - 1])}")
    tell(f'Put it beside config.json, and name it there: "profile": "{data["name"]}".')
    tell("Switch a load on to see that the right register moves.")
    return OK


def _frame(options) -> Frame:
    """The telegram of a port, a file, hex digits or standard input."""
    source = options.source
    if _is_device(source):
        if options.address is None and options.secondary is None:
            raise Trouble("with a PORT, --address or --secondary says which meter", USAGE)
        who = called(options.address, options.secondary)
        with Bus(source, options.baud) as bus:
            (heard,) = bus.run(listen(bus.master, options.address, options.secondary), who)
        return heard.frame
    text = _text(source)
    try:
        return parse_frame(bytes.fromhex("".join(text.split())))
    except ValueError:
        raise Trouble(f"{source[:40]!r} is neither a serial device, a file of hex digits nor hex digits", USAGE)
    except FrameError as e:
        raise Trouble(f"this is no whole telegram: {e}", BAD)


def _is_device(source: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(source).st_mode)
    except (OSError, ValueError):
        # What is not there, and looks like it, is told as a port that is not there.
        return source.startswith("/dev/")


def _text(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        path = Path(source)
        return path.read_text(errors="replace") if path.exists() else source
    except OSError as e:
        # Hex digits may be more than a file name may have.
        if set(source) <= set("0123456789abcdefABCDEF \t\n"):
            return source
        raise Trouble(f"cannot read {source[:60]}: {e.strerror}", USAGE)


def _taken_apart(frame: Frame) -> tuple[Telegram, list[Record]]:
    records: list[Record] = []
    telegram = Telegram(frame)
    try:
        for record in telegram:
            records.append(record)
    except RecordError as e:
        if not records:
            raise Trouble(f"no record can be read: {e}", BAD)
        complain("profile", f"the telegram cannot be read to its end: {e}")
    if records and records[-1].more_follow:
        complain("profile", "more records follow in further telegrams; a profile knows those of the first one only")
    if not records:
        raise Trouble("the telegram has no records", BAD)
    return telegram, records


def _verify(data: dict, telegram: Telegram, records: list[Record], roles: dict[str, int]) -> None:
    """That the firmware reads this profile, and finds what was meant."""
    try:
        found, _ = profile_of(data).pick(telegram)
    except ProfileError as e:
        raise Trouble("the firmware would not take this profile: " + "; ".join(e.errors), USAGE)
    meant = {role: records[number - 1].offset for role, number in roles.items()}
    if {role: record.offset for role, record in found.items()} != meant:
        raise Trouble("the firmware would find other records in this telegram than those that were meant", BAD)


def _write(target: Path, data: dict, force: bool) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    try:
        with open(target, "w" if force else "x", encoding="utf-8") as f:
            f.write(text)
    except FileExistsError:
        raise Trouble(f"{target} exists: nothing was written; take another --name or --output, or --force", USAGE)
    except OSError as e:
        raise Trouble(f"cannot write {target}: {e.strerror}; give another --output", USAGE)
