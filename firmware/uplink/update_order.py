"""What an update is told by: the command `update`.

    {"from": "broker" or "https://host[:port]/path", "release": 64 hex digits, "size": bytes of the whole file}

    "off" abandons it; one that is on trial is seen to its end.

Loaded when a command comes, and forgotten afterwards.
"""

from .update_file import drop, keep, read

_MOST_SIZE = 4 << 20
_HEX = "0123456789abcdef"


def taken(app, value) -> str:
    """Begin, replace or abandon an update; the answer.  ValueError, in words, for what is not taken."""
    try:
        return _taken(app, value)
    except OSError as e:
        raise ValueError("the flash takes nothing (%s)" % e)


def _taken(app, value) -> str:
    storage = app.port.storage
    going = app.update
    # Also where it has ended already: the board is about to start with what it has brought.
    kept = read(storage, app.log) or {}
    is_over = going is not None and going.is_over
    states = kept.get("state"), None if going is None else going.order.get("state")
    if "trial" in states and not is_over:
        raise ValueError("an update is on trial; wait until it is healthy or given up")
    if value == "off":
        if going is None or is_over:
            raise ValueError("no update goes on")
        drop(storage)
        going.change()
        return "abandoned"
    order = _checked(app, value)
    if (
        going is not None
        and not is_over
        and all(going.order.get(name) == order[name] for name in ("from", "release", "size"))
    ):
        going.hurry()
        return "it goes on already"
    drop(storage)
    keep(storage, order)
    if going is None:
        app.begin_update()
    else:
        going.change()
    return "it begins; see the topic update"


def _checked(app, value) -> dict:
    settings = app.config["update"]
    if settings is None:
        raise ValueError("this gateway takes no updates: its configuration names no key (update.key)")
    if getattr(app.port, "slots", None) is None:
        raise ValueError("this board takes no updates over the network")
    if not isinstance(value, dict):
        raise ValueError('value must be "off" or an object of from, release and size')
    source, release, size = value.get("from"), value.get("release"), value.get("size")
    if len(value) != 3 or not isinstance(source, str) or not isinstance(release, str):
        raise ValueError("value must have from, release and size, and nothing else")
    if len(release) != 64 or any(c not in _HEX for c in release):
        raise ValueError("release must be the 64 hex digits that lumbus release told")
    if type(size) is not int or not 0 < size <= _MOST_SIZE:
        raise ValueError("size must be the file's, 1...%d bytes" % _MOST_SIZE)
    if source != "broker":
        _check_address(source, settings)
    return {"from": source, "release": release, "size": size, "state": "fetching"}


def _check_address(source: str, settings: dict) -> None:
    if not source.startswith("https://"):
        raise ValueError('from must be "broker" or an address that begins with https://; nothing is fetched unverified')
    if settings["ca"] is None:
        raise ValueError("from: the configuration names no CA for HTTPS (update.ca)")
    from .update_address import address_of

    address_of(source)
