"""Factory reset: what somebody has set up is removed, at the start and before anything is opened.

Gone are config.json, secrets.json, the certificates that the configuration names, what is known of the meters, the
readings in the journal, and the copies of all that in the port's second place and in what lives through a reset.
The firmware stays, the meters' profiles, and the count of starts: no reading's number may come twice.

What asked for it, a file of the name "reset", goes last: a power cut in between, and the next start goes on.
It makes nothing unreadable to who takes the flash apart; erasing the whole flash does.

Loaded when it is wanted, and forgotten afterwards.
"""

import json

MARK = "reset"
# The journal's; what knows them would load half of the application.
FOLDERS = ("journal-1", "journal-1-old")
_USUAL = ("ca.der", "client.der", "key.der", "update.der", "update-ca.der")
# What the page keeps beside it: the one before, one that waits to be checked, what was wrong with it.
_BESIDE = ("secrets.json.try", "config.json.try", "config.json.old", "refused", "commissioning")
# What an update keeps: what is told of it, the configuration of the version before.
_UPDATE = ("update.json", "trial", "config.next", "secrets.json.back", "config.json.back")
_NOTHING = b"-"


def wipe(port) -> None:
    """All of it; what cannot be removed gets a line on the console."""
    storage = port.storage
    names = ["secrets.json"] + list(_BESIDE) + list(_UPDATE) + _named(storage)
    for step in (_empty_journal, _clear_second, _clear_retained):
        _try(port, step, port)
    for name in names + ["starts.json", "setup", "config.json.old", "config.json", MARK]:
        _try(port, storage.remove, name)
    port.console("factory reset: configuration, secrets, certificates and journal are removed")


def _try(port, step, argument) -> None:
    try:
        step(argument)
    except OSError as e:
        port.console("factory reset: something stays (%s)" % e)


def _named(storage) -> list:
    """Files that the configuration names, as far as it can be read: certificates, and what is known of the meters."""
    names = list(_USUAL)
    try:
        config = json.loads(storage.read("config.json") or "{}")
        mqtt = config.get("mqtt") or {}
        names += [mqtt[key] for key in ("ca", "client_cert", "client_key") if isinstance(mqtt.get(key), str)]
        update = config.get("update") or {}
        names += [update[key] for key in ("key", "ca") if isinstance(update.get(key), str)]
        names += ["check-%d.json" % meter["address"] for meter in config.get("meters") or ()]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        pass  # what is no configuration names nothing
    return [name for name in names if name and "/" not in name]


def _empty_journal(port) -> None:
    for folder in FOLDERS:
        files = port.folder(folder)
        for name in list(files.names()):
            files.remove(name)


def _clear_second(port) -> None:
    second = getattr(port, "second", None)
    if second is None:
        return
    second.write("names", b"[]")
    second.write("restoring", _NOTHING)
    at = 0
    while second.read("f%d" % at) is not None:
        second.write("f%d" % at, _NOTHING)
        at += 1


def _clear_retained(port) -> None:
    retained = getattr(port, "retained", None)
    if retained is not None:
        retained.clear()
