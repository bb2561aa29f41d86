"""A new configuration from the page, kept only when the firmware takes it.

A secret that is not told stays as it is, one that is null goes. The file before is kept as config.json.old.
Where there is no memory to check it beside the application, the next start does so (see candidate).
"""

from mbus._const import const

from .forget import forget
from .room import free
from .stored import read_object
from .web_http import Refused

# What checking beside the application takes, in bytes of a heap of 64 bits.
_CHECKING = const(30000)


def _keep(door, given):
    storage = door.port.storage
    config = given.get("config")
    secrets = _merged(read_object(storage, "secrets.json", {"version": 1}), given.get("secrets"))
    app = door.app
    checked = free() >= _CHECKING
    from .candidate import keep, leave

    if checked:
        _check(door.port, config, secrets)
        keep(storage, config, secrets)
        app.log("page: the configuration was changed; the board starts again")
    else:
        leave(storage, config, secrets)
        app.log("page: a configuration waits to be checked; the board starts again")
    if door.mode == "setup":
        storage.write("commissioning", "1")
        storage.write("setup", "")
    app.restart_ms = app.clock.ms() + 1500
    app.restart_why = "with another configuration"
    return {"restart": True, "checked": checked}


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
    from .preparing import CHECKING

    try:
        from .web_check import check_all

        check_all(port, config, secrets)
    except ConfigError as e:
        lines = e.errors
    else:
        lines = None
    forget(CHECKING)
    forget(("preparing",))
    if lines is not None:
        from .candidate import told

        raise Refused(422, "the configuration is not taken, and nothing was changed", told(lines))


WORK = {"settings": (None, _keep)}
