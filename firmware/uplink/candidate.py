"""A configuration that the page took while there was no memory to check it beside the application.

It waits in config.json.try and secrets.json.try for the next start, which checks a configuration anyhow: then it is
kept, or the one before goes on and the faults wait in the file `refused` for the page to show them.
"""

import json

from .config_error import ConfigError

_CONFIG = "config.json"
_SECRETS = "secrets.json"
_TRY = ".try"
REFUSED = "refused"


def leave(storage, config, secrets: dict) -> None:
    """For the next start.  OSError."""
    storage.write(_SECRETS + _TRY, json.dumps(secrets))
    storage.write(_CONFIG + _TRY, json.dumps(config))


def keep(storage, config, secrets: dict) -> None:
    """In force from the next start on, the one before as config.json.old.  OSError.

    The configuration last: with secrets of which it does not know yet the board starts.
    """
    before = storage.read(_CONFIG)
    if before:
        storage.write(_CONFIG + ".old", before)
    storage.write(_SECRETS, json.dumps(secrets))
    storage.write(_CONFIG, json.dumps(config))
    if storage.read(REFUSED):
        storage.write(REFUSED, "")


def settle(port) -> None:
    """At the start: check what waits, if anything does."""
    storage = port.storage
    try:
        text = storage.read(_CONFIG + _TRY)
        if not text:
            return
        _settle(port, json.loads(text), json.loads(storage.read(_SECRETS + _TRY) or "null"))
        storage.write(_CONFIG + _TRY, "")
        storage.write(_SECRETS + _TRY, "")
    except (OSError, ValueError) as e:
        port.console("config: what the page left cannot be taken (%s)" % e)


def _settle(port, config, secrets) -> None:
    from .web_check import check_all

    try:
        check_all(port, config, secrets)
    except ConfigError as e:
        port.console("config: what the page left is refused, and the one before goes on: " + "; ".join(e.errors))
        port.storage.write(REFUSED, json.dumps(told(e.errors)))
    else:
        keep(port.storage, config, secrets)
        port.console("config: what the page left is in force")


def told(errors: list) -> list:
    """[path, text] of each fault."""
    return [line.split(": ", 1) if ": " in line else ["", line] for line in errors]
