"""Which profiles there are: the firmware's own, and those beside the configuration."""

import json

_OTHERS = ("config.json", "secrets.json")


def profile_names(storage) -> list:
    """Their names, sorted."""
    names = set()
    for folder in (__file__.rsplit("/", 1)[0] + "/profiles", None):
        for name in storage.names(folder):
            if name.endswith(".json") and (folder or _is_profile(storage, name)):
                names.add(name[:-5])
    return sorted(names)


def _is_profile(storage, name: str) -> bool:
    if name in _OTHERS:
        return False
    try:
        found = json.loads(storage.read(name) or "null")
    except (OSError, ValueError, RuntimeError):
        return False
    return isinstance(found, dict) and "records" in found
