"""Which pins the line and the lights are on, with CircuitPython.  Data, and what finds a pin by its name.

A pin is named as in the module `board` ("TX", "D5"), or by the chip's number (17 is microcontroller.pin.GPIO17); the
configuration gives numbers alone.  A board that is not here has its line on TX and RX and no lights, until "pins" in
config.json names some.  "uart" and "button" there mean nothing here, nor does "board".
"""

import board
import microcontroller

_OTHER = {"tx": "TX", "rx": "RX", "lights": (), "pull": "up", "edge": "falling", "lamp": "LED"}
# By how board.board_id begins: the memories that a board is made with follow.
BOARDS = {
    # Why these pins: see esp32/pins.py.  Its lamp takes a protocol, not a level.
    "espressif_esp32s3_devkitc_1": {"tx": 17, "rx": 18, "lights": (4, 5, 6, 7), "lamp": None},
    # Feathers: the pins beside each other that are nobody else's.
    "adafruit_feather_esp32s2": {"lights": ("D5", "D6", "D9", "D10")},
    "adafruit_feather_esp32s3": {"lights": ("D5", "D6", "D9", "D10")},
}


def pins_of(config) -> dict:
    """This board's map; config: what config.json has, of which "pins" overrides single entries."""
    pins = dict(_OTHER)
    for begin, known in BOARDS.items():
        if board.board_id.startswith(begin):
            pins.update(known)
    own = config.get("pins") if isinstance(config, dict) else None
    if isinstance(own, dict):
        pins.update(own)
    return pins


def pin(name):
    """The pin object; ValueError, in words, where the board has none of that name."""
    if type(name) is int:
        of_chip = microcontroller.pin  # pyright: ignore[reportAttributeAccessIssue]  # a module that the stubs lack
        found = getattr(of_chip, "GPIO%d" % name, None)
    else:
        found = getattr(board, str(name), None)
    if found is None:
        raise ValueError("pins: %s has no pin %s" % (board.board_id, name))
    return found
