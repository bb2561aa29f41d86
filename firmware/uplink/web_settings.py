"""The configuration as its file has it, without secrets, and what there is to choose from.  A new one: see web_keep."""

import json

from .forget import forget
from .stored import read_object


def _settings(door):
    port = door.port
    # First, and let go of: it reads every profile.
    profiles = _profiles(port.storage)
    secrets = read_object(port.storage, "secrets.json", {})
    networks = secrets.get("wifi")
    return {
        "config": _without_secrets(read_object(port.storage, "config.json", None)),
        "secrets": {
            "mqtt_password": bool(secrets.get("mqtt_password")),
            "web_password": bool(secrets.get("web_password")),
            "wifi": {ssid: bool(networks[ssid]) for ssid in networks} if isinstance(networks, dict) else {},
        },
        "refused": _refused(port.storage),
        "profiles": profiles,
        "boards": list(getattr(port, "boards", list)()),
        "lights": getattr(port, "light_count", int)(),
    }


def _profiles(storage) -> list:
    from .profile_names import profile_names

    names = profile_names(storage)
    forget(("profile_names",))
    return names


def _refused(storage):
    """Faults of what was left to be checked at the start, [path, text] of each; None where there are none."""
    text = storage.read("refused")
    return json.loads(text) if text else None


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


WORK = {"settings": (_settings, None)}
