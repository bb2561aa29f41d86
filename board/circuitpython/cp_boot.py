"""Lies in the root as boot.py: gives the drive CIRCUITPY to the code, so that it can keep its journal.

A drive has one writer: the code, or the computer on USB.  Hold the board's button down while it starts (not before:
that starts the bootloader), and the drive is the computer's until the next start.
"""

import board
import digitalio
import storage

_BUTTONS = ("BUTTON", "BOOT0", "BOOT")


def is_held() -> bool:
    """Whether the board's button is down, which pulls its pin low."""
    for name in _BUTTONS:
        pin = getattr(board, name, None)
        if pin is not None:
            button = digitalio.DigitalInOut(pin)
            button.switch_to_input(digitalio.Pull.UP)
            held = not button.value
            button.deinit()
            return held
    return False


if is_held():
    print("boot: the button is held: the drive is the computer's")
else:
    try:
        storage.remount("/", readonly=False)
        print("boot: the drive is the code's; hold the button at the start to change files by USB")
    except RuntimeError as e:
        print("boot: the drive stays the computer's (%s)" % e)
