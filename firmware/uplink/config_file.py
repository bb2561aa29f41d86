"""The configuration from its files, of whatever version, checked; and what is in force told."""

import json

from . import __version__
from .config import VERSION, ConfigError, check
from .config_migrate import migrate
from .config_public import info_json, lines


def configured(port):
    """(the checked configuration, the text of the info topic); ConfigError with all that is wrong."""
    config = load_config(port.storage, port.console)
    for text in lines(config, port.identity()):
        port.console("in force: " + text)
    return config, info_json(__version__, port.name, getattr(port, "board", None), config)


def load_config(storage, tell) -> dict:
    """The checked configuration; ConfigError with all that is wrong with it.  `tell` gets what is worth a line."""
    data = _load(storage, "config.json")
    if data is None:
        raise ConfigError(["config.json: not there; write one and put it beside main.py"])
    data, secrets, older = migrate(data, _load(storage, "secrets.json"))
    if older is not None:
        tell("config: of version %d, taken as of %d; `lumbus config migrate` rewrites it" % (older, VERSION))
    return check(data, secrets)


def _load(storage, name: str):
    """The file's JSON, None where there is no file."""
    try:
        text = storage.read(name)
    except (OSError, ValueError) as e:
        raise ConfigError(["%s: cannot be read (%s); it must be a UTF-8 text" % (name, e)])
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RuntimeError) as e:
        # Nested too deep for the interpreter is a RuntimeError.
        raise ConfigError(["%s: not valid JSON (%s)" % (name, e)])
