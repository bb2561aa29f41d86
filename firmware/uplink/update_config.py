"""The configuration of a new version, kept for the way back; and the way back.

A newer application takes an older configuration as one of its own form (see config_migrate), in memory, while it is on
trial.  Once it is healthy the files are rewritten, and the pair before stays: config.json.back, secrets.json.back.  An
application that finds a config.json newer than it knows takes that pair again, if it can read it: after a signed
downgrade, and after one by cable.  They go when a later update is healthy that changed nothing of the form.

Two files cannot be replaced at once: what they shall be is written into config.next, as [config, secrets], and that is
carried out, at the next start where the power failed in between.  So there is always a pair that belongs together.

Loaded when an update is healthy, and at a start that finds one of these files.
"""

import json

from .config_migrate import migrate

_CONFIG = "config.json"
_SECRETS = "secrets.json"
_BACK = ".back"
_NEXT = "config.next"


def carry(storage, log, is_first: bool) -> None:
    """Rewrite files of an older form.  is_first: this was not begun before, so what is kept is of an update before.

    OSError where the flash refuses.
    """
    before = _pair(storage, "")
    config, secrets, older = migrate(before[0], before[1])
    if older is not None:
        log("config: rewritten; as it was, of version %s, it is kept as %s%s" % (older, _CONFIG, _BACK))
        _put(storage, _SECRETS + _BACK, before[1])
        _put(storage, _CONFIG + _BACK, before[0])
        _put(storage, _NEXT, [config, secrets])
        _finish(storage)
    elif is_first:
        storage.remove(_CONFIG + _BACK)
        storage.remove(_SECRETS + _BACK)


def settle(storage, say, version: int) -> bool:
    """At the start: finish what was begun, and go back to what this version knows; whether files were changed."""
    if storage.read(_NEXT) is not None:
        _finish(storage)
        return True
    if not _is_newer(_pair(storage, "")[0], version):
        return False
    before = _pair(storage, _BACK)
    if before[0] is None or _is_newer(before[0], version):
        return False
    say("config: of a newer version than this firmware knows; the one that was kept before the update is taken")
    _put(storage, _NEXT, before)
    _finish(storage)
    return True


def _is_newer(config, version: int) -> bool:
    found = config.get("version") if isinstance(config, dict) else None
    return type(found) is int and found > version


def _pair(storage, end: str) -> list:
    """[config, secrets], None for what is not there; ValueError for what is no JSON."""
    texts = [storage.read(name + end) for name in (_CONFIG, _SECRETS)]
    return [None if text is None else json.loads(text) for text in texts]


def _finish(storage) -> None:
    config, secrets = json.loads(storage.read(_NEXT))
    _put(storage, _SECRETS, secrets)
    _put(storage, _CONFIG, config)
    storage.remove(_NEXT)


def _put(storage, name: str, value) -> None:
    """The configuration as it is in memory; nothing for None."""
    if value is None:
        storage.remove(name)
    else:
        storage.write(name, json.dumps(value))
