"""Pin maps: the pins of the line, the lights, the lamp and the button.  Data only; config.json's `board` names one.

chip          whose pins they are, see chips.py
uart, tx, rx  the M-Bus line; invert_tx, invert_rx: where the level converter turns the signal round
lights        a meter's `light` is a place in that list, from 0; pull: "up", "down" or None; edge: how a pulse begins
lamp          a plain LED, None where the board has none (one that takes a protocol is none); invert_lamp: lit when low
button        to ground; None where there is none.  The BOOT button is one: after the start its pin is free
lan           Ethernet, as network.LAN takes it; absent where the board has none
taken         what else of the chip's pins the board itself uses: (pins, what for)

Single entries can be given otherwise in config.json, `pins`; pincheck.py says what is fit.  Every map has to pass it,
but for its own lamp and button, which the board's maker has put where they are.
"""

DEFAULT = "esp32-devkitc"

BOARDS = {
    # ESP32-DevKitC, WROOM or WROVER.  18, 19, 21, 22 are digital only: the ADC's and the RTC's switching does not
    # reach them.
    "esp32-devkitc": {
        "chip": "esp32",
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
        "invert_lamp": False,
        "button": 0,
        "taken": (),
    },
    # ESP32-S3-DevKitC-1.  JTAG (39...42) is left alone as well.
    "esp32-s3-devkitc": {
        "chip": "esp32-s3",
        "uart": 1,
        "tx": 17,
        "rx": 18,
        "invert_tx": False,
        "invert_rx": False,
        "lights": (4, 5, 6, 7),
        "pull": "up",
        "edge": "falling",
        "lamp": None,
        "invert_lamp": False,
        "button": 0,
        # Which of the two depends on the board's version.
        "taken": (((38, 48), "its RGB LED"),),
    },
    # ESP32-C3-DevKitM-1 (and DevKitC-02, which has the same pins on its edges).
    "esp32-c3-devkitm": {
        "chip": "esp32-c3",
        "uart": 1,
        "tx": 6,
        "rx": 7,
        "invert_tx": False,
        "invert_rx": False,
        "lights": (4, 5),
        "pull": "up",
        "edge": "falling",
        "lamp": None,
        "invert_lamp": False,
        "button": 9,
        "taken": (((8,), "its RGB LED"),),
    },
    # Olimex ESP32-POE and ESP32-POE-ISO with a WROOM module; with a WROVER one Ethernet's clock is elsewhere.
    # The line is on the UEXT connector, pins 3 and 4; 36 glitches with Wi-Fi, by far too short for a UART.
    "olimex-esp32-poe": {
        "chip": "esp32",
        "uart": 1,
        "tx": 4,
        "rx": 36,
        "invert_tx": False,
        "invert_rx": False,
        "lights": (32, 33, 13),
        "pull": "up",
        "edge": "falling",
        "lamp": None,
        "invert_lamp": False,
        # BUT1, which has a resistor of its own: this pin has no pull.
        "button": 34,
        "lan": {"mdc": 23, "mdio": 18, "power": 12, "phy_type": "PHY_LAN8720", "phy_addr": 0, "ref_clk": 17},
        "taken": (
            ((12, 17, 18, 19, 21, 22, 23, 25, 26, 27), "Ethernet"),
            ((2, 14, 15), "the SD card"),
            ((35, 39), "measuring the supply"),
        ),
    },
}
