"""The options of `lumbus gateway`."""

import argparse
import re
from dataclasses import dataclass

_TEXT = """Runs the firmware on this computer: a Raspberry Pi or a PC with a USB M-Bus converter is the gateway.
FOLDER has config.json and secrets.json, as lumbus config init writes them; the journal and what is to live through
a restart are kept there too.  Ctrl-C, or SIGTERM, ends it in good order."""

_EXAMPLES = """examples:
  lumbus config init gateway --light -
  lumbus gateway gateway --serial /dev/ttyUSB0
  lumbus gateway gateway --serial /dev/serial/by-id/usb-FTDI_FT232R_A10K-if00-port0 --light gpiochip0:17
  lumbus gateway gateway --serial /dev/ttyUSB0 --light gpiochip0:17 --light gpiochip0:27:high,down

A light is a line of a GPIO chip (gpioinfo lists them). What follows a second colon: high, where the light makes the
line high (else it makes it low), and the pull: up, down or none (up). Wants the package gpiod.

exit codes: 0 ended as asked; 1 it failed, or is to be started again; 2 wrong usage, or a configuration that is wrong
"""

_LIGHT = re.compile(r"(?P<chip>[A-Za-z0-9/_.-]+):(?P<line>[0-9]{1,4})(:(?P<rest>[a-z,]+))?")
_PULLS = {"up": "up", "down": "down", "none": None}


@dataclass
class LightOption:
    """`--light` as it was given: the chip's device, the line's number, whether lit is high, the pull."""

    chip: str
    line: int
    high: bool = False
    pull: str | None = "up"


def add(commands) -> None:
    p = commands.add_parser(
        "gateway",
        help="be the gateway: the firmware on this computer, with a USB M-Bus converter",
        description=_TEXT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("folder", metavar="FOLDER", help="where config.json is")
    p.add_argument("--serial", required=True, metavar="DEVICE", help="the M-Bus converter, such as /dev/ttyUSB0")
    p.add_argument(
        "--light",
        dest="lights",
        action="append",
        default=[],
        type=light,
        metavar="CHIP:LINE[:HOW]",
        help='a meter\'s light, such as gpiochip0:17; the first is "light": 0 in config.json, the next 1',
    )
    p.add_argument(
        "--identity", type=_identity, metavar="HEX", help="12 hex digits, the gateway's name in topics (a MAC address)"
    )


def light(text: str) -> LightOption:
    found = _LIGHT.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"must be CHIP:LINE, such as gpiochip0:17, not {text!r}")
    chip = found["chip"] if "/" in found["chip"] else "/dev/" + found["chip"]
    option = LightOption(chip, int(found["line"]))
    for word in (found["rest"] or "").split(","):
        if word in _PULLS:
            option.pull = _PULLS[word]
        elif word == "high":
            option.high = True
        elif word not in ("", "low"):
            raise argparse.ArgumentTypeError(f"{word!r} in {text!r} is none of high, low, up, down, none")
    return option


def _identity(text: str) -> str:
    if not re.fullmatch("[0-9a-fA-F]{12}", text):
        raise argparse.ArgumentTypeError(f"must be 12 hex digits, such as b827eb123456, not {text!r}")
    return text.lower()
