"""What the broker keeps of the gateways, and whether a release is for one."""

import json
from dataclasses import dataclass, field

from ..release.read import Release
from .release_file import short
from .versions import parts_of

# What a gateway says of a release that it had and does not run.
GIVEN_UP = ("rolled_back", "refused", "failed")
# What it says while it is under way.
UNSETTLED = ("fetching", "checking", "trial")
_MOST_TEXT = 300


@dataclass
class Known:
    """One gateway.  info, status, update: the last payloads of these topics."""

    name: str
    info: dict = field(default_factory=dict)
    status: dict = field(default_factory=dict)
    update: dict = field(default_factory=dict)

    @property
    def version(self) -> str | None:
        return _text(self.info.get("version"))

    @property
    def platform(self) -> str | None:
        return _text(self.info.get("platform"))

    @property
    def board(self) -> str | None:
        return _text(self.info.get("board")) or _text(_config(self.info).get("board"))

    @property
    def micropython(self) -> str | None:
        """Such as 1.26.0; None where it is not told."""
        told = self.info.get("micropython")
        return ".".join(str(part) for part in told) if isinstance(told, list) else _text(told)

    @property
    def is_online(self) -> bool:
        """A gateway of which nothing is known may be there."""
        return self.status.get("state") != "offline"

    def state_of(self, release: str) -> str | None:
        """What it says of this release (16 hex digits); None for nothing."""
        return _text(self.update.get("state")) if self.update.get("release") == release else None


class Fleet:
    """`known`: the gateways by name, from what came on their topics."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}

    def take(self, name: str, leaf: str, payload: bytes) -> dict | None:
        """The payload as an object, kept where it is a gateway's; None for what is no object."""
        try:
            body = json.loads(payload)
        except ValueError:
            return None
        if not isinstance(body, dict) or not name.isprintable():
            return None
        if isinstance(body.get("text"), str):
            body["text"] = _text(body["text"])
        if leaf in ("info", "status", "update"):
            setattr(self.known.setdefault(name, Known(name)), leaf, body)
        return body


def runs_already(known: Known, release: Release) -> str | None:
    """Why nothing is to be done; None where there is."""
    state = known.state_of(short(release))
    if state in UNSETTLED:
        # On trial it runs it, and may yet go back.
        return None
    running = known.micropython if release.kind == "micropython" else known.version
    own, wanted = parts_of(running), parts_of(release.version)
    if own not in (None, wanted):
        # Whatever it said of the release: another one was put there since, by cable.
        return None
    if state == "healthy":
        return f"runs it already ({release.version})"
    return None if own is None else f"runs {running} already"


def unfit(known: Known, release: Release, is_retry: bool) -> str | None:
    """Why it cannot be told, in words; None where it can.  The gateway checks all of it again."""
    if not known.info:
        return "has told nothing of itself (no info)"
    if "update" in _config(known.info) and _config(known.info)["update"] is None:
        return "takes no updates: there is no key in its configuration (update.key)"
    if release.boards and known.board is not None and known.board not in release.boards:
        return f"its board is {known.board}, the release is for {', '.join(sorted(release.boards))}"
    lowest, has = parts_of(release.micropython), parts_of(known.micropython)
    if release.kind == "application" and lowest is not None and has is not None and has < lowest:
        return f"has MicroPython {known.micropython}, the release wants {release.micropython} or newer"
    if known.state_of(short(release)) in UNSETTLED:
        # It has been told already, and runs it where it is on trial.
        return None
    running = known.micropython if release.kind == "micropython" else known.version
    own, wanted = parts_of(running), parts_of(release.version)
    if own is not None and release.downgrade_from is not None and own != parts_of(release.downgrade_from):
        return f"runs {running}, and the release is signed as a way down from {release.downgrade_from} alone"
    if own is not None and wanted is not None and release.downgrade_from is None and own > wanted:
        return f"runs {running}, which is newer, and the release is not signed as a way down"
    state = known.state_of(short(release))
    if state in GIVEN_UP and not is_retry:
        why = _text(known.update.get("text"))
        return f"had it before: {state.replace('_', ' ')}{f' ({why})' if why else ''}; --retry takes it again"
    return None


def _config(info: dict) -> dict:
    config = info.get("config")
    return config if isinstance(config, dict) else {}


def _text(value) -> str | None:
    """None for what is no text; what a terminal would obey is left out."""
    if not isinstance(value, str):
        return None
    return "".join(letter if letter.isprintable() else "?" for letter in value[:_MOST_TEXT])
