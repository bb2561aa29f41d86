"""What `config init` and `setup` are told: by options, by whoever sits at the terminal, or by what is proposed.

What a board has already is proposed, and stays where nobody is asked for it.
"""

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from uplink.config import FORM, VERSION
from uplink.fields import Field

from .. import profiles
from ..asking import ask, hidden, is_interactive
from ..trouble import USAGE, Trouble
from .place import clean, profile_beside, profiles_beside
from .pretend import boards, default_board

_T = TypeVar("_T")
_NONE = "-"
# Of the environment: what is on a command line, everybody on the computer sees.
_BROKER_PASSWORD = "LUMBUS_MQTT_PASSWORD"
_WIFI_PASSWORDS = "LUMBUS_WIFI_PASSWORD"
_PAGE_PASSWORD = "LUMBUS_WEB_PASSWORD"


class Answers:
    """For the configuration of a folder; Trouble where something needed is not told.

    had: the config.json that there is already, of this version; kept: its secrets.json.  board: what is proposed.
    makes: gives a password for the local page where nobody tells one, which is then `made`; else there is no page.
    """

    def __init__(
        self,
        options,
        folder: Path,
        had: dict | None = None,
        kept: dict | None = None,
        board: str = "",
        makes: Callable[[], str] | None = None,
    ):
        self.made: str | None = None
        self._makes = makes
        self._options = options
        self._folder = folder
        self._had = had or {}
        self._kept = kept or {}
        self._board = board or default_board()
        self._is_interactive = is_interactive() and not options.yes

    def config(self) -> dict:
        """config.json; asked for is its first meter, and what else there was is in it again."""
        had = self._had
        board = self._asked("board", "board", _one_of(boards()), had.get("board", self._board))
        ssids = self._networks()
        mqtt = self._mqtt(dict(had.get("mqtt", {})))
        first, *more = had.get("meters") or [{}]
        meter = self._meter(len(boards()[board]["lights"]), first, bool(had))
        known = {network["ssid"]: network for network in had.get("wifi", [])}
        # Never asked for: without it a gateway goes by its MAC.
        name = self._options.gateway
        named = {} if name is None else {"gateway": _told("gateway", _text(FORM[""]["gateway"]), name)}
        return {
            **had,
            "version": VERSION,
            "board": board,
            **named,
            "wifi": [known.get(ssid, {"ssid": ssid}) for ssid in ssids],
            "mqtt": mqtt,
            "meters": [meter, *more],
        }

    def secrets(self, config: dict) -> dict:
        """secrets.json for it."""
        secrets: dict = {"version": 1}
        ssids = [network["ssid"] for network in config["wifi"]]
        told = dict(zip(ssids, os.environ.get(_WIFI_PASSWORDS, "").splitlines()))
        passwords = {ssid: told.get(ssid) or self._wifi_password(ssid, ssid in told) for ssid in ssids}
        if any(passwords.values()):
            secrets["wifi"] = {ssid: password for ssid, password in passwords.items() if password}
        user = config["mqtt"].get("user")
        if user is not None:
            secrets["mqtt_password"] = self._broker_password(user)
        page = self._page_password(config.get("web") is not False)
        if page is not None:
            secrets["web_password"] = page
        return secrets

    def _wifi_password(self, ssid: str, is_open: bool) -> str | None:
        kept = self._kept.get("wifi", {}).get(ssid)
        if is_open or not self._is_interactive:
            return None if is_open else kept
        enter = "Enter for the one that the board has" if kept else "Enter for an open network"
        return hidden(f"password of {clean(ssid)}, {enter}", _wifi_password) or kept

    def _broker_password(self, user: str) -> str:
        kept = self._kept.get("mqtt_password") if user == self._had.get("mqtt", {}).get("user") else None
        password = os.environ.get(_BROKER_PASSWORD)
        if not password and not self._is_interactive:
            password = kept
            if not password:
                raise Trouble(f"--user has no password: put it into {_BROKER_PASSWORD}", USAGE)
        enter = ", Enter for the one that the board has" if kept else ""
        return (
            password or hidden(f"password of {clean(user)} at the broker{enter}", str if kept else _some) or kept or ""
        )

    def _page_password(self, is_served: bool) -> str | None:
        """None for no page on the network."""
        told = os.environ.get(_PAGE_PASSWORD, "")
        if told:
            try:
                _page_password(told)
            except ValueError as e:
                # Without what was told: it is a secret.
                raise Trouble(f"{_PAGE_PASSWORD} {e}", USAGE)
        kept = self._kept.get("web_password")
        if not told and is_served and self._is_interactive:
            told = self._page_asked(bool(kept))
        if told == _NONE:
            return None
        if is_served and not told and not kept and self._makes is not None:
            self.made = self._makes()
        return told or kept or self.made

    def _page_asked(self, is_kept: bool) -> str:
        question = f"password of the local page, 8...63 characters, {_NONE} for no page"
        if is_kept:
            question += ", Enter for the one that the board has"
        elif self._makes is not None:
            question += ", Enter makes one"
        may_be_empty = is_kept or self._makes is not None
        return hidden(question, _or_empty(_page_password) if may_be_empty else _page_password, plain=_NONE)

    def _networks(self) -> list[str]:
        check = _text(FORM["wifi"]["ssid"])
        if self._options.ssid is not None:
            return [_told("ssid", check, ssid) for ssid in self._options.ssid]
        had = [network["ssid"] for network in self._had.get("wifi", [])]
        ssids: list[str] = [] if self._is_interactive else had
        while self._is_interactive:
            what = "another network" if ssids else "Wi-Fi network (SSID)"
            proposal = had[len(ssids)] if len(ssids) < len(had) else _NONE
            ssid = ask(f"{what}, {_NONE} for none", _or_none(check), proposal)
            if ssid is None:
                break
            ssids.append(ssid)
        return ssids

    def _mqtt(self, had: dict) -> dict:
        fields = FORM["mqtt"]
        mqtt = {
            **had,
            "host": self._asked("host", "MQTT broker, its name or address", _text(fields["host"]), had.get("host")),
        }
        mqtt.pop("tls", None)
        if not self._tls(had.get("tls", True)):
            mqtt["tls"] = False
        question = f"user at the broker, {_NONE} for none"
        user = self._asked("user", question, _or_none(_text(fields["user"])), mqtt.pop("user", _NONE))
        return mqtt if user is None else {**mqtt, "user": user}

    def _tls(self, had: bool) -> bool:
        if self._options.tls is not None:
            return self._options.tls
        if not self._is_interactive:
            return had
        return ask("TLS, yes or no", _one_of(("yes", "no")), "yes" if had else "no") == "yes"

    def _meter(self, lights: int, had: dict, is_known: bool) -> dict:
        fields = FORM["meters"]
        known = {*profiles.names(), *profiles_beside(self._folder)}
        profile = self._asked("profile", "profile of the meter", _one_of(known), had.get("profile", "m1pro40"))
        address = str(had.get("address", 254))
        poll = str(had.get("poll_s", 60))
        energy = had.get("energy") or _directions(self._folder, profile)
        meter = {
            **had,
            "profile": profile,
            "address": self._asked("address", "its primary address; 254: whoever is there", _address, address),
            "poll_s": self._asked("poll", "seconds between readings", _number(fields["poll_s"]), poll),
            "energy": self._asked("energy", "energy", _one_of(fields["energy"].values), energy),
        }
        question = f"light input that sees its LED, 0...{lights - 1}, {_NONE} for none"
        proposal = str(meter.pop("light", _NONE if is_known else 0))
        light = self._asked("light", question, _or_none(_below(lights)), proposal)
        return meter if light is None else {**meter, "light": light}

    def _asked(self, option: str, question: str, check: Callable[[str], _T], proposal: str | None = None) -> _T:
        given = getattr(self._options, option)
        if given is not None:
            return _told(option, check, given)
        if self._is_interactive:
            return ask(question, check, proposal)
        if proposal is None:
            raise Trouble(f"--{option} is missing", USAGE)
        return check(proposal)


def _told(option: str, check: Callable[[str], _T], given: str) -> _T:
    try:
        return check(given)
    except ValueError as e:
        raise Trouble(f"--{option} {e}", USAGE)


def _directions(folder: Path, profile: str) -> str:
    """What its registers count."""
    records = (profile_beside(folder / f"{profile}.json") or profiles.load(profile))["records"]
    found = [role for role in ("import", "export") if role in records]
    return found[0] if len(found) == 1 else "both"


# Checks for asking: ValueError says what would be right.


def _text(field: Field) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not field.fits(text):
            raise ValueError(f"must be {field.allowed()}")
        return text

    return check


def _number(field: Field) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not (text.isascii() and text.isdigit() and field.fits(int(text))):
            raise ValueError(f"must be {field.allowed()}")
        return int(text)

    return check


def _below(count: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) < count):
            raise ValueError(f"must be 0...{count - 1}: so many lights has the board")
        return int(text)

    return check


def _address(text: str) -> int:
    if not (text.isascii() and text.isdigit() and (int(text) <= 250 or int(text) == 254)):
        raise ValueError("must be a whole number 0...250, or 254")
    return int(text)


def _one_of(names: Collection[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in names:
            raise ValueError(f"must be one of {_listed(names)}")
        return text

    return check


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _or_none(check: Callable[[str], _T]) -> Callable[[str], _T | None]:
    return lambda text: None if text == _NONE else check(text)


def _wifi_password(text: str) -> str:
    if text and not 8 <= len(text) <= 64:
        raise ValueError("must have 8...63 characters")
    return text


def _page_password(text: str) -> str:
    if text != _NONE and not 8 <= len(text) <= 63:
        raise ValueError(f"must have 8...63 characters, or be {_NONE} for no page")
    return text


def _or_empty(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else text


def _some(text: str) -> str:
    if not text:
        raise ValueError("must be a text")
    return text
