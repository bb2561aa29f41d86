"""Where profiles are found: beside the configuration first, then among the firmware's own."""

import json

from .config_error import ConfigError
from .profile import Profile
from .profile_form import ProfileError, profile_of


def load_profile(storage, name: str) -> Profile:
    """The profile of this name: one beside config.json, else one that comes with the firmware."""
    try:
        text = storage.read(name + ".json") or _built_in(name)
    except (OSError, ValueError) as e:
        raise ConfigError(["profile %s: cannot be read (%s)" % (name, e)])
    if text is None:
        raise ConfigError(["there is no profile %s" % name])
    try:
        return profile_of(json.loads(text))
    except ProfileError as e:
        raise ConfigError(["profile %s: %s" % (name, line) for line in e.errors])
    except ValueError:
        raise ConfigError(["profile %s: not valid JSON" % name])


def _built_in(name: str):
    folder = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
    try:
        with open("%s/profiles/%s.json" % (folder, name)) as f:
            return f.read()
    except OSError:
        return None
