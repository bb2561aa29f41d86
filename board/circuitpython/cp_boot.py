"""Lies in the root as boot.py: gives the drive CIRCUITPY to the code, so that it can keep its journal.

A drive has one writer: the code, or the computer on USB.  Hold the board's button down while it starts (not before:
that starts the bootloader), and the drive is the computer's until the next start.
"""

import board
import digitalio
import microcontroller
import storage

_BUTTONS = ("BUTTON", "BOOT0", "BOOT")
# Boards of the chip's maker name no button; on these chips BOOT is GPIO0.
_UNNAMED = ("espressif_esp32_", "espressif_esp32s2", "espressif_esp32s3")


def button_pin():
    """The pin of the board's button; None where it has none that is known."""
    for name in _BUTTONS:
        if hasattr(board, name):
            return getattr(board, name)
    if any(board.board_id.startswith(begin) for begin in _UNNAMED):
        return getattr(microcontroller.pin, "GPIO0", None)  # pyright: ignore[reportAttributeAccessIssue]
    return None


def is_held() -> bool:
    """Whether the board's button is down, which pulls its pin low."""
    pin = button_pin()
    if pin is None:
        return False
    button = digitalio.DigitalInOut(pin)
    button.switch_to_input(digitalio.Pull.UP)
    held = not button.value
    button.deinit()
    return held


if is_held():
    print("boot: the button is held: the drive is the computer's")
else:
    try:
        storage.remount("/", readonly=False)
        print("boot: the drive is the code's; hold the button at the start to change files by USB")
    except RuntimeError as e:
        print("boot: the drive stays the computer's (%s)" % e)
