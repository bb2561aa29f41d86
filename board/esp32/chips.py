"""What the pins of a chip are, and which are fit for nothing, or not for everything.  Data only.

pins     those that the chip has: (first, last)
uarts    how many; number 0 is the console's
units    how many lights can be counted in hardware (PCNT); 0: the interrupt counts
boot     the strapping pin that a button to ground does no harm, because it is meant for one
no_pull  (first, last) of those that have no pull resistors, () for none
unfit    (pins, roles, why): not for these roles, "" for none at all

Roles: t tx, r rx, l lights, p lamp, b button.

A strapping pin's level at reset chooses how the chip starts, and whatever hangs on it would hold it.

Sources: the chips' data sheets, and the table in the GPIO chapter of the ESP-IDF programming guide.  36 and 39: erratum
3.11 of the ESP32, short pulses to ground whenever the ADC is switched on, as Wi-Fi does when it saves power.
"""

_STRAPPING = "a strapping pin: it chooses how the chip starts"
_CONSOLE = "the console's"
_USB = "USB's"

CHIPS = {
    "esp32": {
        "pins": ((0, 19), (21, 23), (25, 27), (32, 39)),
        "uarts": 3,
        "units": 8,
        "boot": 0,
        "no_pull": (34, 39),
        "unfit": (
            ((6, 7, 8, 9, 10, 11), "", "the flash's"),
            ((16, 17), "", "the PSRAM's on modules that have some (WROVER)"),
            ((1, 3), "", _CONSOLE),
            ((0, 2, 5, 12, 15), "trlpb", _STRAPPING),
            ((34, 35, 36, 37, 38, 39), "tp", "an input only"),
            ((36, 39), "l", "glitching when Wi-Fi saves power, and each glitch would count"),
        ),
    },
    "esp32-s3": {
        "pins": ((0, 21), (26, 48)),
        "uarts": 3,
        "units": 4,
        "boot": 0,
        "no_pull": (),
        "unfit": (
            ((26, 27, 28, 29, 30, 31, 32), "", "the flash's and the PSRAM's"),
            ((33, 34, 35, 36, 37), "", "the flash's or the PSRAM's where they have eight data lines"),
            ((43, 44), "", _CONSOLE),
            ((19, 20), "", _USB),
            ((0, 3, 45, 46), "trlpb", _STRAPPING),
        ),
    },
    "esp32-c3": {
        "pins": ((0, 21),),
        "uarts": 2,
        "units": 0,
        "boot": 9,
        "no_pull": (),
        "unfit": (
            ((11, 12, 13, 14, 15, 16, 17), "", "the flash's"),
            ((20, 21), "", _CONSOLE),
            ((18, 19), "", _USB),
            ((2, 8, 9), "trlpb", _STRAPPING),
        ),
    },
}
