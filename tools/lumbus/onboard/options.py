"""The options of the commands for a board on a cable: flash, deploy and setup."""

import argparse

# The modules of the commands, by their names.
COMMANDS = {"flash": "onboard.flashing", "deploy": "onboard.deploy", "setup": "onboard.setup"}

_CODES = """
exit codes:
  0  done
  1  refused or failed; the board goes on with what it had, unless it says otherwise
  2  wrong usage, or a file that cannot be read
  3  nobody answers on the port
  4  the port cannot be opened or was lost
  130  ended with Ctrl-C
"""
_FLASH = """examples:
  lumbus flash /dev/ttyUSB0 --image ESP32_GENERIC-20260801-v1.28.0.bin
  lumbus flash /dev/ttyUSB0 --image firmware.bin --yes --json
  lumbus flash /dev/ttyUSB0                          says which image fits the chip, and where to get it

All that the board holds is erased: application, configuration, readings that were not sent.
"""
_DEPLOY = """examples:
  lumbus deploy /dev/ttyUSB0
  lumbus deploy /dev/ttyACM0 --board esp32-s3-devkitc
  lumbus deploy /dev/ttyUSB0 --json

What the board has already is not sent.  The old application stays until the new one has run for ten minutes; when
that does not last in three starts, the board goes back to the old one by itself.
"""
_SETUP = """examples:
  lumbus setup /dev/ttyUSB0                          asks; what the board has already is proposed
  lumbus setup /dev/ttyUSB0 --folder gateway         puts a folder of lumbus config init there, and asks nothing
  LUMBUS_WIFI_PASSWORD=... lumbus setup /dev/ttyUSB0 --yes --ssid home --host broker.example --no-tls

Passwords are no options: they are asked for, or taken from LUMBUS_MQTT_PASSWORD, LUMBUS_WEB_PASSWORD (of
the local page: - for no page; one is made where there is none) and LUMBUS_WIFI_PASSWORD (one a line, in the order of
--ssid).
"""


def add_board_commands(commands) -> None:
    _flash(commands)
    _deploy(commands)
    _setup(commands)


def _command(commands, name: str, help_text: str, epilog: str):
    p = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=epilog + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("port", metavar="PORT", help="the board's serial device, such as /dev/ttyUSB0 or /dev/ttyACM0")
    p.add_argument("--json", action="store_true", help="one JSON object and nothing else on standard output")
    return p


def _flash(commands) -> None:
    p = _command(commands, "flash", "erase a board and put MicroPython on it", _FLASH)
    p.add_argument("--image", metavar="FILE", help="the image of MicroPython, for the chip of this board")
    p.add_argument("--chip", metavar="NAME", help="what the chip must be, such as esp32 or esp32s3 (whatever is found)")
    p.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")


def _deploy(commands) -> None:
    p = _command(commands, "deploy", "put the application on a board, and start it", _DEPLOY)
    p.add_argument("--board", metavar="NAME", help="the pin map that the board's configuration must be for (any)")
    p.add_argument("--force", action="store_true", help="send every file anew, also what the board has already")


def _setup(commands) -> None:
    from ..config.options import add_answers

    p = _command(commands, "setup", "write a board's configuration, checked, with its passwords", _SETUP)
    p.add_argument("--folder", metavar="DIR", help="put these files there: config.json, secrets.json, what they name")
    add_answers(p)
    p.add_argument("--ca", metavar="FILE", help="certificate of the broker's CA, PEM or DER (the one on the board)")
    p.add_argument("--yes", action="store_true", help="do not ask, take what is proposed")
