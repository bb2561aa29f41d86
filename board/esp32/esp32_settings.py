"""What the board itself needs of config.json: its pin map's name, and what is given otherwise.

The application checks the whole file and tells its faults.  Here whatever is
missing or wrong counts as not given, so that it comes to that.
"""

import json
import sys


def pins_of(storage):
    """(the board's name, its pin map as it is in force, faults of it), see pincheck.

    What knows all boards and chips is needed once, and forgotten again.
    """
    try:
        config = json.loads(storage.read("config.json") or "{}")
    except (ValueError, RuntimeError, OSError):
        config = None
    if not isinstance(config, dict):
        config = {}
    from chips import CHIPS
    from pincheck import chosen
    from pins import BOARDS, DEFAULT

    name = config.get("board")
    given = config.get("pins")
    if not isinstance(name, str):
        name = DEFAULT
    pins, faults = chosen(BOARDS, CHIPS, name, given if isinstance(given, dict) else {})
    for module in ("chips", "pincheck", "pins"):
        sys.modules.pop(module, None)
    return name, pins, faults
