"""After formatting: what the second place has of the configuration is brought back.

It has the files under "f0", "f1" ..., their names as a JSON list under "names" (config.json is the
last), two counts as digits, "mounts", how often the board was reset for this, and "formats", and under
"restoring" what is to be told, from before formatting until all is back: so a power cut in between does not
lose the configuration.  The new filesystem gets that as the text "formatted", for the application to tell.
"""

import json
import os

_NOTHING = b"-"


def restore(point: str, second, tell) -> None:
    """Bring back what is not there, when formatting has begun and this has not ended; to be called after mounting."""
    text = read(second, "restoring")
    if text is None or text == _NOTHING:
        return
    folder = "" if point == "/" else point
    put(folder + "/formatted", text)
    names = _names(second)
    for at, name in enumerate(names):
        data = read(second, "f%d" % at)
        if data is not None:
            put(folder + "/" + name, data)
    tell("filesystem: from the second place came back: %s" % (", ".join(names) or "nothing, it has no copy"))
    write(second, "restoring", _NOTHING)


def _names(second) -> list:
    try:
        return json.loads(read(second, "names") or b"[]")
    except ValueError:
        return []


def put(path: str, data: bytes) -> None:
    """Whole or not at all; nothing for a file that is there: somebody may have written it meanwhile."""
    try:
        os.stat(path)
        return
    except OSError:
        pass
    with open(path + ".new", "wb") as f:
        f.write(data)
    os.rename(path + ".new", path)


def read(second, name: str) -> bytes | None:
    try:
        return None if second is None else second.read(name)
    except OSError:
        return None


def count_of(second, name: str) -> int:
    try:
        return int(read(second, name) or b"0")
    except ValueError:
        return 0


def write(second, name: str, data: bytes) -> bool:
    """Whether it was kept."""
    try:
        if second is not None:
            second.write(name, data)
            return True
    except OSError:
        pass
    return False
