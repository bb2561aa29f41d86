"""Pin maps: which pins the line and the lights are on.  Data only; config.json's `board` names one.

Each map has the UART and its pins, whether a level converter inverts them, the
lights' pins (a meter's `light` is a place in that list, from 0), the lights'
pull ("up", "down" or None) and the edge with which a pulse begins; `lamp`, the
pin of a plain LED that blinks for `identify`, None where the board has none.

A pin is fit when nothing else of the chip wants it: not the flash or PSRAM, no
strapping pin (its level at reset chooses how the chip starts, and the meter's
converter would hold it), not the console, not USB.  A light's pin must be able
to pull as well.
"""

DEFAULT = "esp32-devkitc"

BOARDS = {
    # ESP32-DevKitC, WROOM or WROVER.  Not used, and why:
    #   6-11 flash; 16, 17 PSRAM on WROVER; 0, 2, 5, 12, 15 strapping; 1, 3 console;
    #   13, 14 JTAG; 34-39 have no pulls, and 36 and 39 glitch when Wi-Fi saves power.
    # 18, 19, 21, 22 are digital only: the ADC's and the RTC's switching does not reach them.
    "esp32-devkitc": {
        "uart": 1,
        "tx": 26,
        "rx": 27,
        "invert_tx": False,
        "invert_rx": False,
        "lights": (18, 19, 21, 22),
        "pull": "up",
        "edge": "falling",
        # Some have a blue one there; a strapping pin, which an output behind the start does not disturb.
        "lamp": 2,
    },
    # ESP32-S3-DevKitC-1.  Not used, and why:
    #   26-32 flash and PSRAM, 33-37 too with octal PSRAM; 0, 3, 45, 46 strapping;
    #   19, 20 USB; 43, 44 console; 39-42 JTAG; 38 and 48 the lamp on the board.
    # The S3 has four counting units, so four lights.
    "esp32-s3-devkitc": {
        "uart": 1,
        "tx": 17,
        "rx": 18,
        "invert_tx": False,
        "invert_rx": False,
        "lights": (4, 5, 6, 7),
        "pull": "up",
        "edge": "falling",
        # The board's own takes a protocol, not a level.
        "lamp": None,
    },
}
