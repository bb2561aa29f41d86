"""What `lumbus config init` is told: by options, by whoever sits at the terminal, or by what is proposed."""

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


class Answers:
    """For the configuration of a folder; Trouble where something needed is not told."""

    def __init__(self, options, folder: Path):
        self._options = options
        self._folder = folder
        self._is_interactive = is_interactive() and not options.yes

    def config(self) -> dict:
        """config.json, of one meter."""
        board = self._asked("board", "board", _one_of(boards()), default_board())
        networks = [{"ssid": ssid} for ssid in self._networks()]
        fields = FORM["mqtt"]
        mqtt: dict = {"host": self._asked("host", "MQTT broker, its name or address", _text(fields["host"]))}
        if not self._tls():
            mqtt["tls"] = False
        user = self._asked("user", f"user at the broker, {_NONE} for none", _or_none(_text(fields["user"])), _NONE)
        if user is not None:
            mqtt["user"] = user
        return {
            "version": VERSION,
            "board": board,
            "wifi": networks,
            "mqtt": mqtt,
            "meters": [self._meter(len(boards()[board]["lights"]))],
        }

    def secrets(self, config: dict) -> dict:
        """secrets.json for it."""
        secrets: dict = {"version": 1}
        ssids = [network["ssid"] for network in config["wifi"]]
        passwords = dict(zip(ssids, os.environ.get(_WIFI_PASSWORDS, "").splitlines()))
        for ssid in ssids[len(passwords) :] if self._is_interactive else ():
            passwords[ssid] = hidden(f"password of {clean(ssid)}, Enter for an open network", _wifi_password)
        if any(passwords.values()):
            secrets["wifi"] = {ssid: password for ssid, password in passwords.items() if password}
        user = config["mqtt"].get("user")
        if user is not None:
            secrets["mqtt_password"] = self._broker_password(user)
        return secrets

    def _broker_password(self, user: str) -> str:
        password = os.environ.get(_BROKER_PASSWORD)
        if not password and not self._is_interactive:
            raise Trouble(f"--user has no password: put it into {_BROKER_PASSWORD}", USAGE)
        return password or hidden(f"password of {clean(user)} at the broker", _some)

    def _networks(self) -> list[str]:
        check = _text(FORM["wifi"]["ssid"])
        if self._options.ssid is not None:
            return [_told("ssid", check, ssid) for ssid in self._options.ssid]
        ssids: list[str] = []
        while self._is_interactive:
            what = "another network" if ssids else "Wi-Fi network (SSID)"
            ssid = ask(f"{what}, {_NONE} for none", _or_none(check), _NONE)
            if ssid is None:
                break
            ssids.append(ssid)
        return ssids

    def _tls(self) -> bool:
        if self._options.tls is not None or not self._is_interactive:
            return self._options.tls is not False
        return ask("TLS, yes or no", _one_of(("yes", "no")), "yes") == "yes"

    def _meter(self, lights: int) -> dict:
        fields = FORM["meters"]
        known = {*profiles.names(), *profiles_beside(self._folder)}
        profile = self._asked("profile", "profile of the meter", _one_of(known), "m1pro40")
        meter = {
            "profile": profile,
            "address": self._asked("address", "its primary address; 254: whoever is there", _address, "254"),
            "poll_s": self._asked("poll", "seconds between readings", _number(fields["poll_s"]), "60"),
            "energy": self._asked(
                "energy", "energy", _one_of(fields["energy"].values), _directions(self._folder, profile)
            ),
        }
        question = f"light input that sees its LED, 0...{lights - 1}, {_NONE} for none"
        light = self._asked("light", question, _or_none(_below(lights)), "0")
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


def _some(text: str) -> str:
    if not text:
        raise ValueError("must be a text")
    return text
