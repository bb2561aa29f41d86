"""Where a gateway is: a serial port, or mqtt://[user@]host[:port]/… and mqtts://…, the same with TLS."""

import getpass
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

PASSWORD = "LUMBUS_MQTT_PASSWORD"
_SCHEMES = {"mqtt": 1883, "mqtts": 8883}
BASE = "lumbus"


@dataclass(frozen=True)
class Target:
    """`port`: the path of a serial device, else None.  `path`: what follows host and port, "" for nothing.

    ca: a file with the CA's certificate, PEM or DER; None for the computer's own.
    """

    port: str | None
    host: str = ""
    number: int = 0
    tls: bool = False
    user: str | None = None
    path: str = ""
    ca: Path | None = None

    @property
    def where(self) -> str:
        return self.port or f"{self.host}:{self.number}"

    def of_one(self) -> tuple[str, str]:
        """(base, gateway); ValueError where the path does not name a gateway."""
        base, _, gateway = self.path.rpartition("/")
        if not gateway:
            raise ValueError(
                f"which gateway? mqtt://{self.host}/GATEWAY, where GATEWAY is as in {BASE}/v1/GATEWAY, "
                "with its base before it where that is another: mqtt://host/BASE/GATEWAY"
            )
        return base or BASE, gateway


def parse(text: str, ca: str | None = None) -> Target:
    """The Target; ValueError in words."""
    scheme, found, _ = text.partition("://")
    if not found:
        return Target(text)
    if scheme not in _SCHEMES:
        raise ValueError(f"{scheme}:// is not known; known are mqtt://, mqtts:// and serial ports")
    parts = urlsplit(text)
    if parts.password is not None:
        raise ValueError(
            f"no password in the address: others can see it in the list of processes and in the shell's history. "
            f"Leave it out: it is asked for, or taken from the environment's {PASSWORD}"
        )
    try:
        number = parts.port
    except ValueError:
        raise ValueError("the port behind the host must be a number 1...65535") from None
    if not parts.hostname or number == 0 or parts.query or parts.fragment:
        raise ValueError("must be mqtt://[user@]host[:port]/[base/]gateway")
    path = parts.path.strip("/")
    if any(mark in path for mark in "+#"):
        raise ValueError("+ and # cannot be in the name of a base or a gateway")
    user = None if parts.username is None else unquote(parts.username)
    file = None if ca is None else Path(ca)
    return Target(None, parts.hostname, number or _SCHEMES[scheme], scheme == "mqtts", user, path, file)


class _Place(Protocol):
    @property
    def user(self) -> str | None: ...
    @property
    def where(self) -> str: ...


def password_for(target: _Place) -> str | None:
    """From the environment, else asked for on a terminal; None without a user.  ValueError where neither is there."""
    if target.user is None:
        return None
    told = os.environ.get(PASSWORD)
    if told is not None:
        return told
    if not sys.stdin.isatty():
        raise ValueError(f"the password of {target.user} is asked for on a terminal; elsewhere put it into {PASSWORD}")
    return getpass.getpass(f"password of {target.user} at {target.where}: ")
