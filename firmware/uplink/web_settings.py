"""The configuration as its file has it, without secrets; and a new one, kept only when the firmware takes it.

A secret that is not told stays as it is, one that is null goes. The file before is kept as config.json.old.
"""

import json

from .forget import forget
from .profile_names import profile_names
from .web_http import Refused


def _read(storage, name: str, otherwise):
    """The file's JSON; otherwise, where there is none or it is damaged."""
    try:
        text = storage.read(name)
        found = json.loads(text) if text else otherwise
    except (OSError, ValueError, RuntimeError):
        return otherwise
    return found if isinstance(found, dict) else otherwise


def _settings(door):
    port = door.port
    secrets = _read(port.storage, "secrets.json", {})
    networks = secrets.get("wifi")
    return {
        "config": _without_secrets(_read(port.storage, "config.json", None)),
        "secrets": {
            "mqtt_password": bool(secrets.get("mqtt_password")),
            "web_password": bool(secrets.get("web_password")),
            "wifi": {ssid: bool(networks[ssid]) for ssid in networks} if isinstance(networks, dict) else {},
        },
        "profiles": profile_names(port.storage),
        "boards": list(getattr(port, "boards", list)()),
        "lights": getattr(port, "light_count", int)(),
    }


def _without_secrets(config):
    """Version 1 has them in it."""
    if config is None:
        return None
    for key in ("mqtt", "wifi"):
        parts = config.get(key)
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, dict):
                part.pop("password", None)
    return config


def _keep(door, given):
    port = door.port
    config = given.get("config")
    secrets = _merged(_read(port.storage, "secrets.json", {"version": 1}), given.get("secrets"))
    _check(port, config, secrets)
    storage = port.storage
    before = storage.read("config.json")
    if before:
        storage.write("config.json.old", before)
    # The configuration last: with secrets that it does not know yet the board starts, without those that it needs not.
    storage.write("secrets.json", json.dumps(secrets))
    storage.write("config.json", json.dumps(config))
    app = door.app
    app.log("page: the configuration was changed; the board starts again")
    if door.mode == "setup":
        storage.write("commissioning", "1")
        storage.write("setup", "")
    app.restart_ms = app.clock.ms() + 1500
    app.restart_why = "with another configuration"
    return {"restart": True}


def _merged(secrets: dict, given) -> dict:
    """The secrets as they shall be; what is given for no known one is refused by the check."""
    if given is None:
        return secrets
    if not isinstance(given, dict):
        raise Refused(422, "secrets must be an object")
    for name, value in given.items():
        if name == "wifi" and isinstance(value, dict):
            networks = secrets.get("wifi")
            networks = networks if isinstance(networks, dict) else {}
            for ssid, password in value.items():
                _put(networks, ssid, password)
            value = networks or None
        _put(secrets, name, value)
    return secrets


def _put(table: dict, name: str, value) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def _check(port, config, secrets) -> None:
    from .config_error import ConfigError
    from .start import CHECKING

    try:
        from .web_check import check_all

        check_all(port, config, secrets)
    except ConfigError as e:
        lines = e.errors
    else:
        lines = None
    forget(CHECKING)
    if lines is not None:
        refused = Refused(422, "the configuration is not taken, and nothing was changed")
        refused.errors = [line.split(": ", 1) if ": " in line else ["", line] for line in lines]
        raise refused


WORK = {"settings": (_settings, _keep)}
