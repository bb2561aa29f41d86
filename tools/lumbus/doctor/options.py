"""The options of the commands for a gateway that runs: doctor, monitor and traceback."""

import argparse

from ..positive import positive

# The modules of the commands, by their names.
COMMANDS = {"doctor": "doctor.command", "monitor": "monitor.command", "traceback": "doctor.traceback"}

_DOCTOR = """examples:
  lumbus doctor /dev/ttyUSB0
  lumbus doctor mqtt://broker.local/0242ac110002
  lumbus doctor mqtts://me@broker.example/home/cellar --ca ca.pem
  lumbus doctor /dev/ttyACM0 --json

It goes down the chain - port, firmware, Wi-Fi, clock, broker, bus, meter, light,
agreement - and stops at the first thing that is wrong.

A password is asked for, or taken from the environment's LUMBUS_MQTT_PASSWORD.
mqtts:// is verified, with the computer's own CAs where no --ca is given.

exit codes:
  0  all well
  1  something is wrong, and was named
  2  wrong usage
  3  nobody answers
  4  the port cannot be opened, or the broker not be reached from here
  130  ended with Ctrl-C
"""
_MONITOR = """examples:
  lumbus monitor /dev/ttyUSB0
  lumbus monitor mqtt://broker.local
  lumbus monitor mqtts://me@broker.example/home --ca ca.pem
  lumbus monitor mqtt://broker.local --seconds 60 --json

Through the broker it shows all gateways below a base (lumbus).  --json prints
one object a line: what came, of which gateway and meter.

exit codes:
  0  ended, with --seconds or Ctrl-C
  2  wrong usage
  3  nobody answers on the port
  4  the port cannot be opened, or the broker not be reached from here
"""
_TRACEBACK = """examples:
  lumbus traceback console.txt
  lumbus monitor /dev/ttyUSB0 | tee console.txt      and then the same
  mpremote | lumbus traceback -
  lumbus traceback console.txt --json

A board keeps no line numbers, and lets names share a few spellings: both take memory there.  The names are made
anew from the sources here, so they must be of the version that the board runs.  Where several functions can be
meant, all are told.  Everything else in the file is printed as it is.

exit codes:
  0  done
  1  there is no traceback in it
  2  wrong usage, or a file that cannot be read
"""


def add(commands) -> None:
    p = _command(commands, "doctor", "say the first thing that is wrong with a gateway, and what to do", _DOCTOR)
    p.add_argument("target", metavar="PORT|mqtt://[user@]host[:port]/[base/]gateway")
    _common(p, "one JSON object at the end and nothing else")
    p = _command(commands, "monitor", "live table of gateways, meters, verdicts and events", _MONITOR)
    p.add_argument("target", metavar="PORT|mqtt://[user@]host[:port][/base]")
    _common(p, "one JSON object a line for each thing that comes")
    p.add_argument("--seconds", type=positive, metavar="N", help="end by itself after N seconds")
    p = _command(commands, "traceback", "a board's traceback with the names that the sources have", _TRACEBACK)
    p.add_argument("file", metavar="FILE|-", help="what the console said; - for standard input")
    p.add_argument("--board", choices=("esp32", "host"), default="esp32", help="whose firmware (esp32)")
    p.add_argument("--json", action="store_true", help="one JSON object a line for each traceback")


def _command(commands, name: str, text: str, epilog: str):
    return commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _common(p, text: str) -> None:
    p.add_argument("--json", action="store_true", help=text)
    p.add_argument("--ca", metavar="FILE", help="the CA's certificate for mqtts://, PEM or DER")
