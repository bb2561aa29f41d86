"""In place of the stock module of this name, in our frozen image: _boot.py calls setup() when nothing can be mounted.

The stock one prints a warning for ever when the first block is not blank, with
no watchdog running.  A gateway in a cabinet is to go on: see mount.

Only an image with the firmware frozen in has this.  Where the firmware lies on
the filesystem itself, there is nothing left that could run.
"""

import machine
from flashbdev import bdev

from esp32_nvs import second
from mount import mount


def setup() -> None:
    """Mount the flash at the root, formatted if that is what it takes."""
    mount(bdev, "/", print, second(), machine.reset)
