"""The options of the commands for releases: key and release."""

import argparse

# The modules of the commands, by their names.
COMMANDS = {"key": "release.key", "release": "release.command"}

_CODES = """
exit codes:
  0  done
  1  refused or failed: nothing was written; with --check: the file is not what it should be
  2  wrong usage, or a file that cannot be read or written
  130  ended with Ctrl-C
"""
_KEY = """examples:
  lumbus key                                    asks for a password, makes release-key.pem and update.der
  lumbus key --key safe/key.pem --public update.der
  lumbus key --show update.der                  the fingerprint of a public key

release-key.pem signs and stays with you, encrypted with the password; boards get update.der and believe what it has
signed.  Who has the key and its password can put any program on your boards; who has lost them can put none there
but by cable: keep a copy where you keep such things.

The password is asked for, or taken from the environment's LUMBUS_KEY_PASSWORD.
"""
_RELEASE = """examples:
  lumbus release                                        lumbus-0.1.0.lum, of this application, for all boards
  lumbus release --version 0.2.0 --out fleet.lum
  lumbus release --board esp32-devkitc --board olimex-esp32-poe
  lumbus release --version 0.2.0 --downgrade-from 0.3.0  the way back for boards that run just 0.3.0
  lumbus release --image micropython.app-bin --chip esp32s3 --version 1.28.0
  lumbus release --check lumbus-0.2.0.lum --public update.der

The key's password is asked for, or taken from the environment's LUMBUS_KEY_PASSWORD.  The same sources and the same
key make the same file, byte for byte.
"""


def add(commands) -> None:
    _key(_command(commands, "key", "make the pair of keys that releases are signed with", _KEY))
    _release(_command(commands, "release", "build the application as one signed file, or check one", _RELEASE))


def _command(commands, name: str, text: str, epilog: str):
    p = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog + _CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--json", action="store_true", help="one JSON object and nothing else on standard output")
    return p


def _key(p) -> None:
    p.add_argument("--key", metavar="FILE", default="release-key.pem", help="the private key (release-key.pem)")
    p.add_argument("--public", metavar="FILE", default="update.der", help="the public key, for boards (update.der)")
    p.add_argument("--show", metavar="FILE", help="make nothing: the fingerprint of this public key")


def _release(p) -> None:
    p.add_argument("--key", metavar="FILE", default="release-key.pem", help="the private key (release-key.pem)")
    p.add_argument("--out", metavar="FILE", help="where to write it (lumbus-<version>.lum)")
    p.add_argument("--version", metavar="N.N.N", help="the version that it says it is (that of these sources)")
    p.add_argument(
        "--board",
        dest="boards",
        action="append",
        default=[],
        metavar="NAME",
        help="a pin map that it is for (all); give it again for each",
    )
    p.add_argument("--downgrade-from", metavar="N.N.N", help="newer version from which it may be gone back to this one")
    p.add_argument("--image", metavar="FILE", help="MicroPython itself, an .app-bin, in place of the application")
    p.add_argument("--chip", metavar="NAME", help="with --image: the chip that it is for, such as esp32s3")
    p.add_argument("--check", metavar="FILE", help="make nothing: verify this release file, and show what is in it")
    p.add_argument("--public", metavar="FILE", help="with --check: the public key, update.der")
