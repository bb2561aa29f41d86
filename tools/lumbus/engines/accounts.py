"""NATS's accounts.conf with everybody's password: the shipped one, its gateway once for each.

A list has a line for each, `name:password`, as mosquitto_passwd -U takes it: for
`collector`, for `operator`, and for each gateway by the name in its topics.
"""

import json
import re

from ..collect.wanted import subject_of
from .shipped import HEADEND

_OTHERS = ("collector", "operator")
_EXAMPLE = "020000000001"
_GATEWAY = re.compile(r" *# A gateway: (?:[^\n]*\n *#)*[^\n]*\n(.*\n) *# End of the gateways\.\n", re.DOTALL)
# What a gateway may be called: config.py says so, too.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DISCOVERY = re.compile(r', "homeassistant\.([^"]*)"')


def read_list(text: str) -> dict[str, str]:
    """{name: password}; ValueError in words, without a password in it."""
    users: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or not password or not password.isprintable():
            raise ValueError(f"line {number}: must be name:password, the name of letters, digits, - and _")
        if name in users:
            raise ValueError(f"line {number}: {name} is there twice")
        users[name] = password
    missing = [name for name in _OTHERS if name not in users]
    if missing:
        raise ValueError(f"there is no {' and no '.join(missing)}: the collector and who commands need passwords, too")
    return users


def accounts(users: dict[str, str], base: str = "lumbus", discovery: str | None = "homeassistant") -> str:
    """The text of accounts.conf.  discovery: Home Assistant's prefix; None where no gateway announces itself."""
    text = (HEADEND / "nats" / "accounts.conf").read_text()
    found = _GATEWAY.search(text)
    if found is None:
        raise ValueError("tools/headend/nats/accounts.conf has no gateway to take as an example")
    gateways = [name for name in users if name not in _OTHERS]
    blocks = "".join(_gateway(found[1], name, users[name], discovery) for name in gateways)
    text = text[: found.start(1)] + blocks + text[found.end(1) :]
    for name in _OTHERS:
        text = text.replace(f"$LUMBUS_{name.upper()}", _quoted(users[name]))
    # The example's own name has the base's subject in it, so this comes last.
    return text.replace('"lumbus.v1', f'"{subject_of(base)}.v1')


def _gateway(example: str, name: str, password: str, discovery: str | None) -> str:
    text = example.replace(_EXAMPLE, name).replace("$LUMBUS_GATEWAY", _quoted(password))
    if discovery is None:
        return _DISCOVERY.sub("", text)
    return _DISCOVERY.sub(lambda found: f', "{subject_of(discovery)}.{found[1]}"', text)


def _quoted(password: str) -> str:
    return json.dumps(password, ensure_ascii=False)
