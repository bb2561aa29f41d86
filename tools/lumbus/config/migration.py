"""`lumbus config migrate`: files of an older version, rewritten as of this one.

The old file stays as config.vN.json, secrets and all, for its owner's eyes
only.  Secrets are written before the configuration: an end in between leaves
files that can be migrated again.
"""

from uplink.config import VERSION, ConfigError
from uplink.config_file import load_config

from ..trouble import BAD, OK, USAGE, Trouble, complain
from .place import CONFIG, SECRETS, Place, put, told, write


def migrate(options) -> int:
    place = Place(options.place)
    try:
        load_config(place, lambda line: None)
    except ConfigError as e:
        for line in told(e):
            complain("config migrate", line)
        complain("config migrate", "nothing was written")
        return BAD
    data, secrets, older = place.migrated()
    path = place.path(CONFIG)
    if older is None:
        print(f"{path} is of version {VERSION} already")
        return OK
    kept = {key: value for key, value in (secrets or {}).items() if value is not None}
    copies = [_copy(place, name, older) for name in (CONFIG, SECRETS)]
    if len(kept) > 1:
        write(place.path(SECRETS), kept, is_secret=True)
        print(f"{place.path(SECRETS)} is written: it has the passwords")
    write(path, data, is_secret=False)
    print(f"{path} is written, as of version {VERSION}; it was of version {older}")
    print(f"{' and '.join(filter(None, copies))} is how it was, with its passwords: not for the board")
    return OK


def _copy(place: Place, name: str, older: int) -> str | None:
    """The name of the copy; None where there is nothing to copy."""
    path = place.path(name)
    data = place.read_bytes(name)
    if data is None:
        return None
    copy = path.with_name(f"{path.stem}.v{older}{path.suffix}")
    # Secrets may be the new ones, where this was begun before: the first copy is the one to keep.
    if not copy.exists():
        put(copy, data, is_secret=True)
    elif name == CONFIG and copy.read_bytes() != data:
        raise Trouble(f"{copy} exists and is another file: put it away first; nothing was written", USAGE)
    return str(copy)
