"""What the board itself needs of config.json: its pin map's name.

The application checks the whole file and tells its faults.  Here whatever is
missing or wrong counts as not given, so that it comes to that.
"""

import json

import pins


def board_of(storage) -> str:
    """The name of the pin map."""
    try:
        config = json.loads(storage.read("config.json") or "{}")
    except ValueError:
        return pins.DEFAULT
    board = config.get("board") if isinstance(config, dict) else None
    return board if isinstance(board, str) else pins.DEFAULT
